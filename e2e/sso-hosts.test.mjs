// The console and the identity provider on two hosts, both by https, as they are in real life: what depends on which cookies a browser sends along when
// another site posts. The names end in .test, which the browser finds on this machine.
import { assert, databases, suite } from './harness.mjs';
import { administrator, arrived, button, chooseInProfileMenu, field, fill, goodPassword, heading, link, says, seen, send, signIn } from './steps.mjs';

const home = '/orgs/northwind';
const provider = `${home}/security/identity-providers/simplesaml`;
const post = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';

suite('Single sign-on between two hosts', { databases, host: 'console.gatehouse.test', idp: { host: 'people.accounts.test' }, steps: true }, (test) => {
  let ours;

  const trust = async (site, idp, options) => idp.trust(await (await fetch(ours.metadata.replace(site.url, site.direct))).text(), options);

  /** The cookies that came with a post of another site, while work goes on; names only. */
  const cookiesOfPosts = async (page, path, work) => {
    const posted = page.waitForRequest((request) => request.method() === 'POST' && new URL(request.url()).pathname.endsWith(path));
    await work();
    const sent = (await (await posted).allHeaders()).cookie ?? '';
    return sent.split('; ').filter(Boolean).map((cookie) => cookie.split('=')[0]);
  };

  const inBySSO = async (browse, idp) => {
    const page = await browse();
    await page.goto('/login/sso/northwind/simplesaml');
    await idp.signIn(page, 'alice');
    await page.waitForURL(home);
    return page;
  };

  test('a sign-in whose request and answer are posted comes back to the browser that began', async ({ browse, site, idp }) => {
    await administrator(site);
    const admin = await browse();
    await signIn(admin, 'alice@northwind.example', goodPassword);
    await admin.goto(`${home}/security/identity-providers/new`);
    await fill(admin, { ID: 'simplesaml', Name: 'SimpleSAMLphp' });
    await admin.getByRole('radio', { name: /^Pasted metadata/ }).check();
    await field(admin, 'Metadata').fill(idp.metadata);
    await admin.getByRole('switch', { name: 'Let sign-ins begin at the identity provider' }).check();
    assert.equal(await send(admin, button(admin, 'Create')), 303);
    ours = { metadata: await admin.getByLabel('Metadata URL', { exact: true }).first().inputValue(), acs: await field(admin, 'ACS URL').inputValue() };
    assert.match(ours.acs, /^https:\/\/console\.gatehouse\.test:/);
    await link(admin, 'Edit').click();
    await admin.getByLabel('Binding', { exact: true }).selectOption('HTTP-POST');
    await admin.getByLabel('Logout binding').selectOption('HTTP-POST');
    assert.equal(await send(admin, button(admin, 'Save changes')), 303);
    await trust(site, idp, { SingleLogoutService: [{ Binding: post, Location: ours.metadata.replace(/metadata$/, 'slo') }] });

    const page = await browse();
    await page.goto('/login/sso/northwind/simplesaml?next=/orgs/northwind/members');
    const sent = await cookiesOfPosts(page, '/acs', () => idp.signIn(page, 'alice'));
    assert.deepEqual(sent, [], 'our cookies came along with the post of another site');
    await arrived(page, `${home}/members`, 'Members');
    const cookies = await page.context().cookies(site.url);
    const session = cookies.find(({ name }) => name === '__Host-gatehouse');
    assert.deepEqual({ secure: session?.secure, httpOnly: session?.httpOnly, sameSite: session?.sameSite, path: session?.path },
      { secure: true, httpOnly: true, sameSite: 'Lax', path: '/' });
    assert.equal(session.domain, 'console.gatehouse.test');
    for (const { name } of cookies) assert.match(name, /^__Host-/);
  });

  test('an answer that another browser began is refused', async ({ browse, idp }) => {
    const attacker = await browse();
    await attacker.goto('/login/sso/northwind/simplesaml');
    const kept = new Promise((keep) => attacker.route('**/acs', (route) => (keep(new URLSearchParams(route.request().postData())), route.fulfill({ body: 'kept' }))));
    await idp.signIn(attacker, 'alice');
    const answer = Object.fromEntries(await kept);
    // Another site has somebody's browser post it.
    const victim = await browse();
    await victim.goto(idp.metadataURL.replace(/saml2.*/, 'module.php/core/frontpage_welcome.php'));
    await Promise.all([victim.waitForURL(/\/saml\/finish/), victim.evaluate(([action, fields]) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action });
      for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
      document.body.append(form);
      form.submit();
    }, [ours.acs, answer])]);
    await seen(heading(victim, 'You are not signed in'));
    await says(victim, 'This sign-in was begun in another browser.');
  });

  test('begun at the identity provider: what came unasked is thrown away, and a click begins a sign-in here', async ({ browse, site, idp }) => {
    const page = await browse();
    const origin = new URL(idp.entityID).origin;
    await page.goto(`${origin}/simplesamlphp/saml2/idp/SSOService.php?spentityid=${encodeURIComponent(ours.metadata)}`);
    await idp.signIn(page, 'alice');
    await seen(heading(page, 'Continue to SimpleSAMLphp?'));
    assert.equal((await page.context().cookies(site.url)).some(({ name }) => name === '__Host-gatehouse'), false, 'somebody is signed in');
    await button(page, 'Continue to SimpleSAMLphp').click();
    await page.waitForURL(home);
    await seen(page.getByRole('button', { name: /^Profile menu of / }));
  });

  test('signing out here signs out there, request and answer posted', async ({ browse, idp }) => {
    const page = await inBySSO(browse, idp);
    await chooseInProfileMenu(page, 'Sign out');
    await says(page, 'You are signed out here and at SimpleSAMLphp.');
    await page.goto('/login/sso/northwind/simplesaml');
    await seen(page.locator('input[name=username]'));
  });

  test('signing out there signs out here, and our posted answer is understood', async ({ browse, site, idp }) => {
    const origin = new URL(idp.entityID).origin;
    const out = `${origin}/simplesamlphp/saml2/idp/SingleLogoutService.php?ReturnTo=${encodeURIComponent(`${site.url}${home}`)}`;
    const page = await inBySSO(browse, idp);
    const theirs = await cookiesOfPosts(page, '/SingleLogoutService.php', () => page.goto(out));
    assert.ok(theirs.length > 0, 'its cookies did not come along with our post');
    await page.waitForURL(/\/login\?next=/);
    await seen(heading(page, 'Sign in'));

    // What it needs for that are its cookies. Where they are Lax, browsers leave them behind on the post of another site, and it does not know any more
    // whom it was signing out; here everybody is out all the same.
    await idp.cookiesAre('Lax');
    const forgotten = await inBySSO(browse, idp);
    assert.deepEqual(await cookiesOfPosts(forgotten, '/SingleLogoutService.php', () => forgotten.goto(out)), []);
    await forgotten.waitForURL(`${origin}/**`);
    await says(forgotten, /State information lost|NOSTATE/i);
    await forgotten.goto(home);
    await seen(heading(forgotten, 'Sign in'));
    await idp.cookiesAre('None');
  });
});
