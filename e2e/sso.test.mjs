// Single sign-on, from the profile menu to a person signed in, with a real identity provider: SimpleSAMLphp reads our metadata, we read its.
import { X509Certificate } from 'node:crypto';
import { assert, assertAccessible, databases, suite } from './harness.mjs';
import { administrator, arrived, button, chooseInProfileMenu, field, fill, heading, link, open, refusedAt, row, says, seen, send, signIn } from './steps.mjs';

const home = '/orgs/northwind';
const provider = (id) => `${home}/security/identity-providers/${id}`;
const newProvider = `${home}/security/identity-providers/new`;

/** The identity provider on loopback may be read and used only where an operator allowed it. */
const env = { GATEHOUSE_ALLOW_PRIVATE_METADATA: 'true' };

/** The certificate of an identity provider's metadata. */
const certificateOf = (metadata) => new X509Certificate(Buffer.from(metadata.match(/X509Certificate>([^<]+)</)[1], 'base64'));

/** Opens a browser in which an Administrator is signed in. */
async function asAdministrator(browse, options) {
  const page = await browse(options);
  await signIn(page, 'alice@northwind.example');
  await page.waitForURL(home);
  return page;
}

/** Asserts what is shown of the identity provider's metadata, on the form after Check and on its own page. */
async function showsWhatWasRead(page, idp) {
  const certificate = certificateOf(idp.metadata);
  const words = await page.locator('main').innerText();
  for (const part of [idp.entityID, `${new URL(idp.entityID).origin}/simplesamlphp/saml2/idp/SSOService.php`, 'HTTP-Redirect', certificate.subject]) {
    assert.ok(words.includes(part), `the page does not show ${part}`);
  }
  const bare = words.replace(/[^0-9A-F]/g, '');
  assert.ok(bare.includes(certificate.fingerprint256.replaceAll(':', '')), 'the page does not show the SHA-256 fingerprint');
  const until = new Date(certificate.validTo).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  assert.ok(words.includes(until), `the page does not show that the certificate ends on ${until}`);
}

/** Our three values on a provider's page or form. */
const ourValues = async (page) => ({
  acs: await field(page, 'ACS URL').inputValue(), entityID: await field(page, 'Entity ID').first().inputValue(), metadata: await field(page, 'Metadata URL').first().inputValue(),
});

/** One of the ways to give the provider's values. */
const source = (page, name) => page.getByRole('radio', { name: new RegExp(`^${name}`) });

/** Begins a sign-in as a stranger does, from the sign-in page by the organization's ID. */
async function beginSSO(page, next) {
  if (next) await page.goto(next);
  else await page.goto('/login');
  await seen(heading(page, 'Sign in'));
  await link(page, 'Sign in with SSO').click();
  if (next) return;
  await seen(heading(page, 'Sign in with SSO'));
  await field(page, 'Organization ID or email address').fill('northwind');
  await button(page, 'Continue').click();
}

/** The page between us and the provider goes on by itself; without JavaScript one presses. */
async function goOn(page, name) {
  if (page.scripted) return;
  await seen(heading(page, `Going to ${name}`));
  await page.getByRole('link', { name: `Continue to ${name}` }).or(page.getByRole('button', { name: `Continue to ${name}` })).click();
}

/** How the browser went to the identity provider: the method of the first request to it. */
function watchWay(page, idp) {
  const way = [];
  page.on('request', (request) => {
    if (request.url().startsWith(`${new URL(idp.entityID).origin}/simplesamlphp/saml2/idp/SSOService.php`)) way.push(request.method());
  });
  return () => way[0];
}

