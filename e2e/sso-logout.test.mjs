// Single logout both ways and over both bindings, encrypted assertions, and our certificate changing over, with a real identity provider.
import { assert, assertAccessible, databases, shoot, startSimpleSAMLphp, suite } from './harness.mjs';
import { administrator, arrived, button, chooseInProfileMenu, fill, heading, link, says, seen, send, signIn } from './steps.mjs';

const home = '/orgs/northwind';
const provider = `${home}/security/identity-providers/simplesaml`;
const post = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';

suite('Single logout', { databases, idp: true, env: { GATEHOUSE_ALLOW_PRIVATE_METADATA: 'true' }, steps: true }, (test) => {
  let metadata;

  /** Makes SimpleSAMLphp read our metadata again, with options of its own. */
  const trust = async (page, idp, options) => idp.trust(await (await page.request.get(metadata)).text(), options);

  const asAdministrator = async (browse) => {
    const page = await browse();
    await signIn(page, 'alice@northwind.example');
    await page.goto(provider);
    return page;
  };

  const inBySSO = async (browse, idp) => {
    const page = await browse();
    await page.goto('/login/sso/northwind/simplesaml');
    await idp.signIn(page, 'alice');
    await page.waitForURL(home);
    return page;
  };

  /** Signs in and returns the answer that did it, as XML. */
  const encryptedAnswer = async (browse, idp) => {
    const page = await browse();
    const posted = page.waitForRequest((request) => request.url().endsWith('/acs'));
    await page.goto('/login/sso/northwind/simplesaml');
    await idp.signIn(page, 'alice');
    const answer = Buffer.from(new URLSearchParams((await posted).postData()).get('SAMLResponse'), 'base64').toString();
    await page.waitForURL(home);
    return answer;
  };

  /** Signs out from the profile menu and comes back from the identity provider, where the session is over too. */
  const outBothWays = async (page, idp) => {
    await chooseInProfileMenu(page, 'Sign out');
    await says(page, 'You are signed out here and at SimpleSAMLphp.');
    await page.goto('/login/sso/northwind/simplesaml');
    await page.waitForURL(`${new URL(idp.entityID).origin}/**`);
    await seen(page.locator('input[name=username]'));
  };

  /** Signs out at the identity provider, which tells us. */
  const outThere = async (browse, idp) => {
    const page = await inBySSO(browse, idp);
    const elsewhere = await browse(); // another browser of the same person stays in: the provider names the session
    await elsewhere.goto('/login/sso/northwind/simplesaml');
    await idp.signIn(elsewhere, 'alice');
    await elsewhere.waitForURL(home);
    const origin = new URL(idp.entityID).origin;
    await page.goto(`${origin}/simplesamlphp/saml2/idp/SingleLogoutService.php?ReturnTo=${encodeURIComponent(`${new URL(metadata).origin}${home}`)}`);
    await page.waitForURL(/\/login\?next=/);
    await seen(heading(page, 'Sign in'));
    await elsewhere.goto(home);
    await seen(elsewhere.getByRole('button', { name: /^Profile menu of / }));
  };

  test('an encrypted assertion signs in', async ({ browse, site, idp }) => {
    await administrator(site);
    const page = await browse();
    await signIn(page, 'alice@northwind.example');
    await page.goto(`${home}/security/identity-providers/new`);
    await fill(page, { ID: 'simplesaml', Name: 'SimpleSAMLphp' });
    await page.getByRole('textbox', { name: 'Metadata URL' }).last().fill(idp.metadataURL);
    assert.equal(await send(page, button(page, 'Create')), 303);
    await arrived(page, provider, 'SimpleSAMLphp');
    await says(page, `${new URL(idp.entityID).origin}/simplesamlphp/saml2/idp/SingleLogoutService.php (HTTP-Redirect)`);
    metadata = await page.getByLabel('Metadata URL', { exact: true }).first().inputValue();
    await trust(page, idp, { 'assertion.encryption': true });
    await inBySSO(browse, idp);
    // SimpleSAMLphp encrypts with CBC, which counts inside a signed response and nowhere else.
    await trust(page, idp, { 'assertion.encryption': true, 'saml20.sign.response': false });
    const refused = await browse();
    await refused.goto('/login/sso/northwind/simplesaml');
    await idp.signIn(refused, 'alice');
    await seen(heading(refused, 'You are not signed in'));
    // GCM protects itself.
    for (const cipher of ['AES128_GCM', 'AES256_GCM']) {
      await idp.encryptWith(cipher);
      const answer = await encryptedAnswer(browse, idp);
      assert.match(answer, new RegExp(`xmlenc11#${cipher.toLowerCase().replace('_', '-')}"`));
    }
    await trust(page, idp, { 'assertion.encryption': true });
    await inBySSO(browse, idp);
  });

  test('signing out here signs out there, by redirect', async ({ browse, idp }) => {
    await outBothWays(await inBySSO(browse, idp), idp);
  });

  test('signing out there signs out here, by redirect', ({ browse, idp }) => outThere(browse, idp));

  test('both again, by POST', async ({ browse, idp }) => {
    const admin = await asAdministrator(browse);
    const logoutBy = async (binding) => {
      await link(admin, 'Edit').click();
      await arrived(admin, `${provider}/edit`, 'Edit SimpleSAMLphp');
      await admin.getByLabel('Logout binding').selectOption(binding);
      assert.equal(await send(admin, button(admin, 'Save changes')), 303);
    };
    await logoutBy('HTTP-POST');
    const slo = metadata.replace(/metadata$/, 'slo');
    await trust(admin, idp, { SingleLogoutService: [{ Binding: post, Location: slo }] });
    await outBothWays(await inBySSO(browse, idp), idp);
    // Its order comes by POST, our answer goes by redirect: without https its cookies are Lax, and it forgets whom it asked when another site posts. See sso-hosts.
    await logoutBy('HTTP-Redirect');
    await outThere(browse, idp);
  });

  test('our certificate changes over, and nobody is locked out meanwhile', async ({ browse, idp }) => {
    const admin = await asAdministrator(browse);
    assert.equal(await send(admin, button(admin, 'Prepare next certificate')), 303);
    await inBySSO(browse, idp); // it does not know the next one yet
    await trust(admin, idp, { 'assertion.encryption': true });
    assert.equal(await send(admin, button(admin, 'Switch to it')), 303);
    await inBySSO(browse, idp);
    await trust(admin, idp, { 'assertion.encryption': true });
    assert.equal(await send(admin, button(admin, 'Retire previous certificate')), 303);
    await outBothWays(await inBySSO(browse, idp), idp);
  });
});

