// Domains: claimed, shown to be one's own by a record in a real (small) name server, and what signing in by address then does.
import { assert, assertAccessible, suite } from './harness.mjs';
import { administrator, arrived, button, field, fill, heading, link, refusedAt, row, says, seen, send, signIn, tabTo } from './steps.mjs';

const home = '/orgs/northwind';
const domains = `${home}/security/domains`;
const env = { GATEHOUSE_ALLOW_PRIVATE_METADATA: 'true' };

suite('Domains', { idp: true, dns: true, env, steps: true }, (test) => {
  const claim = async (page, name) => {
    await field(page, 'Domain').fill(name);
    return send(page, button(page, 'Claim domain'));
  };
  let record; // the name and value to publish, as copied from the page

  test('claimed by keyboard; public and impossible ones are refused beside the field', async ({ browse, site, idp }) => {
    await administrator(site);
    await administrator(site, { organization: 'contoso', organizationName: 'Contoso', name: 'Carl Adams', email: 'carl@contoso.example' });
    const page = await browse();
    await signIn(page, 'alice@northwind.example');
    await page.goto(`${home}/security/identity-providers/new`);
    await fill(page, { ID: 'simplesaml', Name: 'SimpleSAMLphp' });
    await page.getByRole('textbox', { name: 'Metadata URL' }).last().fill(idp.metadataURL);
    assert.equal(await send(page, button(page, 'Create')), 303);
    await idp.trust(await (await page.request.get(await field(page, 'Metadata URL').first().inputValue())).text());

    await page.goto(`${home}/security`);
    await says(page, 'None is claimed');
    await link(page, 'Manage domains').click();
    await arrived(page, domains, 'Domains');
    await says(page, 'No domains yet');
    await assertAccessible(page);
    for (const [typed, sentence] of [
      ['gmail.com', 'At gmail.com everybody can get an address, so it cannot belong to one organization.'],
      ['co.uk', /everybody can register a domain/], ['192.0.2.1', /This is an IP address/],
    ]) {
      assert.equal(await claim(page, typed), 422, typed);
      await refusedAt(page, 'Domain', sentence);
      assert.equal(await field(page, 'Domain').inputValue(), typed);
    }
    await assertAccessible(page);

    await page.goto(domains);
    await tabTo(page, field(page, 'Domain'));
    await page.keyboard.type('alice@Northwind.Example'); // as an address: what stands after the @ is meant
    await page.keyboard.press('Enter');
    await arrived(page, `${domains}/northwind.example`, 'northwind.example');
    await says(page, 'Not verified');
    await assertAccessible(page);
    record = {};
    for (const part of ['Name', 'Value']) {
      await tabTo(page, button(page, `Copy ${part}`));
      await page.keyboard.press('Enter');
      record[part] = await page.evaluate(() => navigator.clipboard.readText());
      assert.equal(record[part], await field(page, part).inputValue());
    }
    assert.equal(record.Name, '_gatehouse-challenge.northwind.example');
    assert.match(record.Value, /^gatehouse-verification=\S{20,}$/);
  });

  test('verifying says what was seen, until the record is there', async ({ browse, dns }) => {
    const admin = await browse();
    await signIn(admin, 'alice@northwind.example');
    await admin.goto(`${domains}/northwind.example`);
    const look = async (status, ...words) => {
      await tabTo(admin, button(admin, 'Verify now'));
      const answer = admin.waitForResponse((response) => response.request().method() === 'POST');
      await admin.keyboard.press('Enter');
      assert.equal((await answer).status(), status);
      for (const each of words) await says(admin, each);
    };
    await look(422, 'There is no such record', 'No TXT record was found at _gatehouse-challenge.northwind.example.');
    assert.equal(await admin.getByRole('alert').count(), 1);
    await assertAccessible(admin);
    await dns.set(record.Name, 'v=spf1 -all', `gatehouse-verification=${'wrong '.repeat(35)}`);
    await look(422, 'The record says something else', 'v=spf1 -all', 'gatehouse-verification=wrong');
    await assertAccessible(admin);

    // Not verified, it leads nobody.
    const stranger = await browse();
    await stranger.goto('/login');
    assert.equal(await field(stranger, 'Password').count(), 1);

    await dns.set(record.Name, 'v=spf1 -all', record.Value);
    await look(303, 'The record is there: northwind.example is verified.');
    await seen(button(admin, 'Look again'));
    await assertAccessible(admin);
    await admin.goto(domains);
    await seen(row(admin, 'northwind.example').filter({ hasText: 'Verified' }));
    await assertAccessible(admin);
    await admin.goto(`${home}/audit`);
    await seen(admin.locator('main').getByText('northwind.example').first());
  });

  test('an address in it leads to the identity provider and in; any other asks for a password', async ({ browse, idp }) => {
    const page = await browse();
    await page.goto('/login');
    assert.equal(await field(page, 'Password').count(), 0, 'the address comes first');
    await assertAccessible(page);
    await field(page, 'Email address').fill('carl@contoso.example');
    assert.equal(await send(page, button(page, 'Continue')), 200);
    await seen(field(page, 'Password'));
    assert.equal(await field(page, 'Email address').inputValue(), 'carl@contoso.example');

    await page.goto('/login');
    await field(page, 'Email address').fill('Alice@NORTHWIND.example');
    await page.keyboard.press('Enter');
    await idp.signIn(page, 'alice');
    await arrived(page, home, 'Northwind Robotics');
  });

  test('a domain of somebody else is refused without telling whose', async ({ browse }) => {
    const page = await browse();
    await signIn(page, 'carl@contoso.example');
    await page.goto('/orgs/contoso/security/domains');
    assert.equal(await claim(page, 'northwind.example'), 422);
    await refusedAt(page, 'Domain', /verified by another organization of this console/);
    assert.doesNotMatch(await page.content(), /Northwind Robotics|orgs\/northwind/);
    await assertAccessible(page);
  });

  test('without JavaScript: claimed, verified, led, removed', async ({ browse, dns, idp }) => {
    const page = await browse({ js: false });
    await signIn(page, 'alice@northwind.example');
    await page.goto(domains);
    assert.equal(await claim(page, 'mail.northwind.example'), 303);
    await arrived(page, `${domains}/mail.northwind.example`, 'mail.northwind.example');
    assert.equal(await button(page, 'Copy Value').count(), 0, 'a copy button does nothing without a script');
    const value = await field(page, 'Value').inputValue();
    assert.equal(await send(page, button(page, 'Verify now')), 422);
    await says(page, 'There is no such record');
    await dns.set('_gatehouse-challenge.mail.northwind.example', value);
    assert.equal(await send(page, button(page, 'Verify now')), 303);
    await says(page, 'mail.northwind.example is verified.');

    const led = await browse({ js: false });
    await led.goto('/login');
    await field(led, 'Email address').fill('alice@northwind.example');
    assert.equal(await send(led, button(led, 'Continue')), 303);
    await seen(heading(led, 'Going to SimpleSAMLphp'));
    await link(led, 'Continue to SimpleSAMLphp').click();
    await idp.signIn(led, 'alice');
    await arrived(led, home, 'Northwind Robotics');

    await field(page, 'Type mail.northwind.example to confirm').fill('northwind.example');
    assert.equal(await send(page, button(page, 'Remove domain')), 422);
    await field(page, 'Type mail.northwind.example to confirm').fill('mail.northwind.example');
    assert.equal(await send(page, button(page, 'Remove domain')), 303);
    await arrived(page, domains, 'Domains');
    assert.equal(await row(page, 'mail.northwind.example').count(), 0);
  });

  test('removed, it leads nobody any more', async ({ browse }) => {
    const page = await browse();
    await signIn(page, 'alice@northwind.example');
    await page.goto(`${domains}/northwind.example`);
    await field(page, 'Type northwind.example to confirm').fill('northwind.example');
    assert.equal(await send(page, button(page, 'Remove domain')), 303);
    await says(page, 'northwind.example is removed.');
    await assertAccessible(page);
    const stranger = await browse();
    await stranger.goto('/login');
    await seen(field(stranger, 'Password'));
  });
});
