// Password rules: an Administrator changes them after seeing what that means, members meet them at their next sign-in, and wrong passwords lock.
import { assert, assertAccessible, suite } from './harness.mjs';
import { administrator, arrived, button, field, fill, goodPassword, heading, link, refusedAt, says, seen, send, signIn, tabTo } from './steps.mjs';

const home = '/orgs/northwind';
const policy = `${home}/security/password-policy`;
const security = '/account/security';
const alice = 'alice@northwind.example';
const bob = 'bob@northwind.example';
const first = 'seven copper ladders & 24 meadows';
const second = 'eleven silver kettles & 36 rivers';

/** A browser in which somebody is signed in and meets no new rules. */
async function signedIn(browse, email, password) {
  const page = await browse();
  assert.equal(await signIn(page, email, password), 303);
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
  return page;
}

/** Changes one's own password on the page that is open, and returns the status. */
async function change(page, present, next) {
  await fill(page, { 'Present password': present, 'New password': next, 'The same again': next });
  return send(page, button(page, 'Change password'));
}

/** Changes rules that are numbers, and saves. */
async function rules(page, organization, numbers) {
  await page.goto(`/orgs/${organization}/security/password-policy`);
  await page.getByRole('radio', { name: /^Custom/ }).check();
  await fill(page, numbers);
  assert.equal(await send(page, button(page, 'Save rules')), 303);
  await says(page, 'The password rules are saved.');
}