suite('Signing out of several identity providers', { idp: true, env: { GATEHOUSE_ALLOW_PRIVATE_METADATA: 'true' }, steps: true }, (test) => {
  let second;

  const connect = async (page, organization, idp, name) => {
    await page.goto(`/orgs/${organization}/security/identity-providers/new`);
    await fill(page, { ID: 'accounts', Name: name });
    await page.getByRole('textbox', { name: 'Metadata URL' }).last().fill(idp.metadataURL);
    assert.equal(await send(page, button(page, 'Create')), 303);
    await idp.trust(await (await page.request.get(await page.getByLabel('Metadata URL', { exact: true }).first().inputValue())).text());
  };

  const inByBoth = async (browse, idp) => {
    const page = await browse();
    for (const [organization, provider] of [['northwind', idp], ['contoso', second]]) {
      await page.goto(`/login/sso/${organization}/accounts`);
      await provider.signIn(page, 'alice');
      await page.waitForURL(`/orgs/${organization}`);
    }
    return page;
  };

  test('one after the other, and the last page says where', async ({ browse, site, idp }) => {
    second = await startSimpleSAMLphp();
    try {
      await administrator(site);
      await administrator(site, { organization: 'contoso', organizationName: 'Contoso' });
      const admin = await browse();
      await signIn(admin, 'alice@northwind.example');
      await connect(admin, 'northwind', idp, 'Northwind accounts');
      await connect(admin, 'contoso', second, 'Contoso accounts');
      const page = await inByBoth(browse, idp);
      await chooseInProfileMenu(page, 'Sign out');
      await says(page, 'You are signed out here and at Contoso accounts and Northwind accounts.');
      await assertAccessible(page);
      for (const organization of ['northwind', 'contoso']) {
        await page.goto(`/login/sso/${organization}/accounts`);
        await seen(page.locator('input[name=username]'));
      }

      // One of them is down: whoever comes back from it sees where they are out, and goes on.
      const stuck = await inByBoth(browse, idp);
      await second.stop();
      await chooseInProfileMenu(stuck, 'Sign out').catch(() => {});
      await stuck.waitForURL(/^chrome-error:/);
      await stuck.goto('/');
      await says(stuck, 'not every identity provider confirmed');
      await seen(link(stuck, 'Ask Contoso accounts again'));
      await assertAccessible(stuck);
      await shoot(stuck, 'signing-out');
      await link(stuck, 'Go on to Northwind accounts').click();
      await seen(stuck.getByRole('listitem').filter({ hasText: 'Northwind accounts' }).getByText('Signed out'));
      await seen(stuck.getByRole('listitem').filter({ hasText: 'Contoso accounts' }).getByText('No answer'));
      await shoot(stuck, 'signed-out');
      await stuck.goto('/orgs/northwind');
      await seen(heading(stuck, 'Sign in'));
    } finally {
      await second.stop().catch(() => {});
    }
  });
});
