// What the pages of the demo do: roles and their printout, the keyboard, lists, themes, menus, and the practice identity provider.
import { assert, assertAccessible, suite } from './harness.mjs';
import { announced, scopes, signInAs } from './demo.mjs';
import { arrived, button, chooseInProfileMenu, field, heading, link, row, says, seen, send, tabTo } from './steps.mjs';

const home = '/orgs/northwind';
const roles = ['Administrator', 'Organization Contributor', 'Team Contributor', 'Organization User'];

suite('The roles page', { command: 'demo' }, (test) => {
  for (const role of roles) {
    test(`as ${role}: both tables, the own column marked`, async ({ browse, site }) => {
      const page = await browse();
      await signInAs(page, site, role);
      await page.goto(`${home}/roles`);
      const shown = await page.locator('table.matrix').evaluateAll((tables) => tables.flatMap((table) => {
        const heads = [...table.querySelectorAll('thead th')].slice(1).map((th) => th.firstChild.textContent.trim());
        return [...table.querySelectorAll('tbody tr:not(.group)')].map((tr) => ({
          table: table.id.replace('matrix-', ''), scope: tr.querySelector('small').textContent.trim(), label: tr.querySelector('b').textContent.trim(),
          holders: heads.filter((_, i) => /yes/i.test(tr.querySelectorAll('td')[i].textContent)),
        }));
      }));
      assert.deepEqual(shown, await scopes(site));
      assert.equal(shown.length, 29);
      for (const table of await page.locator('table.matrix').all()) {
        const marked = await table.locator('thead th.mine').allInnerTexts();
        assert.equal(marked.length, 1);
        assert.match(marked[0], new RegExp(`^${role}\\s+Your role$`, 'i'));
      }
      const own = page.locator('.role.own');
      assert.match(await own.innerText(), new RegExp(`^${role}\\s+Your role[^]*\\d+ members?`));
    });
  }

  test('printed, it is the tables alone and nothing is cut off', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(`${home}/roles`);
    await seen(page.locator('#sidebar'));
    await page.setViewportSize({ width: 718, height: 1000 }); // A4 within its margins
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    for (const gone of ['#sidebar', '.topbar']) assert.ok(await page.locator(gone).isHidden(), `${gone} is printed`);
    for (const table of await page.locator('table.matrix').all()) {
      assert.ok(await table.isVisible());
      assert.ok(await table.evaluate((t) => t.getBoundingClientRect().right <= innerWidth && t.parentElement.scrollHeight <= t.parentElement.clientHeight + 1), 'a table is cut off');
    }
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), 'rgb(255, 255, 255)');
    const pdf = await page.pdf({ format: 'A4' });
    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
  });
});

suite('By keyboard alone', { command: 'demo' }, (test) => {
  test('from the sign-in page to the form of an identity provider', async ({ browse, site }) => {
    const { password, people } = await announced(site);
    const page = await browse();
    await page.goto('/login?with=password');
    await tabTo(page, field(page, 'Email address'));
    await page.keyboard.type(people[0].email);
    await tabTo(page, field(page, 'Password'));
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.waitForURL(home);

    await page.keyboard.press('Tab');
    const skip = link(page, 'Skip to content');
    assert.ok(await skip.evaluate((element) => element === document.activeElement), 'the first stop is not the way past the navigation');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'content');

    await page.goto(home);
    const profile = page.getByRole('button', { name: /^Profile menu of / });
    const menu = page.locator('#profile');
    await tabTo(page, profile);
    await page.keyboard.press('Enter');
    await seen(menu);
    assert.equal(await profile.getAttribute('popovertarget'), 'profile');
    await page.keyboard.press('Tab');
    assert.ok(await menu.evaluate((element) => element.contains(document.activeElement)), 'Tab does not lead into the menu');
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    assert.ok(await profile.evaluate((element) => element === document.activeElement), 'Escape does not give the focus back');

    await page.keyboard.press('Space');
    await seen(menu);
    await tabTo(page, menu.getByRole('link', { name: 'Security', exact: true }));
    await page.keyboard.press('Enter');
    await arrived(page, `${home}/security`, 'Security');
    await tabTo(page, link(page, 'Create Identity Provider'));
    await page.keyboard.press('Enter');
    await arrived(page, `${home}/security/identity-providers/new/guided`, 'Create Identity Provider');
    await tabTo(page, link(page, 'Short form, for those who know'));
    await page.keyboard.press('Enter');
    await arrived(page, `${home}/security/identity-providers/new`, 'Create Identity Provider');

    await tabTo(page, field(page, 'ID'));
    await page.keyboard.type('by-keyboard');
    await tabTo(page, field(page, 'Name'));
    await page.keyboard.type('By keyboard');
    await tabTo(page, page.getByRole('radio', { name: /^Metadata by URL/ }));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    assert.ok(await page.getByRole('radio', { name: /^Pasted metadata/ }).isChecked());
    await tabTo(page, field(page, 'Metadata'));
    await page.keyboard.type('not metadata');
    await tabTo(page, page.getByRole('switch', { name: 'Enabled' }));
    await page.keyboard.press('Space');
    await tabTo(page, button(page, 'Create'));
    await Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press('Enter')]);
    await says(page, /^This is not XML\./);
    assert.equal(await page.getByRole('switch', { name: 'Enabled' }).isChecked(), false);
    await tabTo(page, link(page, 'Cancel'));
  });

  test('the organization menu and a phone\'s navigation open, and Escape closes them', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    const switcher = page.locator('#sidebar').getByRole('button', { name: /Switch organization/ });
    await tabTo(page, switcher);
    await page.keyboard.press('Enter');
    await seen(page.locator('#organizations'));
    await page.keyboard.press('Escape');
    await page.locator('#organizations').waitFor({ state: 'hidden' });

    await page.setViewportSize({ width: 390, height: 844 });
    const sidebar = page.locator('#sidebar');
    await sidebar.waitFor({ state: 'hidden' });
    await page.goto(home);
    await tabTo(page, button(page, 'Open navigation'));
    await page.keyboard.press('Enter');
    await seen(sidebar);
    await assertAccessible(page, { widths: [390] });
    await page.keyboard.press('Escape');
    await sidebar.waitFor({ state: 'hidden' });
    await page.keyboard.press('Enter');
    await tabTo(page, sidebar.getByRole('link', { name: /^Members/ }));
    await page.keyboard.press('Enter');
    await arrived(page, `${home}/members`, 'Members');
  });

  test('/ leads to the search', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(`${home}/members`);
    await page.keyboard.press('/');
    const search = page.getByRole('searchbox', { name: 'Search members' });
    assert.ok(await search.evaluate((element) => element === document.activeElement));
    assert.equal(await search.inputValue(), '');
    await page.keyboard.type('a/b');
    assert.equal(await search.inputValue(), 'a/b');
  });
});

