// Group mappings, from the first sign-in of somebody in a group to the group that is gone, with a real identity provider.
import { assert, assertAccessible, databases, suite } from './harness.mjs';
import { administrator, arrived, button, field, fill, goodPassword, heading, link, open, row, says, seen, send, signIn } from './steps.mjs';

const home = '/orgs/northwind';
const provider = `${home}/security/identity-providers/simplesaml`;
const env = { GATEHOUSE_ALLOW_PRIVATE_METADATA: 'true' };

/** Three hundred groups, as a large organization's provider sends them. */
const many = Array.from({ length: 298 }, (_, n) => `project-${n + 1}`);
const person = (name, groups) => ({ email: `${name}@northwind.example`, firstName: name, lastName: 'Ray', groups });
const users = { alice: person('alice', ['admins']), bob: person('bob', ['engineers', ...many, 'staff']) };

suite('Group mappings', { databases, env, idp: { users } }, (test) => {
  test('an Administrator tries a mapping on the last sign-in, saves it, and the next sign-in does what was said', async ({ browse, site, idp }) => {
    await administrator(site);
    const admin = await browse();
    await signIn(admin, 'alice@northwind.example', goodPassword);
    await open(admin, `${home}/security/identity-providers/new`);
    await idp.trust(await (await fetch(await field(admin, 'Metadata URL').first().inputValue())).text());
    await fill(admin, { ID: 'simplesaml', Name: 'SimpleSAMLphp' });
    await admin.locator('#metadata_url').fill(idp.metadataURL);
    assert.equal(await send(admin, button(admin, 'Create')), 303);
    await open(admin, `${home}/invitations/new`);
    await field(admin, 'Email addresses').fill('bob@northwind.example');
    await send(admin, button(admin, 'Preview'));
    await send(admin, button(admin, 'Make 1 invitation'));

    const bob = async () => {
      const page = await browse();
      await page.goto(`/login/sso/northwind/simplesaml`);
      await idp.signIn(page, 'bob');
      await page.waitForURL(`${home}**`);
      return page;
    };
    const member = await bob();
    assert.equal(await open(member, `${home}/teams/new`), 403);

    await open(admin, provider);
    await link(admin, 'Group mappings').click();
    await arrived(admin, `${provider}/mappings`, 'Group mappings');
    await says(admin, 'came in 300 groups');
    await assertAccessible(admin);
    await link(admin, 'Map engineers').click();
    await seen(heading(admin, 'Add group mapping'));
    assert.equal(await field(admin, 'Group').inputValue(), 'engineers');
    await field(admin, 'Role').selectOption('Organization Contributor');
    assert.equal(await send(admin, button(admin, 'Try it')), 200);
    await says(admin, 'bob Ray would become Organization Contributor, by the group “engineers”. Now: Organization User.');
    await assertAccessible(admin);
    assert.equal(await open(member, `${home}/teams/new`), 403, 'a trial changes nothing');
    assert.equal(await send(admin, button(admin, 'Save mapping')), 303);
    await seen(row(admin, 'engineers'));

    const again = await bob();
    assert.equal(await open(again, `${home}/teams/new`), 200);
    await open(admin, `${home}/members?q=bob`);
    await says(admin, 'through SimpleSAMLphp');
    await admin.getByRole('link', { name: 'bob Ray' }).click();
    await says(admin, 'SimpleSAMLphp decides the role of bob Ray, by the group “engineers”.');
    assert.equal(await link(admin, 'Change role').count(), 0);
  });
});
