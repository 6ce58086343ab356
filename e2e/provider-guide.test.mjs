// Setting an identity provider up step by step, from nothing to people signing in through it: a draft that is left and resumed, a test that
// fails and says why, and the same test again once that is put right.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, assertAccessible, suite } from './harness.mjs';
import { output } from './harness/processes.mjs';
import { administrator, arrived, button, field, fill, link, refusedAt, row, says, seen, send, signIn } from './steps.mjs';

const home = '/orgs/northwind';
const providers = `${home}/security/identity-providers`;
const step = (name) => `${providers}/school/guide/${name}`;
const choose = (page, name) => page.getByRole('radio', { name: new RegExp(`^${name}`) }).check();
const env = { GATEHOUSE_ALLOW_PRIVATE_METADATA: 'true' };

/** A certificate that nobody signs with. */
async function foreignCertificate() {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-key-'));
  try {
    const file = join(folder, 'certificate.pem');
    await output('openssl', ['req', '-x509', '-nodes', '-days', '30', '-subj', '/CN=another', '-newkey', 'rsa:2048', '-keyout', join(folder, 'key.pem'), '-out', file]);
    return await readFile(file, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function asAlice(browse, path) {
  const page = await browse();
  await signIn(page, 'alice@northwind.example');
  await page.waitForURL(home);
  await page.goto(path);
  return page;
}

suite('Setting an identity provider up', { idp: true, env, steps: true }, (test) => {
  test('a draft begins with the product, is left, and goes on where it was left', async ({ browse, site, idp }) => {
    await administrator(site);
    const page = await asAlice(browse, `${home}/security`);
    await link(page, 'Create Identity Provider').click();
    await arrived(page, `${providers}/new/guided`, 'Create Identity Provider');
    assert.equal(await send(page, button(page, 'Continue')), 422);
    await refusedAt(page, 'ID', 'Choose an ID.', { first: false });
    await assertAccessible(page);
    await choose(page, 'SimpleSAMLphp');
    await fill(page, { ID: 'school', Name: 'School' });
    assert.equal(await send(page, button(page, 'Continue')), 303);
    await arrived(page, step('our-values'), 'Set up School');
    await says(page, 'saml20-sp-remote.php');
    await says(page, 'Step 2 of 7');
    await assertAccessible(page);
    const metadata = await page.request.get(await field(page, 'Metadata URL').inputValue());
    await idp.trust(await metadata.text());

    await link(page, 'Leave for now').click();
    await seen(row(page, 'School').getByText('Draft', { exact: true }));
    await link(page, 'Continue setting up School').click();
    await arrived(page, step('our-values'), 'Set up School');
    await link(page, 'Continue').click();
    await arrived(page, step('its-values'), 'Set up School');
    await page.goBack();
    await arrived(page, step('our-values'), 'Set up School');
    await page.goForward();
  });

  test('a test with the wrong certificate fails, and says at which check', async ({ browse, idp }) => {
    const page = await asAlice(browse, step('its-values'));
    await choose(page, 'By hand');
    await fill(page, { 'Entity ID': idp.entityID, 'SSO URL': `${new URL(idp.entityID).origin}/simplesamlphp/saml2/idp/SSOService.php`, 'Signing certificate': await foreignCertificate() });
    assert.equal(await send(page, button(page, 'Save and continue')), 303);
    await arrived(page, step('attributes'), 'Set up School');
    await assertAccessible(page);
    assert.equal(await send(page, button(page, 'Save and continue')), 303);
    await arrived(page, step('domains'), 'Set up School');
    await assertAccessible(page);
    assert.equal(await send(page, button(page, 'Save and continue')), 303);
    await arrived(page, step('test'), 'Set up School');
    await button(page, 'Test sign-in').click();
    await idp.signIn(page, 'alice');
    await page.waitForURL(/\/attempts\//);
    await link(page, 'Back to the set-up').click();
    await arrived(page, step('test'), 'Set up School');
    await says(page, 'The last test failed.');
    await seen(page.getByRole('row', { name: /Signature.*Failed/i }).first());
    await assertAccessible(page);
    await link(page, 'Continue').click();
    await says(page, 'No test of these values has passed.');
    await assertAccessible(page);
  });

  test('with its metadata the test passes, it is enabled, and people come in through it', async ({ browse, idp }) => {
    const page = await asAlice(browse, step('its-values'));
    await choose(page, 'Metadata by URL');
    await page.getByRole('textbox', { name: 'Metadata URL' }).last().fill(idp.metadataURL);
    assert.equal(await send(page, button(page, 'Check')), 200);
    await seen(page.getByRole('heading', { name: 'What was read' }));
    await assertAccessible(page);
    assert.equal(await send(page, button(page, 'Save and continue')), 303);
    await page.goto(`${providers}/school/guide`);
    await arrived(page, step('test'), 'Set up School');
    await button(page, 'Test again').click();
    await page.waitForURL((url) => url.origin === new URL(idp.entityID).origin || /\/attempts\//.test(url.pathname));
    if (!/\/attempts\//.test(page.url())) await idp.signIn(page, 'alice');
    await page.waitForURL(/\/attempts\//);
    await link(page, 'Back to the set-up').click();
    await says(page, 'The last test passed.');
    await assertAccessible(page);
    await link(page, 'Continue').click();
    await arrived(page, step('enable'), 'Set up School');
    assert.equal(await send(page, button(page, 'Enable')), 303);
    await arrived(page, `${providers}/school`, 'School');
    assert.equal(await page.getByText('This is a draft.').count(), 0);

    const alice = await browse();
    await alice.goto('/login/sso/northwind/school');
    await idp.signIn(alice, 'alice');
    await alice.waitForURL(home);
  });

  test('without JavaScript: a draft left and resumed, tested, enabled, and people come in', async ({ browse, idp }) => {
    const plain = (name) => `${providers}/plain/guide/${name}`;
    const page = await browse({ js: false });
    await signIn(page, 'alice@northwind.example');
    await page.goto(`${providers}/new/guided`);
    assert.equal(await send(page, button(page, 'Continue')), 422);
    await refusedAt(page, 'ID', 'Choose an ID.', { first: false });
    await choose(page, 'Keycloak');
    await fill(page, { ID: 'plain', Name: 'Plain' });
    assert.equal(await send(page, button(page, 'Continue')), 303);
    await arrived(page, plain('our-values'), 'Set up Plain');
    await says(page, 'Import client');
    await idp.trust(await (await page.request.get(await field(page, 'Metadata URL').inputValue())).text());
    await link(page, 'Continue').click();
    await arrived(page, plain('its-values'), 'Set up Plain');
    await link(page, 'Leave for now').click();
    await arrived(page, `${home}/security`, 'Security');
    await link(page, 'Continue setting up Plain').click();
    await arrived(page, plain('our-values'), 'Set up Plain');
    await link(page, 'Continue').click();

    // Every way of giving its values is open to whoever has no script to show one at a time.
    await choose(page, 'Metadata by URL');
    const address = page.getByRole('textbox', { name: 'Metadata URL' }).last();
    await address.fill('http://127.0.0.1:1/nothing');
    assert.equal(await send(page, button(page, 'Save and continue')), 422);
    assert.equal(await address.inputValue(), 'http://127.0.0.1:1/nothing');
    await address.fill(idp.metadataURL);
    assert.equal(await send(page, button(page, 'Check')), 200);
    await seen(page.getByRole('heading', { name: 'What was read' }));
    assert.equal(await send(page, button(page, 'Save and continue')), 303);
    await arrived(page, plain('attributes'), 'Set up Plain');
    assert.equal(await send(page, button(page, 'Save and continue')), 303);
    await arrived(page, plain('domains'), 'Set up Plain');
    assert.equal(await send(page, button(page, 'Save and continue')), 303);
    await arrived(page, plain('test'), 'Set up Plain');
    await button(page, 'Test sign-in').click();
    await link(page, 'Continue to Plain').click();
    await idp.signIn(page, 'alice');
    await page.waitForURL(/\/attempts\//);
    await link(page, 'Back to the set-up').click();
    await says(page, 'The last test passed.');
    await link(page, 'Continue').click();
    await arrived(page, plain('enable'), 'Set up Plain');
    assert.equal(await send(page, button(page, 'Enable')), 303);
    await arrived(page, `${providers}/plain`, 'Plain');

    const alice = await browse({ js: false });
    await alice.goto('/login/sso/northwind/plain');
    await link(alice, 'Continue to Plain').click();
    await idp.signIn(alice, 'alice');
    await arrived(alice, home, 'Northwind Robotics');
  });
});
