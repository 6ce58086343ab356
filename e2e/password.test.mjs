// Passwords: signing in, being locked out, forgetting and changing them, and the sessions they open.
import { assert, assertAccessible, suite } from './harness.mjs';
import { administrator, arrived, button, chooseInProfileMenu, field, fill, goodPassword, heading, link, open, refusedAt, row, says, seen, send, signIn } from './steps.mjs';

const home = '/orgs/northwind';
const security = '/account/security';
const alice = 'alice@northwind.example';
const bob = 'bob@northwind.example';
const wrong = 'The email address or the password is wrong.';
const newPassword = 'copper ladder meadow eleven';

/** Opens a browser in which somebody is signed in. */
async function signedIn(browse, email, password, options) {
  const page = await browse(options);
  assert.equal(await signIn(page, email, password), 303);
  await page.waitForURL(home);
  return page;
}

/** Asserts that a browser's session is over. */
async function signedOut(page) {
  await page.goto(home);
  await arrived(page, `/login?next=${encodeURIComponent(home)}`, 'Sign in');
}

/** What the page says is wrong with the whole form. */
const alert = (page) => page.getByRole('alert').innerText();

/** Tries to sign in and returns everything that somebody outside can tell apart. */
async function attempt(page, email, password) {
  const status = await signIn(page, email, password);
  return { status, says: (await alert(page)).trim(), email: (await field(page, 'Email address').inputValue()) === email, password: await field(page, 'Password').inputValue() };
}

suite('Signing in with a password', { databases: ['sqlite', 'postgres'] }, (test) => {
  test('a wrong password and an unknown address get the same answer', async ({ browse, site }) => {
    await administrator(site);
    const page = await browse();
    const known = await attempt(page, alice, 'not the password');
    assert.deepEqual(known, { status: 422, says: wrong, email: true, password: '' });
    await assertAccessible(page);
    assert.deepEqual(await attempt(page, 'nobody@northwind.example', 'not the password'), known);
    await page.goto('/login?with=password');
    await seen(heading(page, 'Sign in'));
    assert.equal(await page.getByRole('alert').count(), 0);
  });

  test('after five failures one waits, member or not, even with the right password; another account is not held up', async ({ browse, site }) => {
    await administrator(site, { name: 'Bob Ray', email: bob });
    const page = await browse();
    for (const email of [bob, 'stranger@northwind.example']) {
      for (let i = 0; i < 5; i += 1) assert.equal((await attempt(page, email, `wrong ${i}`)).says, wrong);
      assert.deepEqual(await attempt(page, email, goodPassword), { status: 429, says: 'Too many attempts. Try again in a minute.', email: true, password: '' });
    }
    await assertAccessible(page);
    await signedIn(browse, alice);
  });

  test('the page one was on the way to, and none on another host', async ({ browse }) => {
    const page = await browse();
    await page.goto(`${home}/roles`);
    await arrived(page, `/login?next=${encodeURIComponent(`${home}/roles`)}`, 'Sign in');
    await fill(page, { 'Email address': `  ${alice.toUpperCase()} `, Password: goodPassword });
    assert.equal(await send(page, button(page, 'Sign in')), 303);
    await page.waitForURL(`${home}/roles`);
    for (const next of ['https://elsewhere.example/', '//elsewhere.example', '/\\elsewhere.example', 'javascript:alert(1)']) {
      const other = await browse();
      await signIn(other, alice, goodPassword, next);
      await other.waitForURL(home);
    }
  });

  test('signing out ends the session on the server', async ({ browse }) => {
    const page = await signedIn(browse, alice);
    const cookies = await page.context().cookies();
    await chooseInProfileMenu(page, 'Sign out');
    await arrived(page, '/login?notice=signed-out', 'Sign in');
    await says(page, 'You are signed out.');
    await signedOut(page);
    await page.context().addCookies(cookies);
    await signedOut(page);
  });

  test('with JavaScript off: wrong, right, out', async ({ browse }) => {
    const page = await browse({ js: false });
    assert.equal((await attempt(page, alice, 'not the password')).says, wrong);
    await signIn(page, alice);
    await page.waitForURL(home);
    await chooseInProfileMenu(page, 'Sign out');
    await arrived(page, '/login?notice=signed-out', 'Sign in');
  });
});

