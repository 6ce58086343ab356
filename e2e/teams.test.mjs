// Teams: made, filled, changed and deleted, and what they give and take, as a person sees it in the browser.
import { assert, assertAccessible, suite } from './harness.mjs';
import { signInAs } from './demo.mjs';
import { arrived, button, field, fill, heading, link, open, refusedAt, row, says, seen, send, tabTo } from './steps.mjs';

const home = '/orgs/northwind';
const teams = `${home}/teams`;
const chosen = (page) => page.getByRole('group', { name: /^Chosen/ });
const matches = (page) => page.getByRole('group', { name: /^(Matches|Members|Apps)/ });
const pick = (page, name) => matches(page).getByRole('checkbox', { name: new RegExp(`^${name}`) });

/** Types into the search of a picker and waits for the match, then ticks it and waits until it is among the chosen. */
async function choose(page, label, typed, name) {
  await field(page, label).fill(typed);
  await seen(matches(page).getByText(name, { exact: true }));
  await pick(page, name).check();
  await seen(chosen(page).getByText(name, { exact: true }));
}

suite('Teams', { command: 'demo', databases: ['sqlite', 'postgres'], steps: true }, (test) => {
  test('a team is created, with a wrong ID and then a right one', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Organization Contributor');
    await page.goto(teams);
    await link(page, 'Create team').click();
    await arrived(page, `${teams}/new`, 'Create team');
    await assertAccessible(page);
    await fill(page, { ID: 'perception', Name: 'Night shift', 'Description (optional)': 'Who is there when nobody is.' });
    assert.equal(await send(page, button(page, 'Create team')), 422);
    await refusedAt(page, 'ID', 'This ID is taken. Choose another one.');
    assert.equal(await field(page, 'Name').inputValue(), 'Night shift');
    await field(page, 'ID').fill('night!');
    assert.equal(await send(page, button(page, 'Create team')), 422);
    await refusedAt(page, 'ID', 'Use letters, digits, and single - or _ between them.');
    await assertAccessible(page);
    await field(page, 'ID').fill('night-shift');
    assert.equal(await send(page, button(page, 'Create team')), 303);
    await arrived(page, `${teams}/night-shift`, 'Night shift');
    await says(page, 'Nobody is in this team');
    await assertAccessible(page);
  });

  test('people and apps are found as one types, collected, and added at once; a Team Contributor gains the app', async ({ browse, site }) => {
    const page = await browse();
    const hers = await browse();
    await signInAs(hers, site, 'Team Contributor');
    assert.equal(await open(hers, `${home}/apps/route-planner`), 404);

    await signInAs(page, site, 'Organization Contributor');
    await page.goto(`${teams}/night-shift/apps`);
    await link(page, 'Add apps').first().click();
    await arrived(page, /\/apps\/add$/, 'Add apps');
    await choose(page, 'Search apps', 'route', 'route-planner');
    await choose(page, 'Search apps', 'tick', 'ticket-triage');
    await assertAccessible(page);
    assert.equal(await send(page, button(page, 'Continue')), 200);
    await says(page, 'Nobody gains an app by this now.');
    assert.equal(await send(page, button(page, 'Add 2 apps')), 303);
    await says(page, '2 apps are added to Night shift.');

    await page.goto(`${teams}/night-shift`);
    await link(page, 'Add members').first().click();
    await arrived(page, /\/members\/add$/, 'Add members');
    await choose(page, 'Search members', 'chiara', 'Chiara Lombardi');
    await choose(page, 'Search members', 'mei', 'Mei Lin');
    await choose(page, 'Search members', 'hugo', 'Hugo Martínez');
    await choose(page, 'Search members', 'noor', 'Noor van den Berg');
    await chosen(page).getByRole('checkbox', { name: 'Noor van den Berg' }).uncheck();
    await chosen(page).getByText('Noor van den Berg').waitFor({ state: 'detached' });
    await assertAccessible(page);
    // The address holds the choice: going back to it restores it.
    await page.waitForFunction(() => new URLSearchParams(location.search).getAll('member').length === 3);
    await page.reload();
    assert.equal(await chosen(page).getByRole('checkbox').count(), 3);

    assert.equal(await send(page, button(page, 'Continue')), 200);
    await says(page, '2 people gain 2 apps.');
    await seen(row(page, 'Chiara Lombardi').getByText('Gains 2 apps.'));
    await seen(row(page, 'Hugo Martínez').getByText('Reaches every app as an Organization User.'));
    await assertAccessible(page);
    assert.equal(await open(hers, `${home}/apps/route-planner`), 404, 'a preview gave something');
    assert.equal(await send(page, button(page, 'Add 3 members')), 303);
    await says(page, '3 members are added to Night shift.');
    await seen(row(page, 'Mei Lin').getByText('by Benedikt Sørensen'));
    await assertAccessible(page);

    assert.equal(await open(hers, `${home}/apps/route-planner`), 200);
    await hers.goto(`${teams}/night-shift`);
    await seen(heading(hers, 'Night shift'));
    for (const name of ['Edit', 'Add members']) assert.equal(await link(hers, name).count(), 0, `a Team Contributor is offered “${name}”`);
    assert.equal(await hers.getByRole('checkbox').count(), 0);
    assert.equal(await open(hers, `${teams}/warehouse`), 404);
    await hers.goto(teams);
    assert.equal(await hers.getByRole('row').filter({ hasText: 'Warehouse' }).count(), 0);
  });

  test('who is removed loses the app at once', async ({ browse, site }) => {
    const page = await browse();
    const hers = await browse();
    await signInAs(hers, site, 'Team Contributor');
    assert.equal(await open(hers, `${home}/apps/route-planner`), 200);
    await signInAs(page, site, 'Administrator');
    await page.goto(`${teams}/night-shift`);
    assert.ok(await button(page, 'Remove from the team').isHidden(), 'nobody is selected, and the bar is there');
    await field(page, 'Select Chiara Lombardi').check();
    await field(page, 'Select Hugo Martínez').check();
    await seen(button(page, 'Remove from the team'));
    await assertAccessible(page);
    assert.equal(await send(page, button(page, 'Remove from the team')), 200);
    await says(page, '1 person loses 2 apps, because nothing else opens them to them.');
    await seen(row(page, 'Chiara Lombardi').getByText('Loses 2 apps.'));
    await assertAccessible(page);
    assert.equal(await send(page, button(page, 'Remove 2 members')), 303);
    await says(page, '2 members are removed from Night shift.');
    assert.equal(await open(hers, `${home}/apps/route-planner`), 404);
    assert.equal(await open(hers, `${teams}/night-shift`), 404);
  });

  test('an edit made to an old version is set beside what somebody else saved', async ({ browse, site }) => {
    const mine = await browse();
    const theirs = await browse();
    await signInAs(mine, site, 'Administrator');
    await signInAs(theirs, site, 'Organization Contributor');
    await mine.goto(`${teams}/night-shift/edit`);
    await theirs.goto(`${teams}/night-shift/edit`);
    await fill(theirs, { Name: 'Late shift' });
    assert.equal(await send(theirs, button(theirs, 'Save changes')), 303);
    await fill(mine, { Name: 'Owls', 'Description (optional)': 'Awake at night.' });
    assert.equal(await send(mine, button(mine, 'Save changes')), 409);
    await says(mine, 'Somebody else saved this meanwhile.');
    await seen(row(mine, 'Late shift').getByText('Owls'));
    assert.equal(await field(mine, 'Description (optional)').inputValue(), 'Awake at night.');
    await assertAccessible(mine);
    assert.equal(await send(mine, button(mine, 'Save changes')), 303);
    await arrived(mine, `${teams}/night-shift`, 'Owls');
  });

  test('deleting says in numbers what it takes, and takes the ID typed', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(`${teams}/night-shift/edit`);
    await page.getByRole('link', { name: 'Delete team…' }).click();
    await says(page, '1 member and 2 apps are in it; they stay in the organization. 1 person loses 2 apps, because nothing else opens them to them. There is no way back.');
    await field(page, 'Type night-shift to confirm').fill('night-shift');
    await page.keyboard.press('Enter');
    await field(page, 'Type night-shift to confirm').fill('late-shift');
    assert.equal(await send(page, button(page, 'Delete team')), 422);
    await refusedAt(page, 'Type night-shift to confirm', 'Type “night-shift” to delete it.');
    await assertAccessible(page);
    await field(page, 'Type night-shift to confirm').fill('night-shift');
    assert.equal(await send(page, button(page, 'Delete team')), 303);
    await arrived(page, teams, 'Teams');
    await says(page, 'The team is deleted.');
    assert.equal(await row(page, 'Owls').count(), 0);
    await page.goto(`${home}/audit`);
    for (const words of ['deleted a team', 'added a member to a team', 'removed a member from a team', 'added an app to a team', 'edited a team', 'created a team']) await seen(page.getByRole('listitem').filter({ hasText: words }).first());
  });
});

