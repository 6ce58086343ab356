// The list of members as an Administrator works with it: search, filters, order, pages, files, and changes of many at once.
import { assert, assertAccessible, suite } from './harness.mjs';
import { signInAs } from './demo.mjs';
import { arrived, button, field, heading, link, row, says, seen, send } from './steps.mjs';

const home = '/orgs/northwind';
const list = `${home}/members`;
const rows = (page) => page.locator('#results tbody tr');
const names = (page) => page.locator('#results tbody .who a').allInnerTexts();
const tick = (page, name) => page.getByRole('checkbox', { name: `Select ${name}`, exact: true });
const shows = (page, n) => page.waitForFunction((want) => document.querySelectorAll('#results tbody tr').length === want, n);

suite('The list of members', { command: 'demo' }, (test) => {
  test('filters apply at once, stand in the address, and Back restores them', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(list);
    const all = await rows(page).count();
    await field(page, 'Team').selectOption('Perception');
    await page.waitForURL(`${list}?team=perception`);
    await shows(page, 3);
    await field(page, 'Came by').selectOption('SSO');
    await page.waitForURL(`${list}?team=perception&source=sso`);
    const narrowed = await rows(page).count();
    assert.ok(narrowed < 3);
    await field(page, 'Status').selectOption('Suspended');
    await says(page, 'Nobody matches');
    await assertAccessible(page);
    await link(page, 'Show all members').click();
    await arrived(page, list, 'Members');
    assert.equal(await rows(page).count(), all);

    await field(page, 'Status').selectOption('Suspended');
    await page.waitForURL(`${list}?status=suspended`);
    await shows(page, 1);
    const [suspended] = await names(page);
    await link(page, suspended).click();
    await seen(heading(page, suspended));
    await page.goBack();
    await page.waitForURL(`${list}?status=suspended`);
    assert.deepEqual(await names(page), [suspended]);
    assert.equal(await field(page, 'Status').inputValue(), 'suspended');
    await field(page, 'Activity').selectOption('Inactive for 90 days');
    await page.waitForURL(`${list}?status=suspended&inactive=90`);
  });

  test('the heads of the columns sort, and what is typed keeps the order', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(list);
    const byName = await names(page);
    await link(page, 'Member').click();
    await page.waitForURL(`${list}?sort=-name`);
    assert.deepEqual(await names(page), [...byName].reverse());
    await link(page, 'Last active').click();
    await page.waitForURL(`${list}?sort=active`);
    await page.waitForFunction(() => document.querySelector('#results tbody tr:first-child td:nth-last-child(2)').textContent.trim() === 'never');
    assert.equal(await page.getByRole('columnheader', { name: 'Last active' }).getAttribute('aria-sort'), 'ascending');
    await link(page, 'Role').click();
    await page.waitForURL(`${list}?sort=role`);
    await seen(page.getByRole('columnheader', { name: 'Role' }).and(page.locator('[aria-sort=ascending]')));
    const roles = await page.locator('#results tbody .badge').allInnerTexts();
    assert.deepEqual(roles, [...roles].sort());
    await page.getByRole('searchbox', { name: 'Search members' }).pressSequentially('an');
    await page.waitForURL(`${list}?q=an&sort=role`);
    await page.reload();
    assert.equal(await page.getByRole('columnheader', { name: 'Role' }).getAttribute('aria-sort'), 'ascending');
  });

  test('the list as it is filtered comes as CSV and JSON', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(`${list}?role=team_contributor&sort=-joined`);
    const shown = (await names(page)).sort();
    const fetched = async (kind) => {
      const [file] = await Promise.all([page.waitForEvent('download'), link(page, kind).click()]);
      assert.match(file.suggestedFilename(), new RegExp(`^northwind-members-\\d{4}-\\d\\d-\\d\\d\\.${kind.toLowerCase()}$`));
      let text = '';
      for await (const piece of await file.createReadStream()) text += piece;
      return text;
    };
    const lines = (await fetched('CSV')).trim().split('\r\n');
    assert.equal(lines.shift(), 'name,email,role,status,source,teams,last_active,joined,signs_in_with,second_factor');
    assert.deepEqual(lines.map((line) => line.split(',')[0]).sort(), shown);
    assert.deepEqual(JSON.parse(await fetched('JSON')).map((member) => member.name).sort(), shown);
    await page.goto(`${home}/audit?action=members.exported`);
    assert.equal(await page.locator('.log .entry').count(), 2);
  });

  test('a Team Contributor filters by own teams only and changes nobody', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Team Contributor');
    await page.goto(list);
    assert.deepEqual(await field(page, 'Team').locator('option').allInnerTexts(), ['All teams', 'Perception']);
    assert.equal(await page.locator('#results input[type=checkbox]').count(), 0);
    assert.equal(await page.getByRole('columnheader', { name: 'Signs in with' }).count(), 0);
    await assertAccessible(page);
  });

  test('many are changed after a preview; who changed meanwhile is told apart', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(list);
    const bar = page.locator('.bulk');
    assert.ok(await bar.isHidden(), 'what to do is offered before anybody is ticked');
    for (const name of ['Amara Okafor', 'Daniel Cho', 'Hugo Martínez', 'Kamala Iyer']) await tick(page, name).check();
    await seen(bar);
    await says(page, '4 selected:');
    await assertAccessible(page);
    assert.equal(await send(page, button(page, 'Change role')), 200);
    await seen(heading(page, 'Change roles'));
    assert.equal(await send(page, button(page, 'Preview')), 422);
    await says(page, 'Choose what they will be.');
    await page.getByRole('radio', { name: /^Organization Contributor/ }).check();
    assert.equal(await send(page, button(page, 'Preview')), 200);
    assert.match(await row(page, 'Amara Okafor').innerText(), /Skipped[^]*This is you/);
    assert.match(await row(page, 'Daniel Cho').innerText(), /Becomes Organization Contributor/);
    await assertAccessible(page);

    // Another Administrator's browser removes one of them before this one confirms.
    const other = await browse();
    await signInAs(other, site, 'Administrator');
    await other.goto(list);
    await tick(other, 'Hugo Martínez').check();
    assert.equal(await send(other, button(other, 'Remove')), 200);
    await field(other, 'Type the organization\'s ID, northwind, to confirm').press('Enter');
    await seen(heading(other, 'Remove members'));
    assert.equal(await send(other, button(other, 'Remove 1 member')), 422);
    await says(other, 'This is not the ID of the organization. Nothing was changed.');
    await field(other, 'Type the organization\'s ID, northwind, to confirm').fill('northwind');
    assert.equal(await send(other, button(other, 'Remove 1 member')), 200);
    await seen(heading(other, '1 member changed'));

    assert.equal(await send(page, page.getByRole('button', { name: /^Change the role of 3 members$/ })), 200);
    await seen(heading(page, '2 members changed'));
    await says(page, '1 member not changed, 1 member skipped.');
    assert.match(await row(page, 'Somebody').innerText(), /Not changed[^]*Is no longer a member/);
    await assertAccessible(page);
    await link(page, 'Back to the members').click();
    await page.waitForURL(list);
    assert.match(await row(page, 'Daniel Cho').innerText(), /Organization Contributor/);
    assert.equal(await row(page, 'Hugo Martínez').count(), 0);
  });

  test('by keyboard: tick, add to a team, and back', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Organization Contributor');
    await page.goto(list);
    const all = page.getByRole('checkbox', { name: 'Select all on this page' });
    await all.focus();
    await page.keyboard.press('Space');
    await page.waitForFunction(() => [...document.querySelectorAll('tbody .check')].every((box) => box.checked));
    await page.keyboard.press('Space');
    assert.ok(await page.locator('.bulk').isHidden());
    await tick(page, 'Daniel Cho').focus();
    await page.keyboard.press('Space');
    assert.ok(await all.evaluate((box) => box.indeterminate));
    assert.deepEqual(await page.locator('.bulk button').allInnerTexts(), ['Add to a team']);
    await button(page, 'Add to a team').focus();
    await Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press('Enter')]);
    await seen(heading(page, 'Add to a team'));
    await field(page, 'Team').selectOption('Research');
    await button(page, 'Preview').focus();
    await Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press('Enter')]);
    const confirm = await seen(button(page, 'Add to Research: 1 member'));
    await confirm.focus();
    await Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press('Enter')]);
    await seen(heading(page, '1 member changed'));
  });

  test('the same with JavaScript off', async ({ browse, site }) => {
    const page = await browse({ js: false });
    await signInAs(page, site, 'Administrator');
    await page.goto(list);
    assert.ok(await page.locator('[data-tick-all]').isHidden(), 'a tick is shown that could tick nothing');
    await field(page, 'Status').selectOption('Active');
    await button(page, 'Search').click();
    await page.waitForURL(/status=active/);
    await tick(page, 'Liam O’Connor').check();
    await seen(page.locator('.bulk'));
    assert.equal(await send(page, button(page, 'Suspend')), 200);
    assert.equal(await send(page, button(page, 'Suspend 1 member')), 200);
    await seen(heading(page, '1 member changed'));
    await link(page, 'Back to the members').click();
    assert.match(await row(page, 'Liam O’Connor').innerText(), /Suspended/);
    await link(page, 'Joined').click();
    await page.waitForURL(`${list}?sort=joined`);
  });
});