suite('Lists, themes and menus', { command: 'demo' }, (test) => {
  const rows = (page) => page.locator('#results tbody tr');

  test('the list of members follows as one types, its address holds the question, and Back restores it', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(`${home}/members`);
    const all = await rows(page).count();
    assert.equal(all, 16);
    const search = page.getByRole('searchbox', { name: 'Search members' });
    await search.pressSequentially('yildiz'); // typed without its dots
    await page.waitForURL(`${home}/members?q=yildiz`);
    await page.waitForFunction(() => document.querySelectorAll('#results tbody tr').length === 1);
    assert.match(await rows(page).innerText(), /Elif Yıldız/);
    assert.ok(await search.evaluate((element) => element === document.activeElement), 'typing lost its place');
    await page.waitForFunction(() => document.querySelector('#announcer').textContent.startsWith('1 member'));
    await link(page, 'Elif Yıldız').click();
    await seen(heading(page, 'Elif Yıldız'));
    await assertAccessible(page);
    await page.goBack();
    await arrived(page, `${home}/members?q=yildiz`, 'Members');
    assert.equal(await rows(page).count(), 1);
    assert.equal(await search.inputValue(), 'yildiz');

    await search.fill('nobody at all');
    await says(page, 'Nobody matches');
    await assertAccessible(page);
    await link(page, 'Show all members').click();
    await arrived(page, `${home}/members`, 'Members');
    assert.equal(await rows(page).count(), all);

    await page.getByLabel('Role').selectOption('Organization Users');
    await page.waitForURL(`${home}/members?role=organization_user`);
    await page.waitForFunction((before) => document.querySelectorAll('#results tbody tr').length < before, all);
    for (const text of await rows(page).allInnerTexts()) assert.match(text, /Organization User/);
    await page.reload();
    assert.equal(await page.getByLabel('Role').inputValue(), 'organization_user');
  });

  test('the same with JavaScript off, by a button', async ({ browse, site }) => {
    const page = await browse({ js: false });
    await signInAs(page, site, 'Administrator');
    await page.goto(`${home}/members`);
    await page.getByRole('searchbox', { name: 'Search members' }).fill('cho');
    await page.getByLabel('Role').selectOption('Organization Users');
    await button(page, 'Search').click();
    await page.waitForURL(/\/members\?.*q=cho/);
    assert.equal(await rows(page).count(), 1);
    assert.match(await rows(page).innerText(), /Daniel Cho/);
    assert.equal(await page.locator('[data-copy]:visible').count(), 0, 'a copy button is shown that cannot copy');
  });

  test('a theme that was chosen stays, before and after signing in, and the system\'s comes back', async ({ browse, site }) => {
    const page = await browse();
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await page.goto('/login?with=password');
    const light = await background();
    assert.equal(await send(page, button(page, 'Dark')), 303);
    await seen(heading(page, 'Sign in'));
    const dark = await background();
    assert.notEqual(dark, light);
    assert.equal(await button(page, 'Dark').getAttribute('aria-pressed'), 'true');
    await signInAs(page, site, 'Organization User');
    await page.goto(`${home}/members?q=ch`);
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
    await page.getByRole('button', { name: /^Profile menu of / }).click();
    assert.equal(await send(page, page.locator('#profile').getByRole('button', { name: 'Light' })), 303);
    await page.waitForURL(`${home}/members?q=ch`);
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'light');
    await page.getByRole('button', { name: /^Profile menu of / }).click();
    assert.equal(await send(page, page.locator('#profile').getByRole('button', { name: 'As the system' })), 303);
    assert.equal(await page.locator('html').getAttribute('data-theme'), null);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto('/account');
    assert.equal(await page.locator('html').getAttribute('data-theme'), null);
  });

  test('the profile menu leads everywhere it says, and is itself accessible when open', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.getByRole('button', { name: /^Profile menu of / }).click();
    await seen(page.locator('#profile'));
    await assertAccessible(page);
    const lines = (await page.locator('#profile').getByRole('navigation').getByRole('link').allInnerTexts()).map((text) => text.trim());
    assert.deepEqual(lines, ['Apps', 'Collaborations', 'Account', 'Security', 'Members', 'Teams']);
    for (const line of lines) {
      await page.goto(home);
      await chooseInProfileMenu(page, line);
      await seen(heading(page, line));
    }
    await page.goto(home);
    await chooseInProfileMenu(page, 'Sign out');
    await arrived(page, '/login?notice=signed-out', 'Sign in');
  });
});