suite('Teams, otherwise', { command: 'demo' }, (test) => {
  test('by keyboard alone', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(teams);
    await tabTo(page, link(page, 'Research'));
    await page.keyboard.press('Enter');
    await page.waitForURL(`${teams}/research`);
    await tabTo(page, link(page, 'Add members').first());
    await page.keyboard.press('Enter');
    await page.waitForURL(`${teams}/research/members/add`);
    const search = field(page, 'Search members');
    assert.ok(await search.evaluate((input) => input === document.activeElement), 'the search does not have the focus');
    for (const [typed, name] of [['priya', 'Priya Raman'], ['kamala', 'Kamala Iyer']]) {
      await page.keyboard.type(typed);
      await seen(page.getByRole('group', { name: 'Matches' }).getByText(name, { exact: true }));
      await tabTo(page, pick(page, name));
      await page.keyboard.press('Space');
      await seen(chosen(page).getByText(name, { exact: true }));
      // One goes on typing: the search has the focus again, and what was typed is selected.
      await page.waitForFunction(() => document.activeElement?.id === 'q');
    }
    await tabTo(page, button(page, 'Continue'));
    await Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press('Enter')]);
    await tabTo(page, button(page, 'Add 2 members'));
    await Promise.all([page.waitForURL(`${teams}/research`), page.keyboard.press('Enter')]);
    await seen(row(page, 'Kamala Iyer'));
    await tabTo(page, field(page, 'Select Kamala Iyer'));
    await page.keyboard.press('Space');
    await tabTo(page, button(page, 'Remove from the team'));
    await Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press('Enter')]);
    await tabTo(page, button(page, 'Remove 1 member'));
    await Promise.all([page.waitForURL(`${teams}/research`), page.keyboard.press('Enter')]);
    await seen(row(page, 'Priya Raman'));
    assert.equal(await row(page, 'Kamala Iyer').count(), 0);
  });

  test('without JavaScript', async ({ browse, site }) => {
    const page = await browse({ js: false });
    await signInAs(page, site, 'Organization Contributor');
    await page.goto(`${teams}/support/members/add`);
    await field(page, 'Search members').fill('mei');
    await button(page, 'Search').click();
    await pick(page, 'Mei Lin').check();
    await field(page, 'Search members').fill('chiara');
    await button(page, 'Search').click();
    assert.equal(await chosen(page).getByRole('checkbox').count(), 1);
    await pick(page, 'Chiara Lombardi').check();
    await button(page, 'Continue').click();
    await says(page, '2 people gain 1 app.');
    await button(page, 'Add 2 members').click();
    await seen(row(page, 'Chiara Lombardi'));
    await field(page, 'Select Mei Lin').check();
    await button(page, 'Remove from the team').click();
    await button(page, 'Remove 1 member').click();
    await says(page, '1 member is removed from Customer support.');
    assert.equal(await row(page, 'Mei Lin').count(), 0);
    await page.goto(`${teams}/support/members/add`);
    await button(page, 'Continue').click();
    await refusedAt(page, 'Search members', 'Choose at least one member.', { first: false });
  });
});