suite('A forgotten password, by mail', { mail: true, steps: true }, (test) => {
  let token;

  test('the answer is the same for everybody, and only the account gets mail', async ({ browse, site, mail }) => {
    await administrator(site);
    const page = await browse();
    await page.goto('/login?with=password');
    await link(page, 'Forgot password?').click();
    await arrived(page, '/password/forgot', 'Forgot password');
    await assertAccessible(page);
    await fill(page, { 'Email address': 'alice' });
    await field(page, 'Email address').evaluate((input) => (input.form.noValidate = true));
    assert.equal(await send(page, button(page, 'Send the link')), 422);
    await refusedAt(page, 'Email address', /^[A-Z].*\.$/);

    const answers = [];
    for (const email of ['nobody@northwind.example', alice]) {
      await page.goto('/password/forgot');
      await fill(page, { 'Email address': email });
      assert.equal(await send(page, button(page, 'Send the link')), 200);
      await seen(heading(page, 'Look into your mailbox'));
      answers.push((await page.locator('main').innerText()).replace(email, 'EMAIL'));
    }
    assert.equal(answers[0], answers[1]);
    await assertAccessible(page);

    const message = await mail.next(alice);
    assert.equal(message.subject, 'Choose a new password for Gatehouse');
    assert.equal(message.from, 'gatehouse@northwind.example');
    const reset = message.links.find((address) => address.startsWith(`${site.url}/password/reset/`));
    assert.ok(reset, message.text);
    token = new URL(reset).pathname;
    assert.equal(mail.messages.filter((each) => each.to.includes('nobody@northwind.example')).length, 0);
    assert.ok(!site.log().includes(token.split('/').at(-1)), 'the token stands in the log');
  });

  test('the link sets a password under the policy, ends every session, and works once', async ({ browse }) => {
    const before = await signedIn(browse, alice);
    const page = await browse();
    await page.goto(token);
    await seen(heading(page, 'Set a new password'));
    assert.equal(await field(page, 'Account').inputValue(), alice);
    await assertAccessible(page);
    for (const [password, sentence] of [['short', /15/], ['alicealicealicealice', /Your name and email address do not count|too easy to guess/], ['aaaaaaaaaaaaaaaaaaaa', /too easy to guess/]]) {
      await fill(page, { 'New password': password, 'The same again': password });
      assert.equal(await send(page, button(page, 'Save the password')), 422);
      await refusedAt(page, 'New password', sentence);
      assert.equal(await field(page, 'New password').inputValue(), '');
    }
    await fill(page, { 'New password': newPassword, 'The same again': `${newPassword}.` });
    assert.equal(await send(page, button(page, 'Save the password')), 422);
    await refusedAt(page, 'The same again', 'The two are not the same. Type the password again.');
    await assertAccessible(page);

    await fill(page, { 'New password': newPassword, 'The same again': newPassword });
    assert.equal(await send(page, button(page, 'Save the password')), 303);
    await arrived(page, '/login?notice=password-set', 'Sign in');
    await says(page, 'Your new password is saved. Sign in with it.');
    await signedOut(before);

    assert.equal(await open(page, token), 404);
    await says(page, 'This link has been used, has expired, or was never made. Ask for a new one.');
    await assertAccessible(page);
    assert.equal((await attempt(page, alice, goodPassword)).says, wrong);
    await signedIn(browse, alice, newPassword);
  });

  test('of several links any works, the others are void then, and a lockout is over', async ({ browse, mail, site }) => {
    const page = await browse({ js: false });
    const links = [];
    for (let i = 0; i < 2; i += 1) {
      await page.goto('/password/forgot');
      await fill(page, { 'Email address': alice });
      assert.equal(await send(page, button(page, 'Send the link')), 200);
      links.push((await mail.next(alice)).links.find((address) => address.startsWith(`${site.url}/password/reset/`)));
    }
    assert.notEqual(links[0], links[1]);
    for (let i = 0; i < 5; i += 1) await attempt(page, alice, `wrong ${i}`);
    assert.equal((await attempt(page, alice, newPassword)).status, 429);
    assert.equal(await open(page, links[1]), 200);
    await fill(page, { 'New password': goodPassword, 'The same again': goodPassword });
    assert.equal(await send(page, button(page, 'Save the password')), 303);
    assert.equal(await open(page, links[0]), 404);
    await signedIn(browse, alice);
  });
});

