// Every page of the demo, as everybody: it opens, is the one that the table of the console says, and axe finds nothing on it in either theme.
import { assert, assertAccessible, suite } from './harness.mjs';
import { scopes, signInAs, walk } from './demo.mjs';
import { arrived, button, field, heading, link, open, seen, send } from './steps.mjs';

const home = '/orgs/northwind';
const roles = ['Administrator', 'Organization Contributor', 'Team Contributor', 'Organization User'];

suite('Every page of the demo', { command: 'demo' }, (test) => {
  const everybody = ['/account', '/account/security', '/account/security/authenticator', '/account/security/passkeys', '/collaborations', home, `${home}/apps`, `${home}/apps/:name`, `${home}/apps/:name/collaborators`, `${home}/apps/:name/settings`, `${home}/roles`, `${home}/access`, `${home}/leave`];
  /** What more each may open, from the console's table. The first member the walk comes to is the person themselves, whom no page offers to remove. */
  const also = (table, role) => Object.entries({
    'members:view': [`${home}/members`, `${home}/members/:id`, `${home}/members/:id/apps`], 'members:manage': [`${home}/invitations`, `${home}/invitations/new`, `${home}/members/:id/role`], 'teams:view': [`${home}/teams`, `${home}/teams/:name`, `${home}/teams/:name/apps`], 'teams:manage': [`${home}/teams/new`, `${home}/teams/:name/edit`, `${home}/teams/:name/delete`], 'team-members:add': [`${home}/teams/:name/members/add`], 'team-apps:add': [`${home}/teams/:name/apps/add`], 'audit:view': [`${home}/audit`, `${home}/audit/entries/:id`, `${home}/audit/export`], 'security:view': [`${home}/security`],
    'organization:manage': [`${home}/audit/retention`, `${home}/settings`, `${home}/settings/delete`, '/organizations/new'],
    'apps:create': [`${home}/apps/new`], 'app-description:edit': [`${home}/apps/:name/description`], 'app-notes:edit': [`${home}/apps/:name/notes`],
    'security:manage': [`${home}/security/identity-providers/:name`, `${home}/security/identity-providers/:name/edit`, `${home}/security/identity-providers/new`, `${home}/security/identity-providers/new/guided`, `${home}/security/identity-providers/:name/mappings`, `${home}/security/identity-providers/:name/mappings/new`, `${home}/security/identity-providers/:name/mappings/:id`, `${home}/security/domains`, `${home}/security/domains/:name`, `${home}/security/password-policy`, `${home}/security/second-factor`, `${home}/security/sessions`, `${home}/security/single-sign-on`],
  }).flatMap(([scope, paths]) => {
    const line = table.find((each) => each.scope === scope);
    assert.ok(line, `there is no scope ${scope}`);
    return line.holders.includes(role) ? paths : [];
  });

  const app = `${home}/apps/:name`;
  const held = ['models', 'workflows', 'modules', 'installed'].map((kind) => `${app}/${kind}`);
  const things = ['models/:name', 'workflows/:name', 'modules/:name', 'modules/:name/versions/:name', 'installed/:name'].map((thing) => `${app}/${thing}`);
  const building = ['models/new', 'models/:name/edit', 'models/all/delete', 'workflows/new', 'workflows/:name/edit', 'modules/new', 'modules/:name/edit', 'installed/new'].map((page) => `${app}/${page}`);

  for (const role of [...roles, 'Outside collaborator']) {
    test(`as ${role}: every link opens, axe finds nothing, and the pages are those of the table`, async ({ browse, site }) => {
      const page = await browse();
      await signInAs(page, site, role);
      const { shapes, answers } = await walk(page, async (path, response) => {
        assert.equal(response.status(), 200, path);
        assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, `${path} does not have one h1`);
        assert.match(await page.title(), /.+ · Gatehouse$/);
        await assertAccessible(page);
      });
      assert.deepEqual([...answers].filter(([, status]) => status >= 400), []);
      const expected = role === 'Outside collaborator'
        ? ['/', '/account', '/account/security', '/account/security/authenticator', '/account/security/passkeys', '/collaborations', app, `${app}/access`, `${app}/collaborators`, `${app}/settings`, ...held, `${app}/models/:name`, `${app}/workflows/:name`]
        : [...everybody, ...held, ...things, ...(role === 'Organization User' ? [] : building), ...also(await scopes(site), role)];
      const lacks = (these, those) => these.filter((each) => !those.includes(each)).sort();
      assert.deepEqual({ unexpected: lacks(shapes, expected), missing: lacks(expected, shapes) }, { unexpected: [], missing: [] });
    });
  }

  test('the pages before sign-in, of errors, and the gallery', async ({ browse, site }) => {
    const page = await browse();
    for (const [path, status, title] of [
      ['/login/break-glass', 200, 'Break-glass sign-in'], ['/login/sso/northwind?required=1', 200, 'Sign in to Northwind Robotics'],
      ['/login', 200, 'Sign in'], ['/login?with=password', 200, 'Sign in'], ['/login/sso', 200, 'Sign in with SSO'], ['/login/sso?organization=nobody', 422, 'Sign in with SSO'],
      ['/password/forgot', 200, 'Forgot password'], ['/password/reset/none', 404, 'There is nothing here'], ['/no/such/page', 404, 'There is nothing here'],
      ['/setup', 404, 'There is nothing here'], ['/saml/finish?result=none', 403, 'You are not signed in'],
    ]) {
      assert.equal(await open(page, path), status, path);
      await seen(heading(page, title));
      await assertAccessible(page);
    }
    assert.equal(await open(page, '/ui-kit'), 200);
    await assertAccessible(page);
    assert.equal((await page.request.get('/healthz')).status(), 200);

    await signInAs(page, site, 'Organization User');
    assert.equal(await open(page, `${home}/no-such-page`), 404);
    await seen(heading(page, 'There is nothing here'));
    await assertAccessible(page);
    assert.equal(await open(page, '/orgs/elsewhere'), 404);
  });

  test('a page the role does not include says so in the words of the table', async ({ browse, site }) => {
    const needed = (await scopes(site)).find((each) => each.scope === 'audit:view');
    const page = await browse();
    await signInAs(page, site, 'Organization User');
    assert.equal(await open(page, `${home}/audit`), 403);
    await arrived(page, `${home}/audit`, 'Your role does not include this');
    const words = await page.locator('main').innerText();
    for (const part of [needed.label, needed.scope, 'Organization User', needed.holders.length === 1 ? needed.holders[0] : `${needed.holders.slice(0, -1).join(', ')} or ${needed.holders.at(-1)}`]) {
      assert.ok(words.includes(part), `the page does not say “${part}”`);
    }
    await assertAccessible(page);
    assert.equal(await link(page, 'Audit log').count(), 0);
  });

  test('an Administrator\'s forms with errors', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(`${home}/security/identity-providers/new`);
    await page.getByRole('radio', { name: /^By hand/ }).check();
    assert.equal(await send(page, button(page, 'Create')), 422);
    await assertAccessible(page);
    await page.goto(`${home}/security/identity-providers/practice`);
    await field(page, 'Type practice to confirm').fill('something else');
    assert.equal(await send(page, button(page, 'Delete identity provider')), 422);
    await assertAccessible(page);
  });
});
