// What is in an app: models, a workflow of them, a module with a version, and the module installed elsewhere and opened in its sandbox.
import { createServer } from 'node:https';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { assert, assertAccessible, suite } from './harness.mjs';
import { output } from './harness/processes.mjs';
import { signInAs } from './demo.mjs';
import { arrived, button, field, fill, link, open, refusedAt, row, says, seen, send } from './steps.mjs';

const apps = '/orgs/northwind/apps';
const vision = `${apps}/shelf-vision`;
const counter = `${apps}/pallet-counter`;

/** A module somewhere else: a page that tries what a sandbox forbids, and writes what came of it. */
async function startModule() {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-module-'));
  await output('openssl', ['req', '-x509', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', '-newkey', 'rsa:2048', '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')]);
  const [key, cert] = await Promise.all([readFile(join(folder, 'key.pem')), readFile(join(folder, 'certificate.pem'))]);
  await rm(folder, { recursive: true });
  const asked = [];
  const server = createServer({ key, cert }, (request, response) => {
    asked.push({ url: request.url, referer: request.headers.referer, cookie: request.headers.cookie });
    if (request.url === '/leave') return void response.writeHead(302, { Location: 'https://localhost:1/' }).end();
    response.setHeader('Content-Type', 'text/html');
    response.end(`<!doctype html><title>Module</title><p id="tried">nothing</p><script>
      const tried = (name, act) => { try { act(); return name + ': allowed'; } catch { return name + ': refused'; } };
      document.getElementById('tried').textContent = [
        'origin: ' + origin, tried('parent', () => parent.document.title), tried('storage', () => localStorage.length), tried('cookies', () => document.cookie),
        'window: ' + (open('about:blank') ? 'allowed' : 'refused'),
      ].join(', ');
    </script>`);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { url: `https://127.0.0.1:${server.address().port}`, asked, stop: () => new Promise((done) => { server.closeAllConnections(); server.close(done); }) };
}

suite('What is in an app', { command: 'demo', steps: true }, (test) => {
  let module;
  let page;
  before(async () => { module = await startModule(); });
  after(() => module.stop());

  const node = (number, name) => page.getByRole('group', { name: `Node ${number}` }).getByLabel(name, { exact: true });

  test('a model is made, with a wrong ID and then with a right one', async ({ browse, site }) => {
    page = await browse();
    await signInAs(page, site, 'Team Contributor');
    await open(page, vision);
    await link(page, 'Models').first().click();
    await link(page, 'Create model').click();
    await arrived(page, `${vision}/models/new`, 'Create model');
    await fill(page, { ID: 'aisle reader!' });
    assert.equal(await send(page, button(page, 'Create model')), 422);
    await refusedAt(page, 'ID', 'Use letters, digits, and single - or _ between them.');
    await assertAccessible(page);
    await fill(page, { ID: 'aisle reader', 'Description (optional)': 'Reads the signs above the aisles.', 'Notes (optional)': '## Knows\n\n- English\n- **Dutch**' });
    await field(page, 'Type').selectOption('visual-classifier');
    assert.equal(await send(page, button(page, 'Create model')), 303);
    await arrived(page, `${vision}/models/aisle-reader`, 'aisle-reader');
    await says(page, 'The model aisle-reader is created.');
    assert.equal(await page.locator('.notes strong').innerText(), 'Dutch');
    await assertAccessible(page);
  });

  test('a workflow goes in a circle first, and is then drawn', async ({ browse, site }) => {
    page = await browse();
    await signInAs(page, site, 'Team Contributor');
    await open(page, `${vision}/workflows/new`);
    await fill(page, { ID: 'find-aisle' });
    assert.equal(await send(page, button(page, 'Add node')), 200);
    await node(1, 'Node ID').fill('see');
    await node(1, 'Model').fill('shelf-detector');
    await node(1, 'Inputs').fill('read');
    await node(2, 'Node ID').fill('read');
    await node(2, 'Model').fill('aisle-reader');
    await node(2, 'Inputs').fill('see');
    assert.equal(await send(page, button(page, 'Create workflow')), 422);
    assert.equal(await page.locator('#inputs-1-error').innerText(), 'This makes a circle: see → read → see. Take one of these inputs away.');
    assert.ok(await node(1, 'Inputs').evaluate((input) => input === document.activeElement), 'the wrong field does not have the focus');
    await assertAccessible(page);
    await node(1, 'Inputs').fill('');
    await page.keyboard.press('Enter'); // saves, as in every form
    await arrived(page, `${vision}/workflows/find-aisle`, 'find-aisle');
    const picture = page.getByRole('img', { name: /Graph of find-aisle/ });
    assert.match(await (await seen(picture)).textContent(), /read \(aisle-reader\) takes see\./);
    await assertAccessible(page);
    const [file] = await Promise.all([page.waitForEvent('download'), link(page, 'Export YAML').click()]);
    assert.equal(file.suggestedFilename(), 'find-aisle.yaml');
    assert.match(await readFile(await file.path(), 'utf8'), /^id: find-aisle\nnodes:\n {2}- id: see\n {4}model: shelf-detector\n/);
  });

  test('a module gets a version, at https only', async ({ browse, site }) => {
    page = await browse();
    await signInAs(page, site, 'Team Contributor');
    await open(page, `${vision}/modules/new`);
    await fill(page, { ID: 'finder', 'Description (optional)': 'Finds an aisle.' });
    assert.equal(await send(page, button(page, 'Create module')), 303);
    await arrived(page, `${vision}/modules/finder`, 'finder');
    await says(page, 'It has no version yet, so nobody can install it.');
    await fill(page, { 'Version ID': '1.0.0', Address: 'http://127.0.0.1/module' });
    assert.equal(await send(page, button(page, 'Add version')), 422);
    await refusedAt(page, 'Address', 'Only https addresses: what a module is given must not travel in the clear.');
    await assertAccessible(page);
    await fill(page, { Address: `${module.url}/finder` });
    assert.equal(await send(page, button(page, 'Add version')), 303);
    await says(page, 'Version 1.0.0 is added.');
    await link(page, '1.0.0').click();
    await arrived(page, `${vision}/modules/finder/versions/1.0.0`, 'finder 1.0.0');
    await assertAccessible(page);
  });

  test('it is installed in another app, and opens in a sandbox that only its origin can fill', async ({ browse, site }) => {
    page = await browse({ anyCertificate: true });
    await signInAs(page, site, 'Team Contributor');
    await open(page, `${counter}/installed/new`);
    await assertAccessible(page);
    await row(page, 'finder').getByRole('link', { name: 'Choose shelf-vision/finder' }).click();
    await seen(page.getByRole('heading', { level: 1, name: 'Install shelf-vision/finder' }));
    await fill(page, { 'Install ID': 'labels' });
    assert.equal(await send(page, button(page, 'Install')), 422);
    await refusedAt(page, 'Install ID', 'The app has an installed module with this ID. Choose another one.');
    await fill(page, { 'Install ID': 'aisles' });
    assert.equal(await send(page, button(page, 'Install')), 303);
    await page.waitForURL(`${counter}/installed/aisles`);
    const answer = await page.goto(`${counter}/installed/aisles`);
    assert.match(answer.headers()['content-security-policy'], new RegExp(`; frame-src ${module.url}$`));
    const frame = page.frameLocator('iframe[title="Module aisles"]');
    assert.equal(await frame.locator('#tried').innerText(), 'origin: null, parent: refused, storage: refused, cookies: refused, window: refused');
    for (const { referer, cookie } of module.asked) assert.deepEqual([referer, cookie], [undefined, undefined], 'the module was told where it stands');
    const element = page.locator('iframe');
    assert.deepEqual(await element.evaluate((each) => [each.getAttribute('sandbox'), each.getAttribute('referrerpolicy')]), ['allow-scripts allow-forms', 'no-referrer']);
    page.problems.length = 0; // the browser says what it refused to the module
    await assertAccessible(page);
    page.problems.length = 0;
  });

  test('a module that leads elsewhere stays empty', async ({ browse, site }) => {
    page = await browse({ anyCertificate: true });
    await signInAs(page, site, 'Team Contributor');
    await open(page, `${vision}/modules/finder`);
    await fill(page, { 'Version ID': '2.0.0', Address: `${module.url}/leave` });
    assert.equal(await send(page, button(page, 'Add version')), 303);
    await open(page, `${counter}/installed/aisles`);
    await field(page, 'Version').selectOption('2.0.0');
    page.problems.length = 0;
    const refused = page.waitForEvent('console', (message) => /frame-src/.test(message.text()));
    assert.equal(await send(page, button(page, 'Save version')), 303);
    await refused;
    page.problems.length = 0;
  });

  test('an Organization User opens the module and changes nothing', async ({ browse, site }) => {
    page = await browse({ anyCertificate: true });
    await signInAs(page, site, 'Organization User');
    assert.equal(await open(page, `${counter}/installed/aisles`), 200);
    for (const name of ['Save version', 'Save visibility', 'Uninstall module']) assert.equal(await button(page, name).count(), 0, name);
    assert.equal(await open(page, `${vision}/models/new`), 403);
    await says(page, 'Create Models');
    page.problems.length = 0;
  });

  test('deleting all models asks for the ID, Enter does nothing, and the workflow is deprecated', async ({ browse, site }) => {
    page = await browse();
    await signInAs(page, site, 'Team Contributor');
    await open(page, `${vision}/models`);
    await link(page, 'Delete all models').click();
    await arrived(page, `${vision}/models/all/delete`, 'Delete all models');
    await says(page, '5 models will be gone for good.');
    await field(page, 'Type shelf-vision to confirm').fill('shelf-vision');
    await page.keyboard.press('Enter');
    await field(page, 'Type shelf-vision to confirm').fill('all of them');
    assert.equal(await send(page, button(page, 'Delete all models')), 422);
    await refusedAt(page, 'Type shelf-vision to confirm', 'Type “shelf-vision” to delete it.');
    await assertAccessible(page);
    await field(page, 'Type shelf-vision to confirm').fill('shelf-vision');
    assert.equal(await send(page, button(page, 'Delete all models')), 303);
    await says(page, '5 models are deleted. 3 workflows are marked deprecated.');
    await open(page, `${vision}/workflows/find-aisle`);
    await says(page, 'This workflow is deprecated.');
    await says(page, 'The model aisle-reader of the node read was deleted.');
    await assertAccessible(page);
    await open(page, `${vision}/workflows`);
    await assertAccessible(page);
  });

  test('without a script: rows come and go, a file is read, and going public is asked first', async ({ browse, site }) => {
    page = await browse({ js: false });
    await signInAs(page, site, 'Team Contributor');
    await open(page, `${vision}/models/new`);
    await fill(page, { ID: 'eye' });
    assert.equal(await send(page, button(page, 'Create model')), 303);
    await open(page, `${vision}/workflows/new`);
    await fill(page, { ID: 'look' });
    await node(1, 'Node ID').fill('gone');
    assert.equal(await send(page, button(page, 'Add node')), 200);
    assert.equal(await send(page, button(page, 'Remove node 1')), 200);
    assert.equal(await node(1, 'Node ID').inputValue(), '');
    await page.getByText('Import YAML').click();
    await field(page, 'YAML').fill('nodes:\n  - id: look\n    model: eye\n  - id: again\n    model: eye\n    inputs: look\n');
    assert.equal(await send(page, button(page, 'Read into the form')), 200);
    assert.equal(await node(2, 'Inputs').inputValue(), 'look');
    assert.equal(await send(page, button(page, 'Create workflow')), 303);
    await arrived(page, `${vision}/workflows/look`, 'look');
    await page.getByRole('radio', { name: /^Public/ }).check();
    assert.equal(await send(page, button(page, 'Save visibility')), 200);
    await seen(page.getByRole('heading', { level: 1, name: 'Make look public' }));
    assert.equal(await send(page, button(page, 'Make it public')), 303);
    await says(page, 'Its own visibility is Public, but the app is Private, and the narrower of the two counts.');
  });

  test('by keyboard alone: a model is found, edited and saved', async ({ browse, site }) => {
    page = await browse();
    await signInAs(page, site, 'Team Contributor');
    await open(page, `${vision}/models`);
    const focused = () => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.id || document.activeElement.name);
    const tabTo = async (wanted) => {
      for (let i = 0; i < 60; i += 1) {
        await page.keyboard.press('Tab');
        if (await focused() === wanted) return;
      }
      assert.fail(`Tab never comes to ${wanted}`);
    };
    await page.keyboard.press('/');
    await page.keyboard.type('eye');
    await page.waitForURL(/q=eye/);
    await tabTo('eye');
    await page.keyboard.press('Enter');
    await arrived(page, `${vision}/models/eye`, 'eye');
    await tabTo('Edit');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${vision}/models/eye/edit`);
    await tabTo('description');
    await page.keyboard.type('Sees');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${vision}/models/eye`);
    await says(page, 'Sees');
  });

  test('who saves what somebody else changed first sees both', async ({ browse, site }) => {
    const other = await browse();
    await signInAs(other, site, 'Administrator');
    page = await browse();
    await signInAs(page, site, 'Team Contributor');
    for (const each of [page, other]) await open(each, `${vision}/workflows/look/edit`);
    await fill(other, { 'Description (optional)': 'Theirs' });
    assert.equal(await send(other, button(other, 'Save changes')), 303);
    await fill(page, { 'Description (optional)': 'Mine' });
    assert.equal(await send(page, button(page, 'Save changes')), 409);
    await says(page, 'Somebody else saved this meanwhile.');
    await assertAccessible(page);
    assert.equal(await field(page, 'Description (optional)').inputValue(), 'Mine');
    assert.equal(await send(page, button(page, 'Save changes')), 303);
    await says(page, 'Mine');
  });

  test('the base workflow is chosen by an Administrator, and cannot be deleted then', async ({ browse, site }) => {
    const builder = await browse();
    await signInAs(builder, site, 'Team Contributor');
    await open(builder, `${vision}/workflows/look`);
    assert.equal(await button(builder, 'Make it the base workflow').count(), 0);
    page = await browse();
    await signInAs(page, site, 'Administrator');
    await open(page, `${vision}/workflows/find-aisle`);
    assert.ok(await button(page, 'Make it the base workflow').isDisabled(), 'a deprecated workflow can become the base');
    await open(page, `${vision}/workflows/look`);
    assert.equal(await send(page, button(page, 'Make it the base workflow')), 303);
    await says(page, 'look is the base workflow now.');
    assert.ok(await button(page, 'Delete workflow').isDisabled());
    await assertAccessible(page);
    assert.equal(await send(page, button(page, 'Use the built-in one again')), 303);
    await field(page, 'Type look to confirm').fill('look');
    assert.equal(await send(page, button(page, 'Delete workflow')), 303);
    await arrived(page, `${vision}/workflows`, 'Workflows');
  });
});
