// What an Administrator does to one member, and what that person sees of it in their own browser at the same moment.
import { assert, assertAccessible, suite } from './harness.mjs';
import { signInAs } from './demo.mjs';
import { arrived, button, field, heading, link, open, refusedAt, row, says, seen, send, tabTo } from './steps.mjs';

const home = '/orgs/northwind';

/** Opens somebody's page from the list, and returns its path. */
async function openMember(page, name) {
  await page.goto(`${home}/members?q=${encodeURIComponent(name)}`);
  await link(page, name).click();
  await seen(heading(page, name));
  return new URL(page.url()).pathname;
}

/** The card of that heading. */
const card = (page, name) => page.locator('section').filter({ has: page.getByRole('heading', { name, exact: true }) });

suite('One member', { command: 'demo', databases: ['sqlite', 'postgres'], steps: true }, (test) => {
  test('the page says what they are, what they reach and why', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await openMember(page, 'Chiara Lombardi');
    await seen(row(page, 'shelf-vision').getByText('Team Perception'));
    await seen(row(page, 'pallet-counter').getByText('Team Perception, Visible to the organization'));
    await assertAccessible(page);
    await link(page, 'Open as a list').click();
    await arrived(page, /\/apps$/, 'Apps of Chiara Lombardi');
    await assertAccessible(page);
    await link(page, 'Back to Chiara Lombardi').click();
    await link(page, 'Perception').click();
    await arrived(page, `${home}/teams/perception`, 'Perception');
  });

  test('by keyboard alone a role is changed, and the person has it on the next request', async ({ browse, site }) => {
    const page = await browse();
    const theirs = await browse();
    await signInAs(theirs, site, 'Organization Contributor');
    assert.equal(await open(theirs, `${home}/teams/new`), 200);
    await signInAs(page, site, 'Administrator');
    const path = await openMember(page, 'Benedikt Sørensen');
    await tabTo(page, link(page, 'Change role'));
    await page.keyboard.press('Enter');
    await arrived(page, `${path}/role`, 'Change the role of Benedikt Sørensen');
    await assertAccessible(page);
    const chosen = page.getByRole('radio', { name: /^Organization Contributor/ });
    await tabTo(page, chosen);
    assert.ok(await chosen.isChecked());
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const next = page.getByRole('radio', { name: /^Organization User/ });
    assert.ok(await next.isChecked());
    assert.match(await page.locator('label.radio-card').filter({ has: next }).innerText(), /Takes 17 rights: /);
    await tabTo(page, button(page, 'Save role'));
    await Promise.all([page.waitForURL(path), page.keyboard.press('Enter')]);
    await says(page, 'The role is Organization User now, from the next request on.');
    await says(page, 'by Amara Okafor');
    assert.equal(await open(theirs, `${home}/teams/new`), 403);
    await says(theirs, 'Create / Edit / Delete Teams');
    assert.equal(await open(theirs, `${home}/members`), 200);
  });

  test('what somebody else saved meanwhile is shown beside what was chosen', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    const path = await openMember(page, 'Hugo Martínez');
    await page.goto(`${path}/role`);
    const other = await page.context().newPage();
    await other.goto(`${path}/role`);
    await other.getByRole('radio', { name: /^Team Contributor/ }).check();
    assert.equal(await send(other, button(other, 'Save role')), 303);
    await page.getByRole('radio', { name: /^Organization Contributor/ }).check();
    assert.equal(await send(page, button(page, 'Save role')), 409);
    await says(page, 'Somebody else changed Hugo Martínez meanwhile.');
    await says(page, 'You chose:');
    assert.ok(await page.getByRole('radio', { name: /^Organization Contributor/ }).isChecked(), 'the choice is lost');
    await assertAccessible(page);
    assert.equal(await send(page, button(page, 'Save role')), 303);
    await seen(heading(page, 'Hugo Martínez'));
  });

  test('suspended is locked out at once, reinstated is what they were', async ({ browse, site }) => {
    const page = await browse();
    const theirs = await browse();
    await signInAs(theirs, site, 'Team Contributor');
    assert.equal(await open(theirs, `${home}/apps/shelf-vision`), 200);
    await signInAs(page, site, 'Administrator');
    await openMember(page, 'Chiara Lombardi');
    assert.equal(await send(page, button(page, 'Suspend')), 303);
    await says(page, 'Suspended. Nothing of Northwind Robotics opens for them any more.');
    await assertAccessible(page);
    for (const path of ['', '/members', '/leave']) assert.equal(await open(theirs, home + path), 403);
    await says(theirs, 'Your membership is suspended');
    await theirs.goto('/account');
    await seen(row(theirs, 'Northwind Robotics').getByText('Suspended'));
    assert.equal(await theirs.getByRole('link', { name: /^Leave/ }).count(), 0);
    assert.equal(await send(page, button(page, 'Reinstate')), 303);
    assert.equal(await open(theirs, `${home}/apps/shelf-vision`), 200);
  });

  test('one of two sessions is ended, then all', async ({ browse, site }) => {
    const page = await browse();
    const [first, second] = [await browse(), await browse()];
    for (const each of [first, second]) await signInAs(each, site, 'Team Contributor');
    await signInAs(page, site, 'Administrator');
    await openMember(page, 'Chiara Lombardi');
    const sessions = card(page, 'Sessions');
    await seen(sessions.getByText('Chrome on Linux').first());
    const before = await sessions.getByRole('button', { name: /^End the session/ }).count();
    assert.equal(await send(page, sessions.getByRole('button', { name: /^End the session/ }).first()), 303);
    assert.equal(await sessions.getByRole('button', { name: /^End the session/ }).count(), before - 1);
    await second.goto(home);
    await seen(heading(second, 'Sign in'));
    assert.equal(await open(first, home), 200);
    assert.equal(await send(page, sessions.getByRole('button', { name: 'End all', exact: true })), 303);
    await says(page, 'Signed in nowhere.');
    await first.goto(home);
    await seen(heading(first, 'Sign in'));
    await seen(card(page, 'Activity').getByText('ended sessions of a member').first());
    await link(page, 'Show in the audit log').click();
    await seen(heading(page, 'Audit log'));
    await seen(link(page, /^Remove member:chiara\S+ from the search$/));
    await assertAccessible(page);
  });

  test('a member is removed, keeps the one app that was ticked, and nothing else', async ({ browse, site }) => {
    const page = await browse();
    const theirs = await browse();
    await signInAs(theirs, site, 'Outside collaborator');
    await signInAs(page, site, 'Administrator');
    await page.goto(`${home}/invitations/new`);
    await field(page, 'Email addresses').fill('quentin@tailspin.example');
    assert.equal(await send(page, button(page, 'Preview')), 200);
    assert.equal(await send(page, button(page, 'Make 1 invitation')), 200);
    await theirs.goto('/account');
    assert.equal(await send(theirs, theirs.getByRole('button', { name: /^Accept/ })), 303);
    assert.equal(await open(theirs, `${home}/apps/demand-forecast`), 200);

    const path = await openMember(page, 'Quentin Marsh');
    await seen(row(page, 'ticket-triage').getByText('Collaborator, as a viewer'));
    await link(page, 'Remove from Northwind Robotics').click();
    await arrived(page, `${path}/remove`, 'Remove Quentin Marsh');
    await says(page, 'They were given 1 app as a collaborator.');
    await assertAccessible(page);
    await field(page, 'Keep ticket-triage').check();
    const confirm = page.getByLabel('Type quentin@tailspin.example to confirm');
    await confirm.fill('quentin@tailspin.example');
    await confirm.press('Enter'); // destroys nothing
    assert.equal(await open(theirs, home), 200);
    await confirm.fill('quentin');
    assert.equal(await send(page, button(page, 'Remove Quentin Marsh')), 422);
    await refusedAt(page, 'Type quentin@tailspin.example to confirm', 'Type “quentin@tailspin.example” to remove Quentin Marsh.');
    assert.ok(await field(page, 'Keep ticket-triage').isChecked(), 'what was ticked is lost');
    await assertAccessible(page);
    await confirm.fill('quentin@tailspin.example');
    assert.equal(await send(page, button(page, 'Remove Quentin Marsh')), 303);
    await says(page, 'Quentin Marsh is no longer a member of Northwind Robotics.');
    assert.equal(await open(page, path), 404);
    assert.equal(await open(theirs, home), 404);
    assert.equal(await open(theirs, `${home}/apps/demand-forecast`), 404);
    assert.equal(await open(theirs, `${home}/apps/ticket-triage`), 200);
  });

  test('the last active Administrator is told why not, everywhere', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    const second = await openMember(page, 'Elif Yıldız');
    assert.equal(await send(page, button(page, 'Suspend')), 303);
    const reason = 'You are the only active Administrator. Make somebody else an Administrator first.';
    const path = await openMember(page, 'Amara Okafor');
    assert.ok(await button(page, 'Suspend').isDisabled());
    await says(page, reason);
    await assertAccessible(page);
    await page.goto(`${path}/role`);
    assert.ok(await button(page, 'Save role').isDisabled());
    for (const role of ['Organization Contributor', 'Team Contributor', 'Organization User']) {
      assert.ok(await page.getByRole('radio', { name: new RegExp(`^${role}`) }).isDisabled(), role);
    }
    await says(page, reason);
    await assertAccessible(page);
    await page.goto(`${home}/leave`);
    assert.ok(await button(page, 'Leave Northwind Robotics').isDisabled());
    await says(page, reason);
    await assertAccessible(page);
    await page.goto(second);
    assert.equal(await send(page, button(page, 'Reinstate')), 303);
    await page.goto(path);
    assert.ok(await button(page, 'Suspend').isEnabled());
  });

  test('with JavaScript off somebody leaves, from their account', async ({ browse, site }) => {
    const page = await browse({ js: false });
    await signInAs(page, site, 'Organization User');
    await page.goto('/account');
    await page.getByRole('link', { name: 'Leave Northwind Robotics' }).click();
    await arrived(page, `${home}/leave`, 'Leave Northwind Robotics');
    await field(page, 'Type northwind to confirm').fill('north');
    assert.equal(await send(page, button(page, 'Leave Northwind Robotics')), 422);
    await says(page, 'Type “northwind” to leave it.');
    await field(page, 'Type northwind to confirm').fill('northwind');
    assert.equal(await send(page, button(page, 'Leave Northwind Robotics')), 303);
    await arrived(page, '/account', 'Account');
    await says(page, 'You have left Northwind Robotics.');
    await says(page, 'No organizations yet');
    assert.equal(await open(page, home), 404);
  });
});
