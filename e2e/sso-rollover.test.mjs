// The identity provider's certificate changes over in the middle, as providers do it: the next one is published, then used, then the old one goes.
import { assert, assertAccessible, databases, suite } from './harness.mjs';
import { administrator, arrived, button, fill, heading, link, open, row, says, seen, send, signIn } from './steps.mjs';

const home = '/orgs/northwind';
const provider = `${home}/security/identity-providers/simplesaml`;
const subjects = ['CN=SimpleSAMLphp next', /CN=SimpleSAMLphp \d+/];

suite('Their certificate changes over', { databases, idp: true, env: { GATEHOUSE_ALLOW_PRIVATE_METADATA: 'true' }, steps: true }, (test) => {
  let early; // somebody who came in before, and stays

  const asAdministrator = async (browse) => {
    const page = await browse();
    await signIn(page, 'alice@northwind.example');
    await page.goto(provider);
    return page;
  };

  const bySSO = async (browse, idp) => {
    const page = await browse();
    await page.goto('/login/sso/northwind/simplesaml');
    await idp.signIn(page, 'alice');
    return page;
  };

  const inBySSO = async (browse, idp) => {
    const page = await bySSO(browse, idp);
    await page.waitForURL(home);
    return page;
  };

  /** An Administrator has the metadata looked at, and approves what differs. */
  const approve = async (page) => {
    assert.equal(await send(page, button(page, 'Look now')), 303);
    await seen(page.getByRole('heading', { name: 'The metadata differs from what is used here' }));
    await assertAccessible(page);
    assert.equal(await send(page, button(page, 'Approve')), 303);
  };

  /** How many of the two certificates the provider's page shows. */
  const used = async (page) => {
    await page.goto(provider);
    const words = await page.locator('section.card').filter({ has: page.getByRole('heading', { name: 'Certificates', exact: true }) }).innerText();
    return subjects.filter((subject) => (subject instanceof RegExp ? subject.test(words) : words.includes(subject))).length;
  };

  test('with the old one, people sign in', async ({ browse, site, idp }) => {
    await administrator(site);
    const page = await browse();
    await signIn(page, 'alice@northwind.example');
    await page.goto(`${home}/security/identity-providers/new`);
    await fill(page, { ID: 'simplesaml', Name: 'SimpleSAMLphp' });
    await page.getByRole('textbox', { name: 'Metadata URL' }).last().fill(idp.metadataURL);
    assert.equal(await send(page, button(page, 'Create')), 303);
    await arrived(page, provider, 'SimpleSAMLphp');
    await idp.trust(await (await page.request.get(await page.getByLabel('Metadata URL', { exact: true }).first().inputValue())).text());
    early = await (await inBySSO(browse, idp)).context().cookies();
    assert.equal(await used(page), 1);
  });

  test('the next one is published, and approved: both count', async ({ browse, idp }) => {
    const admin = await asAdministrator(browse);
    await idp.keys('announced');
    await approve(admin);
    assert.equal(await used(admin), 2);
    await inBySSO(browse, idp);
  });

  test('it signs with the next one, and nobody notices', async ({ browse, idp }) => {
    await idp.keys('changed');
    await inBySSO(browse, idp);
    const page = await browse();
    await page.context().addCookies(early);
    assert.equal(await open(page, `${home}/members`), 200);
    await seen(heading(page, 'Members'));
  });

  test('the old one goes, and what it signed is refused under a number that explains it', async ({ browse, idp }) => {
    const admin = await asAdministrator(browse);
    await approve(admin);
    assert.equal(await used(admin), 1);
    const stays = await inBySSO(browse, idp);

    await idp.keys('own');
    const refused = await bySSO(browse, idp);
    await seen(heading(refused, 'You are not signed in'));
    const reference = (await refused.locator('#reference').innerText()).trim();

    await admin.goto(`${home}/security`);
    await fill(admin, { 'Reference number': reference });
    await button(admin, 'Find sign-in').click();
    await seen(heading(admin, `Sign-in ${reference}`));
    await says(admin, 'This sign-in was refused');
    await says(admin, /not signed by a certificate of this connection|renewed its certificate/);
    assert.match(await row(admin, 'Signature of a certificate of this connection').first().innerText(), /Failed/);
    assert.match(await row(admin, 'Signature algorithms').first().innerText(), /Passed/);
    await assertAccessible(admin);

    // The way out that it names: it is added again.
    await link(admin, 'SimpleSAMLphp').first().click();
    await approve(admin);
    await inBySSO(browse, idp);
    assert.equal(await open(stays, home), 200);
  });
});