suite('Single sign-on', { databases, idp: true, env, steps: true }, (test) => {
  test('an Administrator creates an identity provider from the address of its metadata', async ({ browse, site, idp }) => {
    await administrator(site);
    const page = await asAdministrator(browse);
    await chooseInProfileMenu(page, 'Security');
    await arrived(page, `${home}/security`, 'Security');
    await says(page, 'No identity providers yet');
    await link(page, 'Create Identity Provider').click();
    await link(page, 'Short form, for those who know').click();
    await arrived(page, newProvider, 'Create Identity Provider');

    const ours = await ourValues(page);
    assert.match(ours.acs, new RegExp(`^${site.url}/saml/[^/]{16,}/acs$`));
    assert.equal(ours.entityID, ours.acs.replace(/acs$/, 'metadata'));
    assert.equal(ours.metadata, ours.entityID);
    await button(page, 'Copy ACS URL').click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), ours.acs);

    await fill(page, { ID: 'simplesaml', Name: 'SimpleSAMLphp' });
    await page.getByRole('textbox', { name: 'Metadata URL' }).last().fill(idp.metadataURL);
    assert.equal(await send(page, button(page, 'Check')), 200);
    await seen(page.getByRole('heading', { name: 'What was read' }));
    await showsWhatWasRead(page, idp);
    await assertAccessible(page);
    assert.deepEqual(await ourValues(page), ours, 'our values changed while the form was open');

    assert.equal(await send(page, button(page, 'Create')), 303);
    await arrived(page, provider('simplesaml'), 'SimpleSAMLphp');
    await says(page, 'SimpleSAMLphp is created.');
    await showsWhatWasRead(page, idp);
    assert.deepEqual(await ourValues(page), ours);
    await says(page, 'No sign-ins recorded yet');

    // SimpleSAMLphp is given our metadata; its own parser has to like it.
    const download = await page.request.get(await link(page, 'Download metadata').getAttribute('href'));
    assert.match(download.headers()['content-disposition'], /^attachment; filename="[a-z-]+\.xml"$/);
    const published = await page.request.get(ours.metadata);
    assert.equal(published.headers()['content-type'], 'application/samlmetadata+xml; charset=utf-8');
    assert.equal(await download.text(), await published.text());
    assert.equal((await idp.trust(await published.text())).trim(), ours.entityID);
  });

  test('a member signs in through it, and the session says how', async ({ browse, idp }) => {
    const page = await browse();
    const way = watchWay(page, idp);
    await beginSSO(page);
    await idp.signIn(page, 'alice');
    await page.waitForURL(home);
    assert.equal(way(), 'GET');
    await seen(page.getByRole('button', { name: 'Profile menu of Alice Ng' }));
    await page.goto('/account/security');
    await says(page, 'You came in by single sign-on.');
    assert.match(await row(page, 'This session').innerText(), /SSO: SimpleSAMLphp/);
    await assertAccessible(page);
  });

  test('who was on the way to a page lands there', async ({ browse, idp }) => {
    const page = await browse();
    await beginSSO(page, `${home}/members?q=ali`);
    await idp.signIn(page, 'alice');
    await arrived(page, `${home}/members?q=ali`, 'Members');
    assert.equal(await page.getByRole('searchbox').inputValue(), 'ali');
  });

  test('somebody the organization does not know is refused with a reference, and the Administrator finds the reason under it', async ({ browse, idp }) => {
    const page = await browse();
    await beginSSO(page);
    await idp.signIn(page, 'bob');
    await seen(heading(page, 'You are not signed in'));
    await says(page, 'You are not a member of Northwind Robotics yet. Ask an Administrator to invite you, then sign in again.');
    const reference = (await page.locator('#reference').innerText()).trim();
    assert.match(reference, /^\S{6,}$/);
    await assertAccessible(page);
    assert.equal(await open(page, home), 200);
    await seen(heading(page, 'Sign in'));

    const admin = await asAdministrator(browse);
    await admin.goto(provider('simplesaml'));
    const attempt = await row(admin, reference).innerText();
    assert.match(attempt, /Refused/);
    assert.match(attempt, /bob@northwind\.example|Bob Ray/);
    assert.match(attempt, /not a member|invit|not known/i);
    assert.match(await row(admin, 'Alice Ng').filter({ hasText: 'Accepted' }).first().innerText(), /Accepted/);
    await assertAccessible(admin);
    await admin.goto(`${home}/audit`);
    await says(admin, 'Alice Ng');
  });

  test('an answer that is sent twice counts once', async ({ browse, idp }) => {
    const page = await browse();
    let answer;
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/acs')) answer = { url: request.url(), form: Object.fromEntries(new URLSearchParams(request.postData())) };
    });
    await beginSSO(page);
    await idp.signIn(page, 'alice');
    await page.waitForURL(home);
    const other = await browse();
    const again = await other.request.post(answer.url, { form: answer.form });
    assert.equal(again.status(), 403);
    assert.match(await again.text(), /Reference/);
    assert.deepEqual(await other.context().cookies(), []);
  });

  test('editing: other binding, other name; the sign-in then posts its request', async ({ browse, idp }) => {
    const admin = await asAdministrator(browse);
    await admin.goto(provider('simplesaml'));
    const ours = await ourValues(admin);
    await link(admin, 'Edit').click();
    await arrived(admin, `${provider('simplesaml')}/edit`, 'Edit SimpleSAMLphp');
    await field(admin, 'Name').fill('');
    assert.equal(await send(admin, button(admin, 'Save changes')), 422);
    await refusedAt(admin, 'Name', /^[A-Z].*\.$/);
    await field(admin, 'Name').fill('Northwind accounts');
    await admin.getByLabel('Binding', { exact: true }).selectOption('HTTP-POST');
    assert.equal(await send(admin, button(admin, 'Save changes')), 303);
    await arrived(admin, provider('simplesaml'), 'Northwind accounts');
    await says(admin, 'HTTP-POST');
    assert.deepEqual(await ourValues(admin), ours);

    const page = await browse();
    const way = watchWay(page, idp);
    await beginSSO(page);
    await idp.signIn(page, 'alice');
    await page.waitForURL(home);
    assert.equal(way(), 'POST');
  });

  test('what somebody else saved meanwhile is shown beside one\'s own, and nothing is overwritten', async ({ browse }) => {
    const first = await asAdministrator(browse);
    const second = await asAdministrator(browse);
    await first.goto(`${provider('simplesaml')}/edit`);
    await second.goto(`${provider('simplesaml')}/edit`);
    await field(first, 'Name').fill('SimpleSAMLphp');
    assert.equal(await send(first, button(first, 'Save changes')), 303);
    await field(second, 'Name').fill('Another name');
    assert.equal(await send(second, button(second, 'Save changes')), 409);
    await says(second, 'Somebody else saved this meanwhile.');
    const compared = await row(second, 'Name').first().innerText();
    assert.match(compared, /SimpleSAMLphp[^]*Another name/);
    await assertAccessible(second);
    await link(second, 'Cancel').click();
    await arrived(second, provider('simplesaml'), 'SimpleSAMLphp');
  });

  test('disabled, it signs nobody in, and the sessions it opened are over; enabled, it does again', async ({ browse, idp }) => {
    const admin = await asAdministrator(browse);
    const member = await browse();
    await beginSSO(member);
    await idp.signIn(member, 'alice');
    await member.waitForURL(home);
    const underway = await browse();
    await beginSSO(underway);
    await underway.waitForURL(`${new URL(idp.entityID).origin}/**`);

    await admin.goto(provider('simplesaml'));
    assert.equal(await send(admin, button(admin, 'Disable')), 303);
    await says(admin, 'Disabled. Nobody signs in through it, and the sessions it opened have ended.');
    await seen(button(admin, 'Enable'));

    await member.goto(`${home}/apps`);
    await arrived(member, `/login?next=${encodeURIComponent(`${home}/apps`)}`, 'Sign in');

    await idp.signIn(underway, 'alice');
    await seen(heading(underway, 'You are not signed in'));
    const reference = (await underway.locator('#reference').innerText()).trim();
    await admin.reload();
    assert.match(await row(admin, reference).innerText(), /Refused[^]*disabled/);

    const stranger = await browse();
    assert.equal(await open(stranger, '/login/sso/northwind'), 422);
    await says(stranger, 'There is no single sign-on for this organization ID or address. Check it, or sign in with a password.');
    assert.equal(await open(stranger, '/login/sso/northwind/simplesaml'), 404);

    assert.equal(await send(admin, button(admin, 'Enable')), 303);
    await says(admin, 'Enabled. People can sign in through it.');
    await stranger.goto('/login/sso/northwind');
    await idp.signIn(stranger, 'alice');
    await stranger.waitForURL(home);
  });

  test('metadata by file and by paste, values by hand; several enabled ones are buttons on the sign-in page', async ({ browse, idp }) => {
    const page = await asAdministrator(browse);
    await page.goto(newProvider);
    await fill(page, { ID: 'from-file', Name: 'From a file' });
    await source(page, 'Metadata file').check();
    await page.locator('input[type=file]').setInputFiles({ name: 'metadata.xml', mimeType: 'text/xml', buffer: Buffer.from(idp.metadata) });
    assert.equal(await send(page, button(page, 'Create')), 303);
    await arrived(page, provider('from-file'), 'From a file');
    await showsWhatWasRead(page, idp);

    await page.goto(newProvider);
    await fill(page, { ID: 'pasted', Name: 'Pasted' });
    await source(page, 'Pasted metadata').check();
    await field(page, 'Metadata').fill(idp.metadata);
    await page.getByRole('switch', { name: 'Enabled' }).uncheck();
    assert.equal(await send(page, button(page, 'Create')), 303);
    await arrived(page, provider('pasted'), 'Pasted');
    await showsWhatWasRead(page, idp);
    await seen(button(page, 'Enable'));

    await page.goto(newProvider);
    await fill(page, { ID: 'by-hand', Name: 'By hand' });
    await source(page, 'By hand').check();
    await page.locator('#entity_id').fill(idp.entityID);
    await fill(page, { 'SSO URL': `${new URL(idp.entityID).origin}/simplesamlphp/saml2/idp/SSOService.php`, 'Signing certificate': certificateOf(idp.metadata).toString() });
    await page.getByLabel('Binding', { exact: true }).selectOption('HTTP-POST');
    assert.equal(await send(page, button(page, 'Create')), 303);
    await arrived(page, provider('by-hand'), 'By hand');
    await idp.trust(await (await page.request.get((await ourValues(page)).metadata)).text());

    const stranger = await browse();
    await stranger.goto('/login/sso/northwind');
    await seen(heading(stranger, 'Sign in to Northwind Robotics'));
    await assertAccessible(stranger);
    for (const name of ['SimpleSAMLphp', 'From a file']) await seen(link(stranger, name));
    assert.equal(await link(stranger, 'Pasted').count(), 0);
    await link(stranger, 'By hand').click();
    await idp.signIn(stranger, 'alice');
    await stranger.waitForURL(home);
  });

  test('deleting asks for its ID: a wrong one keeps it, Enter destroys nothing, the right one deletes it', async ({ browse }) => {
    const page = await asAdministrator(browse);
    await page.goto(provider('by-hand'));
    await says(page, /1 person/);
    const confirm = page.locator('#confirm');
    await confirm.fill('simplesaml');
    assert.equal(await send(page, button(page, 'Delete identity provider')), 422);
    await says(page, 'Type “by-hand” to delete it.');
    assert.equal(await confirm.inputValue(), 'simplesaml');
    await assertAccessible(page);

    await confirm.fill('by-hand');
    await page.evaluate(() => document.addEventListener('submit', (event) => (event.preventDefault(), (document.title = 'sent'))));
    await confirm.press('Enter');
    assert.notEqual(await page.title(), 'sent', 'Enter in the field sends the form');
    assert.equal(await open(page, provider('by-hand')), 200);
    await page.locator('#confirm').fill('by-hand');
    assert.equal(await send(page, button(page, 'Delete identity provider')), 303);
    await arrived(page, `${home}/security`, 'Security');
    await says(page, 'The identity provider is deleted.');
    assert.equal(await open(page, provider('by-hand')), 404);
    assert.equal(await page.getByRole('link', { name: 'By hand' }).count(), 0);
  });
});