suite('A list of many members', { command: 'demo', args: ['--members', '140'] }, (test) => {
  test('leads through everybody once, and back', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(`${list}?sort=-active`);
    const addresses = () => page.locator('#results tbody .who a').evaluateAll((links) => links.map((a) => a.pathname));
    const pages = [await addresses()];
    for (const n of [50, 40]) {
      const before = page.url();
      await link(page, 'Next').click();
      await page.waitForFunction((was) => location.href !== was, before);
      await shows(page, n);
      pages.push(await addresses());
    }
    assert.equal(new Set(pages.flat()).size, 140, 'somebody is missing, or there twice');
    assert.equal(await page.getByRole('link', { name: 'Next', exact: true }).and(page.locator('[href]')).count(), 0);
    await link(page, 'Previous').click();
    await shows(page, 50);
    assert.deepEqual(await addresses(), pages[1]);
    await page.goBack();
    await shows(page, 40);
    assert.deepEqual(await addresses(), pages[2]);
    await assertAccessible(page);
  });

  test('all that match are chosen beyond the page', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(list);
    await page.getByRole('checkbox', { name: 'Select all on this page' }).check();
    await says(page, '50 selected:');
    await page.getByRole('checkbox', { name: 'or all 140 members' }).check();
    assert.equal(await send(page, button(page, 'Reinstate')), 200);
    assert.equal(await page.locator('main tbody tr').count(), 140);
    const suspended = await page.locator('main tbody tr').filter({ hasText: 'Will be let in again' }).count();
    assert.equal(await send(page, page.getByRole('button', { name: /^Reinstate \d+ members?$/ })), 200);
    await seen(heading(page, `${suspended} ${suspended === 1 ? 'member' : 'members'} changed`));
    await page.goto(`${list}?status=suspended`);
    await says(page, 'Nobody matches');
  });
});
