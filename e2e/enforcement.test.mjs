// From nothing to required single sign-on, with a real identity provider, and back in by a break-glass code.
import { assert, assertAccessible, suite } from './harness.mjs';
import { administrator, arrived, button, field, fill, goodPassword, heading, link, refusedAt, says, seen, send, signIn, tabTo } from './steps.mjs';

const home = '/orgs/northwind';
const provider = `${home}/security/identity-providers/simplesaml`;
const required = `${home}/security/single-sign-on`;
const env = { GATEHOUSE_ALLOW_PRIVATE_METADATA: 'true' };

suite('Required single sign-on', { idp: true, env, steps: true }, (test) => {
  test('tested, step by step, confirmed, with a way back in', async ({ browse, site, idp }) => {
    await administrator(site);
    const page = await browse();
    await signIn(page, 'alice@northwind.example');
    await page.waitForURL(home);
    await page.goto(`${home}/security/identity-providers/new`);
    await fill(page, { ID: 'simplesaml', Name: 'SimpleSAMLphp' });
    await page.getByRole('textbox', { name: 'Metadata URL' }).last().fill(idp.metadataURL);
    await page.getByRole('switch', { name: 'Enabled' }).uncheck();
    assert.equal(await send(page, button(page, 'Create')), 303);
    await idp.trust(await (await page.request.get(await field(page, 'Metadata URL').first().inputValue())).text());

    // Disabled, it can be tested; a stranger to the organization is refused there, oneself is not.
    const tested = async (name, words) => {
      await page.goto(provider);
      await button(page, 'Test sign-in').click();
      await idp.signIn(page, name);
      await page.waitForURL(/\/attempts\/[0-9A-Z]{4}-[0-9A-Z]{4}$/);
      await says(page, words);
      await assertAccessible(page);
    };
    await tested('bob', 'This test was refused');
    assert.match(await page.getByRole('row', { name: /A person known here/ }).innerText(), /Failed/);
    await tested('alice', 'a sign-in like this would be accepted, as Alice Ng.');
    await says(page, 'What the identity provider sent');
    await page.context().clearCookies({ domain: new URL(idp.entityID).hostname, name: /SimpleSAML/ });
    const reference = page.url().split('/').at(-1);
    await page.goto(`${home}/security`);
    await field(page, 'Reference number').fill(reference.toLowerCase().replace('-', ''));
    await button(page, 'Find sign-in').click();
    await arrived(page, `${provider}/attempts/${reference}`, `Sign-in ${reference}`);

    await page.goto(provider);
    assert.equal(await send(page, button(page, 'Enable')), 303);
    await page.goto(required);
    await assertAccessible(page);
    assert.ok(await button(page, 'Require it').isDisabled());
    assert.equal(await send(page, button(page, 'Make new codes')), 200);
    const codes = (await page.locator('#codes').innerText()).trim().split('\n');
    assert.equal(codes.length, 8);
    await field(page, 'Code').fill(codes[0]);
    assert.equal(await send(page, button(page, 'Test code')), 303);
    assert.equal(await send(page, button(page, 'Require it')), 303);

    // The password does not open it any more: that is said, with both ways on.
    await seen(heading(page, 'Sign in to Northwind Robotics'));
    await says(page, 'Northwind Robotics requires single sign-on of you');
    await assertAccessible(page);
    await link(page, 'SimpleSAMLphp').click();
    await idp.signIn(page, 'alice');
    await arrived(page, required, 'Required single sign-on');
    await says(page, 'Required of the Administrator who switched it on');
    assert.equal(await page.getByText('not confirmed yet').count(), 0);

    // People and teams are found by typing, or pasted; whom it will concern is said before it is required.
    const choice = `${required}/people`;
    await page.getByRole('radio', { name: /^Chosen people and teams/ }).check();
    assert.equal(await send(page, button(page, 'Continue')), 303);
    await arrived(page, `${choice}?within=10`, 'Choose people and teams');
    await assertAccessible(page);
    assert.equal(await send(page, button(page, 'Continue')), 422);
    await refusedAt(page, 'Search people and teams', 'Choose at least one person or team.');
    await tabTo(page, field(page, 'Search people and teams'));
    await page.keyboard.type('ali');
    await seen(page.getByText('Matches'));
    await tabTo(page, page.getByRole('checkbox', { name: /Alice Ng/ }));
    await page.keyboard.press('Space');
    await seen(page.getByRole('group', { name: /^Chosen 1/ }));
    await field(page, 'People and teams').fill('nobody@nowhere.example');
    assert.equal(await send(page, button(page, 'Add and continue')), 422);
    await refusedAt(page, 'People and teams', 'Not the address of a member, nor the ID of a team: nobody@nowhere.example.');
    await seen(page.getByRole('group', { name: /^Chosen 1/ }));
    await assertAccessible(page);
    assert.equal(await send(page, button(page, 'Continue')), 200);
    await seen(heading(page, 'Require single sign-on of chosen people and teams'));
    await says(page, 'It will be required of 1 member: you.');
    await assertAccessible(page);
    assert.equal(await send(page, button(page, 'Remove Alice Ng')), 422);
    await says(page, 'Choose at least one person or team.');

    const plain = await browse({ js: false });
    await plain.goto('/login/sso/northwind/simplesaml');
    await link(plain, 'Continue to SimpleSAMLphp').click();
    await idp.signIn(plain, 'alice');
    await plain.waitForURL(home);
    await plain.goto(choice);
    await field(plain, 'Search people and teams').fill('alice');
    await button(plain, 'Search').click();
    await plain.getByRole('checkbox', { name: /Alice Ng/ }).check();
    assert.equal(await send(plain, button(plain, 'Continue')), 200);
    await says(plain, 'It will be required of 1 member: you.');

    const locked = await browse();
    await signIn(locked, 'alice@northwind.example');
    await seen(heading(locked, 'Sign in to Northwind Robotics'));
    await link(locked, 'Administrator with a break-glass code').click();
    await seen(heading(locked, 'Break-glass sign-in'));
    await assertAccessible(locked);
    await fill(locked, { 'Email address': 'alice@northwind.example', Password: goodPassword, 'Break-glass code': codes[0] });
    assert.equal(await send(locked, button(locked, 'Sign in')), 422);
    await fill(locked, { Password: goodPassword, 'Break-glass code': codes[1] });
    assert.equal(await send(locked, button(locked, 'Sign in')), 303);
    await arrived(locked, required, 'Required single sign-on');
    await says(locked, 'You came in by a break-glass code.');
    await assertAccessible(locked);
    await locked.goto(`${home}/audit`);
    await says(locked, 'You came in by a break-glass code.');
    await locked.goto(required);
    assert.equal(await send(locked, button(locked, 'Require it of nobody')), 303);
    await says(locked, 'Single sign-on is required of nobody.');
  });
});
