// Makes pictures of every page of the demo, light and dark, on a phone, a tablet and at a desk, into e2e/output/screenshots, and the four
// of the README into docs/screenshots. Run by `make screenshots`; look at them.
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { launch, openPage, shoot, startGatehouse, themes, widths } from './harness.mjs';
import { announced, signInAs } from './demo.mjs';
import { root } from './harness/processes.mjs';
import { button, field, heading, seen, send } from './steps.mjs';

const folder = join(root, 'e2e/output/screenshots');
const readme = join(root, 'docs/screenshots');
const home = '/orgs/northwind';
const provider = `${home}/security/identity-providers/practice`;

/** Pages that only have to be opened: name → [role, path]. Without a role nobody is signed in. */
const pages = {
  login: [null, '/login'], 'login-password': [null, '/login?with=password'], sso: [null, '/login/sso'], 'sso-unknown': [null, '/login/sso?organization=nobody'], forgot: [null, '/password/forgot'],
  'not-found-stranger': [null, '/no/such/page'], 'ui-kit': [null, '/ui-kit'],
  overview: ['Administrator', home], apps: ['Administrator', `${home}/apps`], app: ['Administrator', `${home}/apps/pallet-counter`],
  members: ['Administrator', `${home}/members`], 'members-none': ['Administrator', `${home}/members?q=nobody`], teams: ['Administrator', `${home}/teams`],
  roles: ['Administrator', `${home}/roles`], security: ['Administrator', `${home}/security`], audit: ['Administrator', `${home}/audit`],
  'group-mappings': ['Administrator', `${provider}/mappings`], 'group-mapping-new': ['Administrator', `${provider}/mappings/new?group=staff`],
  domains: ['Administrator', `${home}/security/domains`], domain: ['Administrator', `${home}/security/domains/northwind-robotics.example`],
  'single-sign-on': ['Administrator', `${home}/security/single-sign-on`], 'break-glass': [null, '/login/break-glass'], 'sso-required': [null, '/login/sso/northwind?required=1'],
  sessions: ['Administrator', `${home}/security/sessions`], 'second-factor-rule': ['Administrator', `${home}/security/second-factor`],
  'password-policy': ['Administrator', `${home}/security/password-policy`], 'single-sign-on': ['Administrator', `${home}/security/single-sign-on`],
  'identity-provider-guided': ['Administrator', `${home}/security/identity-providers/new/guided`], authenticator: ['Administrator', '/account/security/authenticator'], passkeys: ['Administrator', '/account/security/passkeys'],
  'identity-provider': ['Administrator', provider], 'identity-provider-edit': ['Administrator', `${provider}/edit`],
  'identity-provider-new': ['Administrator', `${home}/security/identity-providers/new`], account: ['Administrator', '/account'],
  'account-security': ['Administrator', '/account/security'], 'not-found': ['Administrator', `${home}/no-such-page`],
  invitations: ['Administrator', `${home}/invitations`], 'invitation-new': ['Administrator', `${home}/invitations/new`],
  team: ['Administrator', `${home}/teams/warehouse`], 'team-apps': ['Administrator', `${home}/teams/warehouse/apps`],
  'team-new': ['Administrator', `${home}/teams/new`], 'team-edit': ['Administrator', `${home}/teams/warehouse/edit`], 'team-delete': ['Administrator', `${home}/teams/warehouse/delete`],
  'team-members-add': ['Administrator', `${home}/teams/warehouse/members/add`],
  'organization-settings': ['Administrator', `${home}/settings`], 'organization-delete': ['Administrator', `${home}/settings/delete`], 'organization-new': ['Administrator', '/organizations/new'],
  access: ['Administrator', `${home}/access`], 'access-who-can': ['Administrator', `${home}/access?scope=app%3Adelete&app=shelf-vision`],
  'app-new': ['Administrator', `${home}/apps/new`], 'app-notes': ['Administrator', `${home}/apps/shelf-vision/notes`],
  'app-collaborators': ['Administrator', `${home}/apps/ticket-triage/collaborators`], 'app-settings': ['Administrator', `${home}/apps/shelf-vision/settings`],
  models: ['Administrator', `${home}/apps/shelf-vision/models`], model: ['Administrator', `${home}/apps/shelf-vision/models/shelf-detector`],
  workflows: ['Administrator', `${home}/apps/shelf-vision/workflows`], workflow: ['Administrator', `${home}/apps/shelf-vision/workflows/find-gaps`],
  'workflow-edit': ['Administrator', `${home}/apps/shelf-vision/workflows/find-gaps/edit`], module: ['Administrator', `${home}/apps/shelf-vision/modules/label-reader`],
  installed: ['Administrator', `${home}/apps/pallet-counter/installed`], 'team-own': ['Team Contributor', `${home}/teams/perception`],
  'overview-contributor': ['Organization Contributor', home], 'members-own-teams': ['Team Contributor', `${home}/members`],
  'security-read': ['Organization Contributor', `${home}/security`], forbidden: ['Organization User', `${home}/audit`],
  collaborations: ['Outside collaborator', '/collaborations'], 'home-empty': ['Outside collaborator', '/'], 'app-guest': ['Outside collaborator', `${home}/apps/ticket-triage`],
};