suite('A forgotten password, without mail', { steps: true }, (test) => {
  let reset;

  test('an Administrator makes a link on the member\'s page and passes it on', async ({ browse, site }) => {
    await administrator(site);
    await administrator(site, { name: 'Bob Ray', email: bob });
    const stranger = await browse();
    await stranger.goto('/password/forgot');
    await says(stranger, 'This installation sends no mail. Ask an Administrator of your organization: they can make a link with which you set a new password.');
    await assertAccessible(stranger);

    const page = await signedIn(browse, alice);
    await page.goto(`${home}/members`);
    await link(page, 'Bob Ray').click();
    await seen(heading(page, 'Bob Ray'));
    assert.equal(await send(page, button(page, 'Make a password reset link')), 200);
    await says(page, 'The password reset link is made.');
    reset = await field(page, 'Password reset link').inputValue();
    await button(page, 'Copy Password reset link').click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), reset);
    await assertAccessible(page);
    await page.goto(`${home}/audit`);
    assert.match(await page.getByRole('listitem').filter({ hasText: 'Bob Ray' }).first().innerText(), /password/i);
    assert.ok(!(await page.content()).includes(reset.split('/').at(-1)), 'the token stands in the audit log');
  });

  test('the link works once, with JavaScript off too', async ({ browse }) => {
    const before = await signedIn(browse, bob);
    const page = await browse({ js: false });
    await page.goto(reset);
    await fill(page, { 'New password': newPassword, 'The same again': newPassword });
    assert.equal(await send(page, button(page, 'Save the password')), 303);
    await signedOut(before);
    assert.equal(await open(page, reset), 404);
    await signedIn(browse, bob, newPassword);
  });
});

suite('One\'s own password and sessions', { steps: true }, (test) => {
  test('changing the password asks for the present one and the policy, and ends all other sessions', async ({ browse, site }) => {
    await administrator(site);
    const other = await signedIn(browse, alice);
    const page = await signedIn(browse, alice);
    const cookie = async () => (await page.context().cookies()).map((each) => each.value).join(' ');
    await chooseInProfileMenu(page, 'Account');
    await link(page, 'Password and sessions').click();
    await arrived(page, security, 'Password and sessions');
    await assertAccessible(page);
    await fill(page, { 'Present password': 'not this', 'New password': 'short', 'The same again': 'shorter' });
    assert.equal(await send(page, button(page, 'Change password')), 422);
    await refusedAt(page, 'Present password', 'This is not your present password.');
    await refusedAt(page, 'New password', /15/, { first: false });
    await refusedAt(page, 'The same again', 'The two are not the same. Type the password again.', { first: false });
    await assertAccessible(page);

    const before = await cookie();
    await fill(page, { 'Present password': goodPassword, 'New password': newPassword, 'The same again': newPassword });
    assert.equal(await send(page, button(page, 'Change password')), 303);
    await says(page, 'Your password is changed. All other sessions are signed out.');
    assert.notEqual(await cookie(), before, 'the session was not given a new identifier');
    await signedOut(other);
    await page.goto(home);
    await page.waitForURL(home);
    assert.equal((await attempt(other, alice, goodPassword)).says, wrong);
  });

  test('ending one other session, then all others', async ({ browse }) => {
    const page = await signedIn(browse, alice, newPassword);
    const [second, third, fourth] = [await signedIn(browse, alice, newPassword), await signedIn(browse, alice, newPassword), await signedIn(browse, alice, newPassword)];
    await second.goto(security);
    const own = await row(second, 'This session').locator('form').getAttribute('action');
    await page.goto(security);
    assert.equal(await send(page, page.locator(`form[action="${own}"]`).getByRole('button')), 303);
    await says(page, 'That session is signed out.');
    await signedOut(second);
    await third.goto(home);
    await third.waitForURL(home);

    assert.equal(await send(page, button(page, 'Sign out all other sessions')), 303);
    await says(page, 'All other sessions are signed out.');
    await signedOut(third);
    await signedOut(fourth);
    assert.equal(await button(page, 'Sign out all other sessions').count(), 0);
    assert.match(await row(page, 'This session').innerText(), /Password/);
    await assertAccessible(page);
  });

  test('ending one\'s own session is signing out', async ({ browse }) => {
    const page = await signedIn(browse, alice, newPassword);
    await page.goto(security);
    assert.equal(await send(page, row(page, 'This session').getByRole('button', { name: /^End/ })), 303);
    await arrived(page, '/login?notice=signed-out', 'Sign in');
    await signedOut(page);
  });

  test('a name', async ({ browse }) => {
    const page = await signedIn(browse, alice, newPassword);
    await page.goto('/account');
    await fill(page, { Name: '   ' });
    assert.equal(await send(page, button(page, 'Save')), 422);
    await refusedAt(page, 'Name', /^[A-Z].*\.$/);
    await assertAccessible(page);
    await fill(page, { Name: 'Alice <Ng> & Sons' });
    assert.equal(await send(page, button(page, 'Save')), 303);
    await says(page, 'Your name is saved.');
    await seen(page.getByRole('button', { name: 'Profile menu of Alice <Ng> & Sons' }));
  });
});
