// What the form of an identity provider refuses: every bad input has its own sentence beside its field, and what was typed comes back.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, assertAccessible, suite } from './harness.mjs';
import { output } from './harness/processes.mjs';
import { administrator, arrived, button, field, fill, refusedAt, send, signIn } from './steps.mjs';

const security = '/orgs/northwind/security';
const path = `${security}/identity-providers/new`;

/** A self-made certificate, in PEM. */
async function certificate(...key) {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-key-'));
  try {
    const file = join(folder, 'certificate.pem');
    await output('openssl', ['req', '-x509', '-nodes', '-days', '30', '-subj', '/CN=idp.example', '-newkey', ...key, '-keyout', join(folder, 'key.pem'), '-out', file]);
    return await readFile(file, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Metadata of an identity provider with that certificate. */
const metadata = (pem, { location = 'https://idp.example/sso', role = 'IDPSSODescriptor' } = {}) => `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://idp.example/idp">
<${role} protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${pem.replace(/-----[A-Z ]+-----/g, '').trim()}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>
<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${location}"/>
</${role}></EntityDescriptor>`;

const source = (page, name) => page.getByRole('radio', { name: new RegExp(`^${name}`) });

suite('The form of an identity provider', { steps: true }, (test) => {
  const pem = {};
  let page;

  const refused = async (label, sentence, options) => {
    assert.equal(await send(page, button(page, 'Create')), 422);
    await refusedAt(page, label, sentence, options);
  };
  const paste = async (xml) => {
    await source(page, 'Pasted metadata').check();
    await field(page, 'Metadata').fill(xml);
  };

  test('an empty form says what is missing', async ({ browse, site }) => {
    await administrator(site);
    [pem.good, pem.short, pem.ec] = await Promise.all([certificate('rsa:2048'), certificate('rsa:1024'), certificate('ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1')]);
    page = await browse();
    await signIn(page, 'alice@northwind.example');
    await page.goto(path);
    await refused('ID', 'Choose an ID.');
    await refusedAt(page, 'Name', /^[A-Z].*\.$/, { first: false });
    assert.equal(await page.locator('#metadata_url-error').innerText(), 'Enter the address of the provider\'s metadata.');
    await assertAccessible(page);
    for (const [name, id, sentence] of [['Metadata file', 'metadata_file', 'Choose the provider\'s metadata file.'], ['Pasted metadata', 'metadata_xml', 'Paste the provider\'s metadata.'], ['By hand', 'certificate', 'Paste the identity provider\'s signing certificate.']]) {
      await source(page, name).check();
      assert.equal(await send(page, button(page, 'Create')), 422);
      assert.equal(await page.locator(`#${id}-error`).innerText(), sentence);
      assert.ok(await source(page, name).isChecked());
    }
    await assertAccessible(page);
  });

  test('an ID that is malformed, too long or reserved', async ({ browse }) => {
    page = await browse();
    await signIn(page, 'alice@northwind.example');
    await page.goto(path);
    await field(page, 'Name').fill('Okta');
    await paste(metadata(pem.good));
    for (const [id, sentence] of [
      ['okta!', 'Use letters, digits, and single - or _ between them.'],
      ['-okta', 'Use letters, digits, and single - or _ between them.'],
      ['o'.repeat(49), 'An ID has at most 48 characters.'],
      ['new', '“new” is reserved by the console. Choose another ID.'],
      ['SAML', '“SAML” is reserved by the console. Choose another ID.'],
    ]) {
      await field(page, 'ID').fill(id);
      await refused('ID', sentence);
      assert.equal(await field(page, 'ID').inputValue(), id);
      assert.equal(await field(page, 'Name').inputValue(), 'Okta');
      assert.equal(await field(page, 'Metadata').inputValue(), metadata(pem.good));
    }
  });

  test('metadata that is not an identity provider\'s, each with its own sentence', async ({ browse }) => {
    page = await browse();
    await signIn(page, 'alice@northwind.example');
    await page.goto(path);
    await fill(page, { ID: 'okta', Name: 'Okta' });
    const whole = metadata(pem.good);
    const ours = await (await page.request.get(await field(page, 'Metadata URL').first().inputValue())).text();
    const said = new Set();
    for (const [what, xml, sentence] of [
      ['not XML', 'Hello', /^This is not XML\./],
      ['cut off', whole.slice(0, 300), /^This is not XML\./],
      ['XML of something else', '<feed xmlns="http://www.w3.org/2005/Atom"/>', /^This is XML, but not SAML 2\.0 metadata\./],
      ['service provider', ours, /^This is metadata of a service provider, such as our own\./],
      ['several providers', `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">${whole}${whole}</EntitiesDescriptor>`, /^This metadata describes several identity providers\./],
      ['web page', '<!DOCTYPE html><html><body>Sign in</body></html>', /\(DOCTYPE\)/],
      ['entity', `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${whole}`, /\(DOCTYPE\)/],
      ['elliptic curve', metadata(pem.ec), /^The certificate's key is not RSA\./],
      ['short key', metadata(pem.short), /fewer than 2,048 bits/],
      ['no certificate', whole.replace(/<KeyDescriptor[^]*<\/KeyDescriptor>/, ''), /^The metadata has no signing certificate/],
      ['expired', whole.replace(' entityID', ' validUntil="2020-01-01T00:00:00Z" entityID'), /^This metadata is no longer valid/],
      ['http', metadata(pem.good, { location: 'http://idp.example/sso' }), /sign-on address is http\./],
      ['http on this machine', metadata(pem.good, { location: 'http://127.0.0.1/sso' }), /sign-on address is http\./],
      ['script', metadata(pem.good, { location: 'javascript:alert(1)' }), /https:\/\//],
    ]) {
      await paste(xml);
      await refused('Metadata', sentence);
      assert.equal(await field(page, 'Metadata').inputValue(), xml.replaceAll('\r\n', '\n'), what);
      assert.equal(await field(page, 'ID').inputValue(), 'okta');
      said.add(await page.locator('#metadata_xml-error').innerText());
    }
    assert.equal(said.size, 11, [...said].join('\n'));
    await assertAccessible(page);

    // A file's text comes back too once it can be read; one that cannot is refused beside its field.
    await source(page, 'Metadata file').check();
    await page.locator('input[type=file]').setInputFiles({ name: 'metadata.xml', mimeType: 'text/xml', buffer: Buffer.from('a'.repeat(1100 << 10)) });
    assert.equal(await send(page, button(page, 'Create')), 422);
    assert.match(await page.locator('#metadata_file-error').innerText(), /less than 1 MiB/);
    await fill(page, { ID: 'new' });
    await page.locator('input[type=file]').setInputFiles({ name: 'metadata.xml', mimeType: 'text/xml', buffer: Buffer.from(whole) });
    await refused('ID', /reserved/);
    assert.ok(await source(page, 'Pasted metadata').isChecked());
    assert.equal(await field(page, 'Metadata').inputValue(), whole);
  });

  test('an address of metadata that is not fetched', async ({ browse, site }) => {
    page = await browse();
    await signIn(page, 'alice@northwind.example');
    await page.goto(path);
    await fill(page, { ID: 'okta', Name: 'Okta' });
    const url = page.locator('#metadata_url');
    for (const [address, sentence] of [
      ['metadata', /^This is not a complete web address\./],
      ['file:///etc/passwd', /^This is not a web address\. It must begin with https:\/\/\./],
      ['http://192.0.2.1/metadata', /^Metadata is fetched by https only/],
      ['https://idp.example:8443/metadata', /^Metadata is fetched from port 443 only\./],
      ['https://127.0.0.1/metadata', /^This address is not known on the internet: it does not exist, or it lies inside a private network\./],
      ['https://10.1.2.3/metadata', /^This address is not known on the internet: it does not exist, or it lies inside a private network\./],
      ['https://[::ffff:169.254.169.254]/latest/meta-data', /^This address is not known on the internet: it does not exist, or it lies inside a private network\./],
      [`${site.url}/healthz`, /^Metadata is fetched by https only/],
    ]) {
      await url.fill(address);
      assert.equal(await send(page, button(page, 'Check')), 422);
      assert.match(await page.locator('#metadata_url-error').innerText(), sentence, address);
      assert.equal(await url.inputValue(), address);
    }
  });

  test('values by hand: all that is wrong at once, and a private key does not come back', async ({ browse }) => {
    page = await browse();
    await signIn(page, 'alice@northwind.example');
    await page.goto(path);
    await fill(page, { ID: 'okta', Name: 'Okta' });
    await source(page, 'By hand').check();
    await page.locator('#entity_id').fill('e'.repeat(1025));
    await fill(page, { 'SSO URL': 'http://idp.example/sso', 'Signing certificate': pem.ec });
    await page.getByLabel('Binding', { exact: true }).selectOption('HTTP-POST');
    assert.equal(await send(page, button(page, 'Create')), 422);
    assert.match(await page.locator('#entity_id-error').innerText(), /at most 1,024 characters/);
    await refusedAt(page, 'SSO URL', /sign-on address is http\./, { first: false });
    await refusedAt(page, 'Signing certificate', /^The certificate's key is not RSA\./, { first: false });
    assert.equal(await page.locator('#entity_id').inputValue(), 'e'.repeat(1025));
    assert.equal(await field(page, 'SSO URL').inputValue(), 'http://idp.example/sso');
    assert.equal(await page.getByLabel('Binding', { exact: true }).inputValue(), 'post');
    assert.equal((await field(page, 'Signing certificate').inputValue()).trim(), pem.ec.trim());
    await assertAccessible(page);

    await page.locator('#entity_id').fill('https://idp.example/idp');
    await fill(page, { 'SSO URL': 'https://idp.example/sso', 'Signing certificate': pem.short });
    await refused('Signing certificate', /fewer than 2,048 bits/);
    await fill(page, { 'Signing certificate': '-----BEGIN PRIVATE KEY-----\nMIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEA\n-----END PRIVATE KEY-----' });
    await refused('Signing certificate', /^This is a private key\./);
    assert.equal(await field(page, 'Signing certificate').inputValue(), '');
  });

  test('an ID that is taken, also in other letters; until then nothing was created', async ({ browse }) => {
    page = await browse();
    await signIn(page, 'alice@northwind.example');
    await page.goto(security);
    await page.getByRole('heading', { name: 'No identity providers yet' }).waitFor();
    for (const id of ['Okta', 'okta']) {
      await page.goto(path);
      await fill(page, { ID: id, Name: 'Okta' });
      await paste(metadata(pem.good));
      if (id === 'okta') await refused('ID', 'This ID is taken. Choose another one.');
      else {
        assert.equal(await send(page, button(page, 'Create')), 303);
        await arrived(page, `${security}/identity-providers/Okta`, 'Okta');
      }
    }
  });
});