/** Pages that come of doing something: name → [role, act(page)]. */
const states = {
  'login-wrong': [null, async (page) => {
    await page.goto('/login?with=password');
    await field(page, 'Email address').fill('amara.okafor@northwind.example');
    await field(page, 'Password').fill('not this one');
    await send(page, button(page, 'Sign in'));
  }],
  'sso-refused': [null, (page, site) => throughPractice(page, site, 'Sam Stranger', 'You are not signed in')],
  member: ['Administrator', async (page) => {
    await page.goto(`${home}/members?q=chiara`);
    await page.getByRole('link', { name: 'Chiara Lombardi' }).click();
    await seen(heading(page, 'Chiara Lombardi'));
    await send(page, button(page, 'Make a password reset link'));
  }],
  'identity-provider-new-errors': ['Administrator', async (page) => {
    await page.goto(`${home}/security/identity-providers/new`);
    await page.getByRole('radio', { name: /^Pasted metadata/ }).check();
    await field(page, 'Metadata').fill('<!DOCTYPE html>\n<html><body>Sign in</body></html>');
    await send(page, button(page, 'Create'));
  }],
  'identity-provider-new-read': ['Administrator', async (page, site) => {
    await page.goto(`${home}/security/identity-providers/new`);
    await field(page, 'ID').fill('second');
    await field(page, 'Name').fill('Second provider');
    await page.locator('#metadata_url').fill(`${(await announced(site)).practiceURL}/metadata`);
    await send(page, button(page, 'Check'));
  }],
  attempt: ['Administrator', async (page, site) => {
    await page.goto(provider);
    await button(page, 'Test sign-in').click();
    await page.waitForURL(`${(await announced(site)).practiceURL}/**`);
    await page.getByRole('button').filter({ hasText: 'Amara Okafor' }).click();
    await page.waitForURL(/attempts/);
  }],
  'profile-menu': ['Administrator', async (page) => {
    await page.goto(`${home}/members`);
    await page.getByRole('button', { name: /^Profile menu of / }).click();
    await seen(page.locator('#profile'));
  }],
};

async function throughPractice(page, site, person, lands) {
  await page.goto((await announced(site)).ssoURL);
  await page.getByRole('button').filter({ hasText: person }).click();
  await seen(heading(page, lands));
}

/** Two pictures side by side, drawn by the browser. */
async function beside(browser, paths, path) {
  const images = await Promise.all(paths.map(async (each) => `<img src="data:image/png;base64,${(await readFile(each)).toString('base64')}">`));
  const page = await browser.newPage({ viewport: { width: 390 * 2 + 24, height: 844 } });
  await page.setContent(`<style>body { margin: 0; display: flex; gap: 24px } img { width: 390px; height: 844px }</style>${images.join('')}`);
  await page.screenshot({ path, omitBackground: true });
  await page.close();
}

const site = await startGatehouse({ command: 'demo' });
const browser = await launch();
const made = [];
try {
  await rm(folder, { recursive: true, force: true });
  await mkdir(readme, { recursive: true });

  // Some sign-ins, so that the pages have something to show.
  for (const [person, lands] of [['Amara Okafor', 'Northwind Robotics'], ['Sam Stranger', 'You are not signed in'], ['Samir Khoury', 'Northwind Robotics']]) {
    const page = await openPage(browser, { baseURL: site.url });
    await throughPractice(page, site, person, lands);
    await page.context().close();
  }

  const browsers = new Map(); // role → page
  const as = async (role) => {
    if (!browsers.has(role)) {
      const page = await openPage(browser, { baseURL: site.url });
      if (role) await signInAs(page, site, role);
      browsers.set(role, page);
    }
    return browsers.get(role);
  };
  for (const [name, [role, what]] of Object.entries({ ...pages, ...states })) {
    const page = await as(role);
    if (typeof what === 'string') await page.goto(what);
    else await what(page, site);
    made.push(...(await shoot(page, name, { folder, themes, widths })));
  }

  const page = await as('Administrator');
  const picture = async (path, name, way) => (await page.goto(path), (await shoot(page, name, { folder: join(folder, 'readme'), fullPage: false, ...way }))[0]);
  const keep = (from, to) => copyFile(from, join(readme, to));
  await keep(await picture(`${home}/members`, 'members', { themes: ['light'], widths: [1280] }), 'members-light.png');
  await keep(await picture(provider, 'identity-provider', { themes: ['dark'], widths: [1280] }), 'identity-provider-dark.png');
  await keep(await picture(`${home}/roles`, 'roles', { themes: ['light'], widths: [1280] }), 'roles-light.png');
  const phones = [];
  for (const theme of themes) phones.push(await picture(`${home}/members`, 'members-phone', { themes: [theme], widths: [390] }));
  await beside(browser, phones, join(readme, 'members-phone.png'));
  for (const each of browsers.values()) if (each.problems.length > 0) throw new Error(each.problems.join('\n'));
} finally {
  await browser.close();
  await site.stop();
}
console.log(`${made.length} pictures in ${folder}, four for the README in ${readme}`);
