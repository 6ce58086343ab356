// What `gatehouse demo` prints, as a person reads it to sign in.
import assert from 'node:assert/strict';
import { button, fill, send } from './steps.mjs';

/** The accounts that the demo printed: { password, people: [{ role, email }], ssoURL, practiceURL }. It prints them once it is ready. */
export async function announced(site) {
  await site.logged(/Ctrl\+C ends it/);
  const log = site.log();
  const password = log.match(/Sign in with a password \("([^"]+)" for all of them\)/)[1];
  const people = [...log.matchAll(/^ {2}(\S[^@\n]*?) {2,}(\S+@\S+)$/gm)].map(([, role, email]) => ({ role, email }));
  assert.deepEqual(people.map(({ role }) => role), ['Administrator', 'Organization Contributor', 'Team Contributor', 'Organization User', 'Outside collaborator']);
  return { password, people, ssoURL: log.match(/^ {2}(http:\S+\/login\/sso\/\S+)$/m)[1], practiceURL: log.match(/practice identity provider \(at (http:[^)]+)\)/)[1] };
}

/** Signs in as the person of a role, with the password that the demo printed. */
export async function signInAs(page, site, role) {
  const { password, people } = await announced(site);
  await page.goto('/login?with=password');
  await fill(page, { 'Email address': people.find((person) => person.role === role).email, Password: password });
  assert.equal(await send(page, button(page, 'Sign in')), 303);
}

/** The rows of both role tables as the program prints them: [{ table, scope, label, holders: ['Administrator', …] }]. */
export async function scopes(site) {
  const [head, ...lines] = (await site.run(['scopes', '--format', 'tsv'])).trim().split('\n').map((line) => line.split('\t'));
  const labels = { administrator: 'Administrator', organization_contributor: 'Organization Contributor', team_contributor: 'Team Contributor', organization_user: 'Organization User' };
  return lines.map((cells) => ({
    table: cells[0], scope: cells[1], label: cells[2], holders: head.slice(3).filter((_, i) => cells[i + 3] === 'yes').map((key) => labels[key]),
  }));
}

/** Paths of one kind of page, such as every member's, have one shape. */
export const shape = (path) =>
  path.replace(/[?#].*/, '').replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, ':id').replace(/(\/attempts)\/[^/]+/, '$1/:reference').replace(/(\/apps|\/teams|\/identity-providers|\/domains)\/(?!new(?:\/guided)?$)[^/]+/, '$1/:name').replace(/(\/models|\/workflows|\/modules|\/installed|\/versions)\/(?!new$|all\/)[^/]+/g, '$1/:name');

/**
 * Follows every link a person is offered, from the start page on, and calls look(path) with the page on the first of each shape. Returns
 * the shapes and what the other links answered: { shapes: [path], answers: Map(path → status) }.
 */
export async function walk(page, look) {
  const shapes = new Map(); // shape → path
  const answers = new Map();
  const queue = ['/'];
  while (queue.length > 0) {
    const path = queue.shift();
    if (answers.has(path)) continue;
    if (shapes.has(shape(path))) {
      answers.set(path, (await page.request.get(path, { maxRedirects: 0 })).status());
      continue;
    }
    const response = await page.goto(path);
    answers.set(path, response.status());
    const here = new URL(page.url()).pathname;
    if (shapes.has(shape(here))) continue;
    shapes.set(shape(here), here);
    await look(here, response);
    const links = await page.locator('a[href]:not([href^="#"])').evaluateAll((all) => all.map((a) => new URL(a.href)).filter((u) => u.origin === location.origin).map((u) => u.pathname + u.search));
    // A download is no page; signing in again would change who walks.
    queue.push(...links.filter((each) => !/^\/(saml|login)|\.(csv|json|yaml)(\?|$)/.test(each)));
  }
  return { shapes: [...shapes.keys()].sort(), answers };
}
