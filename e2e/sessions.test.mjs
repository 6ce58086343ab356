// What an Administrator ends in other browsers, and the second factor that an organization asks for, as those see it whom it concerns.
import { code } from './authenticator.mjs';
import { assert, assertAccessible, suite } from './harness.mjs';
import { announced, signInAs } from './demo.mjs';
import { arrived, button, field, heading, link, open, row, says, seen, send, tabTo } from './steps.mjs';

const home = '/orgs/northwind';
const sessions = `${home}/security/sessions`;
const rule = `${home}/security/second-factor`;

/** Asserts that the next click leads out, and that the page says by whom. */
async function isOut(page) {
  await page.goto(`${home}/apps`);
  await seen(heading(page, 'Sign in'));
  await says(page, 'An Administrator of Northwind Robotics ended your session. Sign in again to go on.');
}

/** Signs in at the practice identity provider as somebody of its list. */
async function throughPractice(page, site, name) {
  const { ssoURL } = await announced(site);
  await page.goto(ssoURL);
  await page.getByRole('button').filter({ hasText: name }).click();
  await page.waitForURL(`${site.url}${home}`);
}

/** Sets up an authenticator app on the page that is open, and returns what makes its codes. */
async function setUp(page) {
  await seen(heading(page, 'Set up an authenticator app'));
  const key = await field(page, 'Or type this key').inputValue();
  await field(page, 'Code').fill(code(key));
  assert.equal(await send(page, button(page, 'Set up')), 200);
  await seen(heading(page, 'Your authenticator app is set up'));
  return key;
}

suite('Sessions of other people', { command: 'demo', databases: ['postgres'], steps: true }, (test) => {
  test('by keyboard alone one is ended, and that browser is out at its next click and is told why', async ({ browse, site }) => {
    const page = await browse();
    const theirs = await browse();
    const other = await browse();
    await signInAs(theirs, site, 'Organization User');
    await signInAs(other, site, 'Team Contributor');
    await signInAs(page, site, 'Administrator');
    await page.goto(`${home}/security`);
    await tabTo(page, link(page, 'Show sessions'));
    await page.keyboard.press('Enter');
    await arrived(page, sessions, 'Sessions');
    await seen(row(page, 'Chiara Lombardi'));
    await seen(row(page, 'Amara Okafor').getByText('This session'));
    await assertAccessible(page);
    await tabTo(page, row(page, 'Daniel Cho').getByRole('button', { name: /^End/ }));
    await page.keyboard.press('Enter');
    await seen(heading(page, 'End a session'));
    await says(page, 'Nothing has ended yet.');
    await assertAccessible(page);
    assert.equal(await open(theirs, `${home}/apps`), 200);
    await tabTo(page, button(page, 'End 1 session'));
    await page.keyboard.press('Enter');
    await says(page, 'One session has ended.');
    assert.equal(await row(page, 'Daniel Cho').count(), 0);
    await isOut(theirs);
    await assertAccessible(theirs);
    assert.equal(await open(other, `${home}/apps`), 200);
  });

  test('all of an identity provider are ended, and nobody else\'s, without JavaScript too', async ({ browse, site }) => {
    const page = await browse({ js: false });
    const theirs = await browse();
    const other = await browse();
    await throughPractice(theirs, site, 'Daniel Cho');
    await signInAs(other, site, 'Team Contributor');
    await signInAs(page, site, 'Administrator');
    await page.goto(`${sessions}?provider=practice`);
    await seen(row(page, 'Daniel Cho'));
    assert.equal(await row(page, 'Chiara Lombardi').count(), 0);
    assert.equal(await send(page, button(page, 'End all through Practice identity provider')), 200);
    await seen(heading(page, 'End all sessions through Practice identity provider'));
    assert.equal(await send(page, button(page, 'End 1 session')), 303);
    await says(page, 'One session has ended.');
    await isOut(theirs);
    assert.equal(await open(other, `${home}/apps`), 200);
    await page.goto(`${home}/audit`);
    await seen(page.getByText('ended sessions of a member').first());
  });

  test('nothing fits a filter, and nothing is ticked', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(`${sessions}?q=nobody-is-called-so`);
    await seen(heading(page, 'Sessions'));
    await says(page, 'No live session fits the search and the filters.');
    await assertAccessible(page);
    await page.goto(sessions);
    assert.equal(await send(page, button(page, 'End the ticked ones')), 422);
    await says(page, 'Tick the sessions to end first.');
  });
});

suite('A second factor that the organization asks for', { command: 'demo', steps: true }, (test) => {
  let adminKey;
  let theirKey;

  test('an Administrator sees whom it concerns, sets up one of their own, and requires it', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(rule);
    await says(page, 'Not required');
    assert.ok(await button(page, 'Require a second factor').isDisabled(), 'it can be required by somebody without one');
    await assertAccessible(page);
    await link(page, 'Set up an authenticator app').click();
    adminKey = await setUp(page);
    await page.goto(rule);
    assert.equal(await send(page, button(page, 'Require a second factor')), 303);
    await arrived(page, rule, 'Second factor');
    await says(page, 'Stop requiring it');
    await assertAccessible(page);
  });

  test('a member is led to set one up, goes on from there, and is asked for it at the next sign-in', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Organization Contributor');
    await page.goto(`${home}/teams`);
    await seen(heading(page, 'Set up a second factor'));
    await assertAccessible(page);
    await link(page, 'Set up an authenticator app').click();
    theirKey = await setUp(page);
    await link(page, 'I have kept them').click();
    await arrived(page, `${home}/teams`, 'Teams');

    const again = await browse();
    await signInAs(again, site, 'Organization Contributor');
    await seen(heading(again, 'Second factor'));
    await field(again, 'Code').fill(code(theirKey, 1));
    assert.equal(await send(again, button(again, 'Sign in')), 303);
    assert.equal(await open(again, `${home}/teams`), 200);
  });

  test('it is listed, and reset for somebody who lost it, who is out and sets up another', async ({ browse, site }) => {
    const theirs = await browse();
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await field(page, 'Code').fill(code(adminKey, 1));
    assert.equal(await send(page, button(page, 'Sign in')), 303);
    await page.goto(`${home}/members?factor=has`);
    await seen(row(page, 'Benedikt Sørensen'));
    assert.equal(await row(page, 'Daniel Cho').count(), 0);
    await link(page, 'Benedikt Sørensen').click();
    await seen(heading(page, 'Benedikt Sørensen'));
    await page.getByRole('link', { name: /^Reset/ }).click();
    await seen(heading(page, 'Reset the second factor of Benedikt Sørensen'));
    await assertAccessible(page);
    assert.equal(await send(page, button(page, 'Reset the second factor')), 303);
    await says(page, 'The second factor of Benedikt Sørensen is reset. They are signed out everywhere.');
    await signInAs(theirs, site, 'Organization Contributor');
    await theirs.goto(home);
    await seen(heading(theirs, 'Set up a second factor'));
  });
});
