// The second factor: an authenticator app, recovery codes, and passkeys on an authenticator that Chromium plays.
import { code } from './authenticator.mjs';
import { assert, assertAccessible, suite } from './harness.mjs';
import { administrator, arrived, button, chooseInProfileMenu, field, goodPassword, heading, link, row, says, seen, send, signIn, tabTo } from './steps.mjs';

const home = '/orgs/northwind';
const security = '/account/security';
const authenticator = `${security}/authenticator`;
const passkeys = `${security}/passkeys`;
const alice = 'alice@northwind.example';
const bob = 'bob@northwind.example';

/** Gives the page a device that keeps passkeys and says yes to everything. */
async function device(page, options = {}) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true, ...options },
  });
  return {
    refuse: (refuses) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: !refuses }),
    keys: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    put: (credential) => cdp.send('WebAuthn.addCredential', { authenticatorId, credential }),
    clear: () => cdp.send('WebAuthn.clearCredentials', { authenticatorId }),
  };
}

/** Presses a button whose passkey is sent as a form, and returns the status of the answer. */
const give = (page, label) => send(page, button(page, label));

/** What the page says went wrong with a passkey. */
const refusal = (page) => page.locator('[data-passkey] [role=alert]').innerText();

/** What stands there without JavaScript; Playwright finds no text in it. */
const needsJavaScript = async (page) => assert.match(await (await seen(page.locator('noscript p'))).innerText(), /^Passkeys need JavaScript, which is off in this browser\./);

async function signOut(page) {
  await chooseInProfileMenu(page, 'Sign out');
  await arrived(page, '/login?notice=signed-out', 'Sign in');
}

/** Makes what every session proved older than what is fresh. */
const stale = (site) => site.sql("UPDATE session_authentications SET at = at - interval '20 minutes'");

suite('An authenticator app and recovery codes', { steps: true }, (test) => {
  let key;
  let codes;

  test('the app is set up with its code, and the recovery codes are shown once', async ({ browse, site }) => {
    await administrator(site);
    const page = await browse();
    await signIn(page, alice);
    await page.goto(security);
    await link(page, 'Set up an authenticator app').click();
    await arrived(page, authenticator, 'Set up an authenticator app');
    await assertAccessible(page);
    key = await field(page, 'Or type this key').inputValue();
    await field(page, 'Code').fill('000000');
    assert.equal(await send(page, button(page, 'Set up')), 422);
    assert.equal(await field(page, 'Or type this key').inputValue(), key, 'a mistyped code made another key');
    await field(page, 'Code').fill(code(key));
    assert.equal(await send(page, button(page, 'Set up')), 200);
    await seen(heading(page, 'Your authenticator app is set up'));
    await assertAccessible(page);
    codes = (await page.locator('#recovery-codes').innerText()).trim().split('\n');
    assert.equal(codes.length, 10);
    await link(page, 'I have kept them').click();
    await arrived(page, security, 'Password and sessions');
    await says(page, '10 left');
    await assertAccessible(page);
  });

  test('signing in asks for its code', async ({ browse }) => {
    const page = await browse();
    assert.equal(await signIn(page, alice), 303);
    await arrived(page, /\/login\/second-factor/, 'Second factor');
    await assertAccessible(page);
    assert.equal(await button(page, 'Use a passkey').count(), 0);
    await field(page, 'Code').fill(code(key, 1));
    assert.equal(await send(page, button(page, 'Sign in')), 303);
    await page.waitForURL(home);
  });

  test('a recovery code works once', async ({ browse }) => {
    for (const status of [303, 422]) {
      const page = await browse();
      await signIn(page, alice);
      await field(page, 'Code').fill(codes[4].toLowerCase());
      assert.equal(await send(page, button(page, 'Sign in')), status);
      if (status === 422) await says(page, 'This recovery code is wrong, or was used already. Each works once.');
    }
  });
});