suite('Single sign-on with JavaScript off', { idp: true, env }, (test) => {
  test('from the password to a provider from pasted metadata to a person signed in through it', async ({ browse, site, idp }) => {
    await administrator(site);
    const page = await asAdministrator(browse, { js: false });
    await chooseInProfileMenu(page, 'Security');
    await link(page, 'Create Identity Provider').click();
    await link(page, 'Short form, for those who know').click();
    await arrived(page, newProvider, 'Create Identity Provider');
    await fill(page, { ID: 'simplesaml', Name: 'SimpleSAMLphp' });
    await source(page, 'Pasted metadata').check();
    await field(page, 'Metadata').fill('not this');
    assert.equal(await send(page, button(page, 'Create')), 422);
    assert.equal(await field(page, 'Metadata').inputValue(), 'not this');
    await field(page, 'Metadata').fill(idp.metadata);
    assert.equal(await send(page, button(page, 'Check')), 200);
    await showsWhatWasRead(page, idp);
    assert.equal(await send(page, button(page, 'Create')), 303);
    await arrived(page, provider('simplesaml'), 'SimpleSAMLphp');
    await idp.trust(await (await page.request.get((await ourValues(page)).metadata)).text());

    const member = await browse({ js: false });
    await beginSSO(member);
    await goOn(member, 'SimpleSAMLphp');
    await idp.signIn(member, 'alice');
    await member.waitForURL(home);
    await chooseInProfileMenu(member, 'Sign out');
    await goOn(member, 'SimpleSAMLphp');
    await says(member, 'You are signed out here and at SimpleSAMLphp.');

    // The same with the request in a form.
    await link(page, 'Edit').click();
    await page.getByLabel('Binding', { exact: true }).selectOption('HTTP-POST');
    assert.equal(await send(page, button(page, 'Save changes')), 303);
    const posted = await browse({ js: false });
    const way = watchWay(posted, idp);
    await beginSSO(posted, `${home}/members`);
    await goOn(posted, 'SimpleSAMLphp');
    await idp.signIn(posted, 'alice');
    await arrived(posted, `${home}/members`, 'Members');
    assert.equal(way(), 'POST');

    assert.equal(await send(page, button(page, 'Disable')), 303);
    await posted.goto(`${home}/members`);
    await seen(heading(posted, 'Sign in'));
  });
});
