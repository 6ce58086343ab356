// Chromium without a window, and what is asked of every page it shows. Why the headless shell: docs/adr/0025.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import { root } from './processes.mjs';

export const themes = ['light', 'dark'];
/** A phone, a tablet, a desk. */
export const widths = [390, 768, 1280];
const heights = { 390: 844, 768: 1024, 1280: 800 };

/**
 * Starts Chromium's headless shell (or the path in CHROMIUM: the full one takes twice the time). It asks nothing of the network by itself, and
 * takes every name in .test for this machine.
 */
export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium-headless-shell',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--host-resolver-rules=MAP *.test 127.0.0.1'],
  });

/**
 * Opens a page in a browser profile of its own (no cookies from elsewhere). Options: baseURL, js (true), theme ("light"), width (1280),
 * anyCertificate (false; true takes self-made ones).
 * page.problems fills with what no page may do: errors in scripts, anything the content security policy stopped, requests to other hosts.
 */
export async function openPage(browser, { baseURL, js = true, theme = 'light', width = 1280, anyCertificate = false } = {}) {
  const context = await browser.newContext({
    baseURL,
    javaScriptEnabled: js,
    ignoreHTTPSErrors: anyCertificate,
    colorScheme: theme,
    viewport: { width, height: heights[width] ?? 800 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  page.scripted = js;
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(`script: ${error.message}`));
  page.on('console', (message) => {
    // That an answer was 404 or 422 is for the test to judge.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) page.problems.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (!ours(request, page)) return; // what stands in a module's frame asks its own host
    if (protocol.startsWith('http') && !['127.0.0.1', 'localhost'].includes(hostname) && !hostname.endsWith('.test')) page.problems.push(`asks another host: ${request.url()}`);
  });
  return page;
}

/**
 * Whether the browser answers for the page but draws it no more. The headless shell has done that once in some two thousand tests, and nothing on a
 * page that is clicked or looked at comes to an end then.
 */
export async function stoppedDrawing(page) {
  const within = (milliseconds, work) => Promise.race([work.then(() => true, () => false), new Promise((done) => setTimeout(done, milliseconds, false))]);
  return (await within(5_000, page.evaluate(() => true))) && !(await within(3_000, page.evaluate(() => new Promise((done) => requestAnimationFrame(() => done(true))))));
}

/** Whether the page itself asks, and not what it frames. */
function ours(request, page) {
  try {
    return request.frame() === page.mainFrame();
  } catch {
    return true; // the first request of a page, which has no frame yet
  }
}

/** Calls look(theme, width) with the page in each theme and width, and puts it back afterwards. Another width takes longer than another theme. */
async function everyWay(page, ways, look) {
  const before = page.viewportSize();
  for (const width of ways.widths ?? widths) {
    await page.setViewportSize({ width, height: heights[width] ?? 800 });
    for (const theme of ways.themes ?? themes) {
      await page.emulateMedia({ colorScheme: theme });
      await look(theme, width);
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(before);
}

/**
 * Asserts that axe finds nothing against WCAG 2.2 AA on the page as it is, in both themes, on a phone and at a desk, and that nothing
 * sticks out sideways. The themes differ in colours alone, so the second is asked about colours alone.
 *
 * Content or a frame that the same run looked at before, with other words in the same elements, is not looked at again; the width
 * always is.
 */
export async function assertAccessible(page, ways = {}) {
  const found = new Map(); // what is wrong → where it was seen
  const note = (what, where) => found.set(what, [...(found.get(what) ?? []), where]);
  const halves = await page.evaluate(skeletons);
  const widely = JSON.stringify(ways);
  const made = [halves.content, halves.frame].map((half) => createHash('sha256').update(half + widely).digest('base64'));
  const known = lookedAt ? readFileSync(lookedAt, 'utf8').split('\n') : [];
  const [content, frame] = made.map((each) => !known.includes(each));
  const part = content && frame ? {} : content ? { include: ['main'] } : { exclude: ['main'] };
  // How wide a page is does not depend on its colours.
  const looks = content || frame ? {} : { themes: (ways.themes ?? themes).slice(0, 1) };
  await everyWay(page, { widths: [390, 1280], ...ways, ...looks }, async (theme, width) => {
    const where = `${theme} ${width}`;
    const rules = theme === (ways.themes ?? themes)[0] ? allRules : colourRules;
    for (const { id, help, nodes } of content || frame ? await violations(page, part, rules) : []) {
      for (const node of nodes) note(`${id}: ${help}\n    ${node.target.join(' ')}\n    ${node.any[0]?.message ?? node.html}`, where);
    }
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wider > 0) note(`the page is ${wider} px wider than the window`, where);
  });
  if (found.size === 0 && lookedAt) appendFileSync(lookedAt, `${made.join('\n')}\n`);
  assert.equal(found.size, 0, `${page.url()} is not accessible:\n${[...found].map(([what, where]) => `  ${what}\n    (${where.join(', ')})`).join('\n')}`);
}

/** The file in which run.mjs keeps what axe had nothing against; without one everything is looked at. */
const lookedAt = process.env.E2E_LOOKED_AT;

/** Runs in the page: what its content (main) and its frame (everything else) are made of, without the words. Neighbours of one make count once. */
function skeletons() {
  // What differs between two people, two days or two loads, and says nothing about whether the page is accessible.
  const incidental = new Set(['id', 'for', 'href', 'src', 'action', 'formaction', 'value', 'datetime', 'title', 'd', 'points', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'width', 'height', 'nonce', 'content']);
  const named = new Set(['aria-label', 'aria-labelledby', 'aria-describedby', 'aria-controls', 'alt', 'placeholder']);
  const make = (element) => {
    const attributes = [...element.attributes].filter(({ name }) => !incidental.has(name) && !name.startsWith('hx-'))
      .map(({ name, value }) => (named.has(name) || name.startsWith('data-') ? `${name}${value === '' ? '' : '=…'}` : `${name}=${value}`)).sort();
    const inside = [];
    for (const child of element.childNodes) {
      const part = child.nodeType === Node.TEXT_NODE ? child.data.trim() && '…' : child.nodeType === Node.ELEMENT_NODE && child.tagName !== 'MAIN' ? make(child) : '';
      if (part && part !== inside.at(-1)) inside.push(part);
    }
    return `<${element.tagName.toLowerCase()} ${attributes.join(' ')}>${inside.join('')}</>`;
  };
  return { content: `content ${[...document.querySelectorAll('main')].map(make).join('')}`, frame: `frame ${make(document.body)}` };
}

const allRules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Those of them that look at colours; cat.color has one more, of level AAA. */
const colourRules = { type: 'rule', values: axe.getRules(['cat.color']).filter(({ tags }) => tags.some((tag) => allRules.includes(tag))).map(({ ruleId }) => ruleId) };

/** axe for the browser, which reads the short form in two thirds of the time. */
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe has against a part of the page as it is. Its wrapper for Playwright does the same in three times the time, for the sake of frames; and
 * none of these rules needs the style sheets and the media that it would load before.
 */
async function violations(page, part, rules) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource);
  const report = await page.evaluate(([part, runOnly]) => globalThis.axe.run({ include: ['html'], ...part }, { runOnly, resultTypes: ['violations'], preload: false }), [part, rules]);
  return report.violations;
}

/** Saves the whole page as FOLDER/NAME-THEME-WIDTH.png in every theme and width, or those of ways. Returns the paths. */
export async function shoot(page, name, { folder = join(root, 'e2e/output/pages'), fullPage = true, ...ways } = {}) {
  await mkdir(folder, { recursive: true });
  const paths = [];
  // A pointer left on a button and a page scrolled to a field would both be in the picture.
  await page.mouse.move(0, 0);
  await everyWay(page, ways, async (theme, width) => {
    await page.evaluate(() => scrollTo(0, 0));
    const path = join(folder, `${name}-${theme}-${width}.png`);
    await page.evaluate(() => document.fonts.ready.then(() => true));
    await page.screenshot({ path, fullPage });
    paths.push(path);
  });
  return paths;
}