suite('Password rules', { databases: ['sqlite', 'postgres'], steps: true }, (test) => {
  test('an Administrator sees what other rules mean and what the standards say against them, by keyboard, before anything is saved', async ({ browse, site }) => {
    await administrator(site);
    await administrator(site, { name: 'Bob Ray', email: bob });
    const page = await signedIn(browse, alice, goodPassword);
    await page.goto(policy);
    await seen(heading(page, 'Password rules'));
    await assertAccessible(page);
    await tabTo(page, page.getByRole('radio', { name: /^Recommended/ }));
    await page.keyboard.press('ArrowDown');
    assert.ok(await page.getByRole('radio', { name: /^PCI DSS/ }).isChecked());
    await tabTo(page, button(page, 'Show what it means'));
    await Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press('Enter')]);
    await says(page, 'Nothing is saved yet.');
    const impact = page.locator('#impact');
    assert.match(await impact.innerText(), /2 members/);
    assert.match(await impact.innerText(), /cannot be known/);
    assert.match(await impact.innerText(), /Not one of the last 4 passwords/);
    await assertAccessible(page);

    await page.getByRole('radio', { name: /^Custom/ }).check();
    await fill(page, { Digits: '2', 'Special characters': '1', 'Former passwords that are not used again': '3', 'A new one after, in days': '90', 'Wrong passwords before the first lock': '3' });
    assert.equal(await send(page, button(page, 'Show what it means')), 200);
    await says(page, 'advise against demanding kinds of characters');
    await says(page, 'advise against passwords that expire');
    await assertAccessible(page);
    await page.goto(policy);
    assert.equal(await field(page, 'Digits').inputValue(), '0', 'looking saved something');

    await page.getByRole('radio', { name: /^Custom/ }).check();
    await fill(page, { Digits: 'many' });
    assert.equal(await send(page, button(page, 'Save rules')), 422);
    await refusedAt(page, 'Digits', 'The number is from 0 to 5.');
    await rules(page, 'northwind', { Digits: '2', 'Special characters': '1', 'Former passwords that are not used again': '3', 'Wrong passwords before the first lock': '3' });
    await says(page, 'At least 2 digits.');
  });

  test('a member meets them at the next sign-in, before anything else, with all that is wrong at once and while typing', async ({ browse }) => {
    const page = await browse();
    assert.equal(await signIn(page, bob, goodPassword, `${home}/roles`), 303);
    const due = `/password/due?next=${encodeURIComponent(`${home}/roles`)}`;
    await arrived(page, due, 'Choose a new password');
    await assertAccessible(page);
    await page.goto(home);
    await arrived(page, `/password/due?next=${encodeURIComponent(home)}`, 'Choose a new password');
    await page.goto(due);
    await field(page, 'New password').pressSequentially('short');
    const shown = page.locator('[data-check="password"]');
    for (const words of [/15 characters/, /2 digits/, /1 special character/]) await seen(shown.filter({ hasText: words }));
    await field(page, 'New password').fill(first);
    await seen(shown.filter({ hasText: 'Meets the rules that can be checked here.' }));

    assert.equal(await change(page, goodPassword, 'short'), 422);
    await refusedAt(page, 'New password', /15 characters.*2 digits.*1 special character/s);
    await assertAccessible(page);
    assert.equal(await change(page, goodPassword, first), 303);
    await page.waitForURL(`${home}/roles`);
  });

  test('a former password is not used again', async ({ browse }) => {
    const page = await signedIn(browse, bob, first);
    await page.goto(security);
    assert.equal(await change(page, first, second), 303);
    await says(page, 'Your password is changed.');
    assert.equal(await change(page, second, first), 422);
    await refusedAt(page, 'New password', /one of (your|the) last 3/);
  });

  test('three wrong ones lock, the page says for how long, and an Administrator\'s link ends it', async ({ browse }) => {
    const page = await browse();
    for (let i = 0; i < 3; i += 1) assert.equal(await signIn(page, bob, `wrong ${i}`), 422);
    assert.equal(await signIn(page, bob, second), 429);
    assert.equal((await page.getByRole('alert').innerText()).trim(), 'Too many attempts. Try again in a minute.');
    await assertAccessible(page);

    const admin = await browse();
    assert.equal(await signIn(admin, alice, goodPassword), 303); // her own does not meet the rules either
    await admin.waitForURL(/\/password\/due/);
    assert.equal(await change(admin, goodPassword, first), 303);
    await admin.goto(`${home}/audit?action=session.locked-out`);
    await says(admin, 'was locked out for a while');
    await admin.goto(`${home}/members`);
    await link(admin, 'Bob Ray').click();
    await seen(heading(admin, 'Bob Ray'));
    assert.equal(await send(admin, button(admin, 'Make a password reset link')), 200);
    await page.goto(await field(admin, 'Password reset link').inputValue());
    await fill(page, { 'New password': `${first} again`, 'The same again': `${first} again` });
    assert.equal(await send(page, button(page, 'Save the password')), 303);
    await signedIn(browse, bob, `${first} again`);
  });

  test('who is in two organizations obeys the stricter, and is told which one asks', async ({ browse, site }) => {
    await administrator(site, { organization: 'contoso', organizationName: 'Contoso', name: 'Carl Contoso', email: 'carl@contoso.example' });
    await administrator(site, { organization: 'contoso', name: 'Alice Ng', email: alice });
    const carl = await signedIn(browse, 'carl@contoso.example', goodPassword);
    await rules(carl, 'contoso', { 'At least, in characters': '40' });
    const page = await browse();
    assert.equal(await signIn(page, alice, first), 303);
    await page.waitForURL(/\/password\/due/);
    await says(page, '40');
    assert.equal(await change(page, first, 'short of 40 characters, & 2 digits'), 422);
    await refusedAt(page, 'New password', /40 characters.*Contoso asks for this\./s);
    await fill(page, { 'New password': '9' });
    await seen(page.locator('[data-check="password"]').filter({ hasText: /2 digits.*Northwind Robotics asks for this\./s }));
    await assertAccessible(page);
    assert.equal(await change(page, first, `${first}, and then some more`), 303);
  });

  test('128 characters of any script are one password, however the accents are composed, and 129 are too many', async ({ browse }) => {
    const page = await signedIn(browse, bob, `${first} again`);
    const words = 'Grüße aus Zürich: naïve Ærøskøbing 北京 Ωμέγα 12 ';
    const whole = [...(words.repeat(4)).normalize('NFC')].slice(0, 127).join('') + 'é';
    assert.equal([...whole].length, 128);
    await page.goto(security);
    assert.equal(await change(page, `${first} again`, `${whole}!`), 422);
    await refusedAt(page, 'New password', /128/);
    assert.equal(await change(page, `${first} again`, whole.normalize('NFD')), 303);
    await signedIn(browse, bob, whole);
    await signedIn(browse, bob, whole.normalize('NFD'));
    const cut = await browse();
    assert.equal(await signIn(cut, bob, whole.slice(0, -1)), 422);
  });
});
