// What a browser test is written with:
//
//   import { assert, assertAccessible, suite } from './harness.mjs';
//
//   suite('Signing in with a password', { command: 'demo', databases: ['sqlite', 'postgres'] }, (test) => {
//     test('a member lands on the overview', async ({ browse }) => {
//       const page = await browse();
//       await page.goto('/login');
//       …
//       await assertAccessible(page);
//     });
//   });
//
// Every suite has its own server with a fresh database; every browse() its own browser profile.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { assertAccessible, launch, openPage, shoot, stoppedDrawing, themes, widths } from './harness/browser.mjs';
import { databases } from './harness/databases.mjs';
import { startNameServer } from './harness/dns.mjs';
import { startGatehouse } from './harness/gatehouse.mjs';
import { openMailbox } from './harness/mailbox.mjs';
import { root } from './harness/processes.mjs';
import { startSimpleSAMLphp } from './harness/simplesamlphp.mjs';

export { assert, assertAccessible, databases, launch, openMailbox, openPage, shoot, startGatehouse, startSimpleSAMLphp, stoppedDrawing, themes, widths };

// One browser for a file of tests: what belongs to a test is its profile.
let launched;
const browser = () => (launched ??= launch());
after(async () => (await launched)?.close());

/**
 * A group of tests that share one server, one identity provider and one mailbox, run in the order in which they are written.
 *
 * Options: databases (["sqlite"]; one run for each; E2E_DATABASE=sqlite leaves the other out), command ("serve" or "demo", or null for no
 * Gatehouse), idp (true, or the options of startSimpleSAMLphp), dns (true: a name server that Gatehouse asks), mail (true), env, host (see
 * startGatehouse), steps (true: each test builds on those before it). A test gets { site, idp, dns, mail, browse(options), database }; see the
 * modules under harness/.
 */
export function suite(name, { databases: on = ['sqlite'], command = 'serve', args, idp = false, dns = false, mail = false, env, host, steps = false }, body) {
  for (const database of on.filter((each) => !process.env.E2E_DATABASE || each === process.env.E2E_DATABASE)) {
    describe(on.length > 1 ? `${name} (${database})` : name, () => {
      const shared = { database };
      const started = [];
      const keep = (thing) => (started.push(thing), thing);

      before(async () => {
        shared.browser = await browser();
        if (mail) shared.mail = keep(await openMailbox());
        if (idp) shared.idp = keep(await startSimpleSAMLphp(idp === true ? {} : idp));
        if (dns) shared.dns = keep(await startNameServer());
        if (command) shared.site = keep(await startGatehouse({ command, args, database, smtp: shared.mail?.url, host, env: { ...env, ...(dns && { GATEHOUSE_DNS_SERVER: shared.dns.address }) } }));
        shared.ready = true;
      });
      after(async () => {
        const ends = await Promise.allSettled(started.reverse().map((thing) => thing.stop()));
        const failed = ends.find((end) => end.status === 'rejected');
        if (failed) throw failed.reason;
      });

      body((title, act) => it(title, async () => {
        // What a later test builds on is not there: say so at once instead of waiting for it.
        assert.ok(!shared.failed, `not tried, because this failed before it: ${shared.failed}`);
        if (steps) shared.failed = title;
        await perform(`${name} ${database} ${title}`, shared, act);
        shared.failed = undefined;
      }));
    });
  }
}

/**
 * Runs one test; when it fails, keeps pictures of its pages under e2e/output and shows the end of the server's log. When it fails because the
 * browser drew no more, which is no fault of a page, it is told and tried once more in a new one.
 */
async function perform(title, shared, act, again = false) {
  assert.ok(shared.ready, 'what the test needs did not start');
  const pages = [];
  const logBefore = shared.site?.log().length ?? 0;
  const browse = async (options) => {
    const page = await openPage(shared.browser, { baseURL: shared.site?.url, anyCertificate: shared.site?.url.startsWith('https:'), ...options });
    pages.push(page);
    return page;
  };
  try {
    await act({ ...shared, browse });
    for (const page of pages) assert.deepEqual(page.problems, [], 'the browser complained');
  } catch (error) {
    if (!again && (await Promise.all(pages.map(stoppedDrawing))).includes(true)) {
      console.error(`Chromium drew no more in “${title}”; it is tried again in a new one.`);
      await shared.browser.close();
      launched = undefined;
      shared.browser = await browser();
      return await perform(title, shared, act, true);
    }
    const kept = await keepEvidence(title, pages);
    const log = shared.site?.log().slice(logBefore).trim().split('\n').slice(-30).join('\n');
    error.message += `${kept.length ? `\n\npages: ${kept.join(' ')}` : ''}${log ? `\n\nserver log:\n${log}` : ''}`;
    error.stack = `${error.message}\n${error.stack?.split('\n').filter((line) => line.startsWith('    at ')).join('\n')}`;
    throw error;
  } finally {
    await Promise.all(pages.map((page) => page.context().close()));
  }
}

async function keepEvidence(title, pages) {
  const folder = join(root, 'e2e/output/failed');
  await mkdir(folder, { recursive: true });
  const kept = [];
  for (const [i, page] of pages.entries()) {
    const path = join(folder, `${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${i + 1}`);
    // A page that broke may not even have a picture; the test's own error matters more.
    await page.screenshot({ path: `${path}.png`, fullPage: true, timeout: 5_000 }).then(() => kept.push(`${path}.png`), () => {});
    await page.content().then((html) => writeFile(`${path}.html`, `<!-- ${page.url()} -->\n${html}`), () => {});
  }
  return kept;
}