suite('The practice identity provider', { command: 'demo' }, (test) => {
  const asPerson = (page, words) => page.getByRole('button').filter({ hasText: words }).click();

  for (const js of [true, false]) {
    test(`a member signs in through it${js ? '' : ' with JavaScript off'}`, async ({ browse, site }) => {
      const { ssoURL, practiceURL } = await announced(site);
      const page = await browse({ js });
      await page.goto(ssoURL);
      if (!js) await page.getByRole('link', { name: /^Continue to / }).click();
      await page.waitForURL(`${practiceURL}/**`);
      if (js) await assertAccessible(page);
      await asPerson(page, 'Amara Okafor');
      if (!js) await button(page, 'Continue').click();
      await page.waitForURL(`${site.url}${home}`);
      await seen(page.getByRole('button', { name: 'Profile menu of Amara Okafor' }));
    });
  }

  test('signing out of the console signs out there, and signing out there signs out of the console', async ({ browse, site }) => {
    const { ssoURL, practiceURL } = await announced(site);
    const page = await browse();
    const comeIn = async () => {
      await page.goto(ssoURL);
      await asPerson(page, 'Amara Okafor');
      await page.waitForURL(`${site.url}${home}`);
    };
    await comeIn();
    await page.goto(practiceURL);
    await says(page, 'In this browser Amara Okafor is signed in here.');
    await assertAccessible(page);
    await page.goto(`${site.url}${home}`);
    await chooseInProfileMenu(page, 'Sign out');
    await says(page, 'You are signed out here and at Practice identity provider.');
    await assertAccessible(page);
    await page.goto(practiceURL);
    assert.equal(await button(page, 'Sign out everywhere').count(), 0);

    await comeIn();
    await page.goto(practiceURL);
    await button(page, 'Sign out everywhere').click();
    await seen(heading(page, 'You are signed out'));
    assert.equal(new URL(page.url()).origin, practiceURL);
    await page.goto(`${site.url}${home}`);
    await seen(heading(page, 'Sign in'));
  });

  test('an invited person becomes a member; a suspended and an unknown one are refused with a reference', async ({ browse, site }) => {
    const { ssoURL } = await announced(site);
    const invited = await browse();
    await invited.goto(ssoURL);
    await asPerson(invited, 'Samir Khoury');
    await invited.waitForURL(`${site.url}${home}`);
    await seen(invited.getByRole('button', { name: 'Profile menu of Samir Khoury' }));

    const references = [];
    for (const [name, sentence] of [['Ines Almeida', 'Your membership of Northwind Robotics is suspended. An Administrator can lift that.'], ['Sam Stranger', /^You are not a member of Northwind Robotics yet\./]]) {
      const refused = await browse();
      await refused.goto(ssoURL);
      await asPerson(refused, name);
      await seen(heading(refused, 'You are not signed in'));
      await says(refused, sentence);
      references.push((await refused.locator('#reference').innerText()).trim());
    }
    const admin = await browse();
    await signInAs(admin, site, 'Administrator');
    await admin.goto(`${home}/security/identity-providers/practice`);
    for (const reference of references) assert.match(await row(admin, reference).innerText(), /Refused/);
    await assertAccessible(admin);
    await admin.goto(`${home}/members?q=samir`);
    assert.match(await row(admin, 'Samir Khoury').innerText(), /Team Contributor/);
  });
});
