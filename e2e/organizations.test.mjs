// Several organizations: one is created, chosen among many, renamed by two at once, and deleted by typing its ID.
import { assert, assertAccessible, databases, suite } from './harness.mjs';
import { administrator, arrived, button, chooseInProfileMenu, field, fill, goodPassword, heading, open, refusedAt, says, seen, send, signIn } from './steps.mjs';

const alice = 'alice@northwind.example';
const settings = '/orgs/contoso/settings';
const env = { GATEHOUSE_ORGANIZATION_CREATION: 'administrators' };

/** Opens the switcher of the sidebar; without a script as well, as it is the browser's own popover. */
async function openSwitcher(page) {
  await page.locator('button[popovertarget="organizations"]').click();
  return seen(page.locator('#organizations'));
}

/** The button that deletes; the form's first button is a disabled one, for Enter. */
const deletes = (page) => page.locator('.danger-zone').getByRole('button', { name: 'Delete organization' });

for (const js of [true, false]) {
  suite(`Several organizations${js ? '' : ' with JavaScript off'}`, { databases: js ? databases : ['sqlite'], env, steps: true }, (test) => {
    test('an Administrator creates another one: what is wrong is said beside its field, and then they are in it', async ({ browse, site }) => {
      await administrator(site);
      const page = await browse({ js });
      await signIn(page, alice);
      await page.waitForURL('/orgs/northwind');
      const menu = await openSwitcher(page);
      await menu.getByRole('link', { name: 'Create organization' }).click();
      await arrived(page, '/organizations/new', 'Create organization');
      if (js) await assertAccessible(page);

      await fill(page, { Name: '', ID: 'Northwind!' });
      assert.equal(await send(page, button(page, 'Create organization')), 422);
      await refusedAt(page, 'Name', 'Enter a name.');
      await refusedAt(page, 'ID', 'Use letters, digits, and single - or _ between them.', { first: false });
      assert.equal(await field(page, 'ID').inputValue(), 'Northwind!');
      if (js) await assertAccessible(page);
      await fill(page, { Name: 'Contoso', ID: 'northwind' });
      assert.equal(await send(page, button(page, 'Create organization')), 422);
      await refusedAt(page, 'ID', 'This ID is taken. Choose another one.');

      await fill(page, { ID: 'contoso' });
      assert.equal(await send(page, button(page, 'Create organization')), 303);
      await arrived(page, '/orgs/contoso', 'Contoso');
      await says(page, 'Contoso is created. You are its Administrator.');
    });

    test('the switcher leads from one to the other, and among many one is found', async ({ browse, site }) => {
      const names = ['Åland Shipping', 'Fabrikam', 'Litware', 'Proseware', 'Tailspin', 'Wingtip'];
      for (const name of names) await administrator(site, { organization: name.toLowerCase().replace(/[^a-z]+/g, ''), organizationName: name });
      const page = await browse({ js });
      await signIn(page, alice);
      await arrived(page, '/', 'Choose an organization');
      assert.equal(await page.locator('.cards .card').count(), 8);
      if (js) await assertAccessible(page);
      await page.goto('/orgs/northwind');
      let menu = await openSwitcher(page);
      assert.equal(await menu.getByRole('link').count(), 1 + 5 + 2);
      if (js) await assertAccessible(page);
      await menu.getByRole('searchbox', { name: 'Find an organization' }).fill('aland');
      await page.keyboard.press('Enter');
      await page.waitForURL('/?q=aland');
      assert.deepEqual(await page.locator('.cards .card a').allInnerTexts(), ['Åland Shipping']);

      const search = page.getByRole('searchbox', { name: 'Find an organization' }).first();
      await search.fill('fab');
      if (!js) await Promise.all([page.waitForEvent('domcontentloaded'), button(page, 'Search').click()]);
      await seen(page.locator('.cards').getByRole('link', { name: 'Fabrikam' }));
      await page.locator('.cards').getByText('Åland Shipping').waitFor({ state: 'detached' });
      await page.locator('.cards').getByRole('link', { name: 'Fabrikam' }).click();
      await page.waitForURL('/orgs/fabrikam');
      menu = await openSwitcher(page);
      await menu.getByRole('link').nth(1).click();
      await page.waitForURL((url) => url.pathname !== '/orgs/fabrikam');
      await open(page, '/?q=nothing+of+that+name');
      await says(page, 'No organization matches');
      if (js) await assertAccessible(page);
      await chooseInProfileMenu(page, 'All organizations');
      await arrived(page, '/', 'Choose an organization');
    });

    test('of two who rename it at once, the second sees both names and decides', async ({ browse }) => {
      const [first, second] = [await browse({ js }), await browse({ js })];
      for (const page of [first, second]) {
        await signIn(page, alice, goodPassword, settings);
        await arrived(page, settings, 'Settings');
      }
      if (js) await assertAccessible(first);
      await fill(first, { Name: 'Contoso AG' });
      assert.equal(await send(first, button(first, 'Save')), 303);
      await says(first, 'The name is saved.');
      assert.equal(await field(first, 'Name').inputValue(), 'Contoso AG');

      await fill(second, { Name: 'Contoso KG' });
      assert.equal(await send(second, button(second, 'Save')), 409);
      await says(second, 'Somebody else saved this meanwhile.');
      await seen(second.locator('main').getByText('Contoso AG', { exact: true }));
      assert.equal(await field(second, 'Name').inputValue(), 'Contoso KG');
      if (js) await assertAccessible(second);
      assert.equal(await send(second, button(second, 'Save')), 303);
      await seen(second.locator('#sidebar').getByText('Contoso KG', { exact: true }).first());
      await fill(second, { Name: '   ' });
      assert.equal(await send(second, button(second, 'Save')), 422);
      await refusedAt(second, 'Name', 'Enter a name.');
    });

    test('it is deleted when its ID is typed, not by Enter, and the others are as they were', async ({ browse }) => {
      const [page, other] = [await browse({ js }), await browse({ js })];
      for (const each of [page, other]) await signIn(each, alice, goodPassword, settings);
      await arrived(page, settings, 'Settings');
      await page.getByRole('link', { name: 'Delete organization…' }).click();
      await arrived(page, `${settings}/delete`, 'Delete organization');
      assert.match(await page.locator('.danger-zone').innerText(), /This deletes Contoso KG with all that is in it: 1 member and \d+ audit entries\./);
      const confirm = page.getByLabel('Type contoso to confirm');
      await confirm.fill('contoso');
      await page.keyboard.press('Enter');
      await page.goto('/orgs/contoso');
      await seen(heading(page, 'Contoso KG'));

      await page.goto(`${settings}/delete`);
      await confirm.fill('northwind');
      assert.equal(await send(page, deletes(page)), 422);
      await refusedAt(page, 'Type contoso to confirm', 'Type “contoso” to delete it.');
      if (js) await assertAccessible(page);
      await confirm.fill('contoso');
      assert.equal(await send(page, deletes(page)), 303);
      await arrived(page, '/', 'Choose an organization');
      await says(page, 'Contoso KG is deleted.');
      assert.equal(await page.locator('.cards .card').count(), 7);
      assert.equal(await page.locator('.cards').getByText('Contoso').count(), 0);

      assert.equal(await open(other, '/orgs/contoso/members'), 404);
      assert.equal(await open(other, '/orgs/northwind'), 200);
    });
  });
}