suite('Passkeys', { databases: ['postgres'], host: 'localhost', steps: true }, (test) => {
  let kept; // on the device

  test('one is added with the keyboard alone, and signs in alone', async ({ browse, site }) => {
    await administrator(site);
    const page = await browse();
    const laptop = await device(page);
    await signIn(page, alice);
    await page.goto(security);
    await tabTo(page, link(page, 'Passkeys'));
    await page.keyboard.press('Enter');
    await arrived(page, passkeys, 'Passkeys');
    await seen(button(page, 'Add a passkey'));
    await assertAccessible(page);
    await tabTo(page, field(page, 'Name'));
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Work laptop');
    await page.keyboard.press('Enter');
    await seen(heading(page, 'Your passkey is added'));
    assert.equal((await page.locator('#recovery-codes').innerText()).trim().split('\n').length, 10);
    await tabTo(page, link(page, 'I have kept them'));
    await page.keyboard.press('Enter');
    await arrived(page, security, 'Password and sessions');
    await page.goto(passkeys);
    await seen(row(page, 'Work laptop'));
    await assertAccessible(page);
    const [only] = await laptop.keys();
    assert.equal(only.rpId, 'localhost');
    assert.ok(only.isResidentCredential);

    await signOut(page);
    await seen(button(page, 'Sign in with a passkey'));
    await assertAccessible(page);
    await tabTo(page, button(page, 'Sign in with a passkey'));
    await page.keyboard.press('Enter');
    await page.waitForURL(home);
    await page.goto(security);
    assert.match(await row(page, 'This session').innerText(), /Passkey/);
    [kept] = await laptop.keys();
  });

  test('it is a second factor beside the password', async ({ browse }) => {
    const page = await browse();
    const laptop = await device(page);
    await laptop.put(kept);
    await signIn(page, alice);
    await arrived(page, /\/login\/second-factor/, 'Second factor');
    await seen(button(page, 'Use a passkey'));
    await assertAccessible(page);
    assert.equal(await give(page, 'Use a passkey'), 303);
    await page.waitForURL(home);
    [kept] = await laptop.keys();
  });

  test('a device without one, or that cannot make sure who it is, says so', async ({ browse }) => {
    const page = await browse();
    const laptop = await device(page);
    await page.goto('/login');
    await button(page, 'Sign in with a passkey').click();
    await says(page, 'No passkey was given: it was cancelled, took too long, or there is none for this console.');
    await assertAccessible(page);
    await laptop.put(kept);
    await laptop.refuse(true);
    await button(page, 'Sign in with a passkey').click();
    await says(page, 'No passkey was given');
    await laptop.refuse(false);
    assert.equal(await give(page, 'Sign in with a passkey'), 303);
    await page.waitForURL(home);
    [kept] = await laptop.keys();
  });

  test('the same device keeps one of an account, another device another', async ({ browse }) => {
    const page = await browse();
    const laptop = await device(page);
    await laptop.put(kept);
    await page.goto('/login');
    await give(page, 'Sign in with a passkey');
    await page.waitForURL(home);
    await page.goto(passkeys);
    await button(page, 'Add a passkey').click();
    await says(page, 'That device keeps a passkey of this account already.');
    [kept] = await laptop.keys();
    await laptop.clear();
    await field(page, 'Name').fill('Phone');
    assert.equal(await give(page, 'Add a passkey'), 303);
    await says(page, 'The passkey is added.');
    await link(page, 'Phone').click();
    await seen(heading(page, 'Phone'));
    await assertAccessible(page);
    await field(page, 'Name').fill('Old phone');
    assert.equal(await send(page, button(page, 'Rename')), 303);
    await seen(row(page, 'Old phone'));
  });

  test('what is dangerous waits until it has confirmed', async ({ browse, site }) => {
    const page = await browse();
    const laptop = await device(page);
    await laptop.put(kept);
    await page.goto('/login');
    await give(page, 'Sign in with a passkey');
    await page.waitForURL(home);
    await page.goto(passkeys);
    await stale(site);
    await link(page, 'Old phone').click();
    await seen(heading(page, 'Old phone'));
    assert.equal(await send(page, button(page, 'Remove passkey')), 403);
    await seen(heading(page, 'Confirm that it is you'));
    await seen(button(page, 'Use a passkey'));
    await assertAccessible(page);
    assert.equal(await give(page, 'Use a passkey'), 303);
    await arrived(page, passkeys, 'Passkeys');
    await says(page, 'The passkey is removed.');
    assert.equal(await row(page, 'Old phone').count(), 0);

    await stale(site);
    await page.reload();
    await link(page, 'Confirm that it is you').click();
    assert.equal(await give(page, 'Use a passkey'), 303);
    await arrived(page, passkeys, 'Passkeys');
    await seen(button(page, 'Add a passkey'));
    [kept] = await laptop.keys();
  });

  test('an older copy of it is refused, and so is it from then on', async ({ browse }) => {
    const page = await browse();
    const copy = await device(page);
    await copy.put({ ...kept, signCount: 1 });
    await page.goto('/login');
    assert.equal(await give(page, 'Sign in with a passkey'), 422);
    await says(page, 'This passkey may have been copied');
    await copy.clear();
    await copy.put(kept);
    assert.equal(await give(page, 'Sign in with a passkey'), 422);
    await signIn(page, alice);
    assert.equal(await button(page, 'Use a passkey').count(), 0);
  });

  test('an operator resets it; without one the password is enough, and removing the last says what goes', async ({ browse, site }) => {
    await site.run(['admin', 'reset-second-factor', '--email', alice]);
    const page = await browse();
    await device(page);
    await signIn(page, alice);
    await page.waitForURL(home);
    await page.goto(passkeys);
    await button(page, 'Add a passkey').click();
    await seen(heading(page, 'Your passkey is added'));
    await page.goto(passkeys);
    await row(page, 'In use').getByRole('link').click();
    await says(page, 'It is your only second factor');
    assert.equal(await send(page, button(page, 'Remove passkey')), 303);
    await says(page, 'No passkeys yet');
    await signOut(page);
    await signIn(page, alice);
    await page.waitForURL(home);
  });

  test('without JavaScript the pages say so, and the other ways remain', async ({ browse, site }) => {
    await administrator(site, { name: 'Bob Ray', email: bob });
    const page = await browse({ js: false });
    await page.goto('/login');
    await needsJavaScript(page);
    assert.equal(await button(page, 'Sign in with a passkey').isVisible(), false);
    assert.equal(await signIn(page, bob, goodPassword), 303);
    await page.waitForURL(home);
    await page.goto(passkeys);
    await needsJavaScript(page);
    assert.equal(await button(page, 'Add a passkey').isVisible(), false);
  });
});
