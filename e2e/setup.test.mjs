// The first minute of an installation: an empty database, a one-time code in the log, the first organization and its Administrator.
import { assert, assertAccessible, databases, suite } from './harness.mjs';
import { arrived, button, field, fill, goodPassword, heading, open, refusedAt, says, seen, send, signIn } from './steps.mjs';

const typed = {
  'Name of the organization': 'Northwind Robotics',
  'Organization ID': 'northwind',
  'Your name': 'Amara Okafor',
  'Your email address': 'amara@northwind.example',
};
const passwords = { 'New password': goodPassword, 'The same again': goodPassword };

async function stillTyped(page) {
  for (const [label, value] of Object.entries(typed)) assert.equal(await field(page, label).inputValue(), value, label);
  for (const label of Object.keys(passwords)) assert.equal(await field(page, label).inputValue(), '', `${label} came back`);
}

for (const js of [true, false]) {
  suite(`Setting up${js ? '' : ' with JavaScript off'}`, { databases: js ? databases : ['sqlite'], steps: true }, (test) => {
    test('the log has a one-time code, every page leads to /setup, and a wrong code is refused', async ({ browse, site }) => {
      const [, code] = await site.logged(/"code":"([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})"/);
      const page = await browse({ js });
      await page.goto('/orgs/northwind');
      await arrived(page, '/setup', 'Set up Gatehouse');
      if (js) await assertAccessible(page);

      await fill(page, { 'One-time code': 'AAAA-AAAA-AAAA-AAAA', ...typed, ...passwords });
      assert.equal(await send(page, button(page, 'Set up')), 422);
      await refusedAt(page, 'One-time code', 'This code is wrong or has expired. The server prints a new one when it starts.');
      assert.equal(await field(page, 'One-time code').inputValue(), 'AAAA-AAAA-AAAA-AAAA');
      await stillTyped(page);
      assert.notEqual(code, 'AAAA-AAAA-AAAA-AAAA');
    });

    test('everything that is wrong is said at once, beside its field', async ({ browse }) => {
      const page = await browse({ js });
      await page.goto('/setup');
      await fill(page, { 'Organization ID': 'settings', 'Your name': '', 'Your email address': 'amara', 'New password': 'northwind', 'The same again': 'northwint' });
      assert.equal(await send(page, button(page, 'Set up')), 422);
      await refusedAt(page, 'One-time code', 'Enter the one-time code that the server printed when it started.');
      await refusedAt(page, 'Organization ID', '“settings” is reserved by the console. Choose another ID.', { first: false });
      for (const label of ['Name of the organization', 'Your name', 'Your email address']) await refusedAt(page, label, /^[A-Z].*\.$/, { first: false });
      await refusedAt(page, 'New password', /15/, { first: false });
      await refusedAt(page, 'The same again', 'The two are not the same. Type the password again.', { first: false });
      if (js) await assertAccessible(page);
    });

    test('the code makes the organization and its Administrator, who signs in; then /setup is gone', async ({ browse, site }) => {
      const [, code] = await site.logged(/"code":"([A-Z2-7-]+)"/);
      const page = await browse({ js });
      await page.goto('/');
      await seen(heading(page, 'Set up Gatehouse'));
      await fill(page, { 'One-time code': code.toLowerCase(), ...typed, ...passwords });
      assert.equal(await send(page, button(page, 'Set up')), 303);
      await arrived(page, '/login?notice=set-up', 'Sign in');
      await says(page, 'The organization is ready. Sign in with the password you just chose.');

      await signIn(page, typed['Your email address']);
      await page.waitForURL('/orgs/northwind');
      await page.goto('/orgs/northwind/members');
      const me = page.getByRole('row').filter({ hasText: 'Amara Okafor' });
      assert.match(await me.innerText(), /Administrator/);

      assert.equal(await open(page, '/setup'), 404);
      const stranger = await browse({ js });
      assert.equal(await open(stranger, '/setup'), 404);
      await stranger.goto('/');
      await arrived(stranger, /\/login(\?|$)/, 'Sign in');
      const again = await stranger.request.post('/setup', { form: { code, organization: 'Other', id: 'other', name: 'Eve', email: 'eve@other.example', password: goodPassword, repeat: goodPassword } });
      assert.equal(again.status(), 404);
    });
  });
}