suite('Who creates organizations', {}, (test) => {
  test('nobody does unless the operator says so', async ({ browse, site }) => {
    await administrator(site);
    const page = await browse();
    await signIn(page, alice);
    const menu = await openSwitcher(page);
    assert.equal(await menu.getByRole('link', { name: 'Create organization' }).count(), 0);
    assert.equal(await open(page, '/organizations/new'), 403);
    await says(page, 'Only the operator of this console can create organizations.');
    await assertAccessible(page);
  });
});

suite('Organizations by keyboard alone', { env }, (test) => {
  test('the switcher opens on its search, and Escape gives the focus back', async ({ browse, site }) => {
    for (const organization of ['northwind', 'a', 'b', 'c', 'd', 'e', 'f']) await administrator(site, { organization, organizationName: `Branch ${organization}` });
    const page = await browse();
    await signIn(page, alice, goodPassword, '/orgs/northwind');
    const opener = page.locator('button[popovertarget="organizations"]');
    await opener.focus();
    await page.keyboard.press('Enter');
    const search = page.locator('#organizations').getByRole('searchbox');
    await seen(search);
    assert.ok(await search.evaluate((input) => input === document.activeElement), 'the search does not have the focus');
    await page.keyboard.press('Escape'); // empties the search or closes the menu
    if (await page.locator('#organizations').isVisible()) await page.keyboard.press('Escape');
    await page.locator('#organizations').waitFor({ state: 'hidden' });
    assert.ok(await opener.evaluate((element) => element === document.activeElement), 'Escape does not give the focus back');
    await page.keyboard.press('Enter');
    await page.keyboard.type('branch b');
    await page.keyboard.press('Enter');
    await page.waitForURL('/?q=branch+b');
    await page.keyboard.press('/');
    assert.ok(await page.locator('#search input').evaluate((input) => input === document.activeElement), '/ does not lead to the search');
  });
});
