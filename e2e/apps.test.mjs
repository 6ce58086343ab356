// What is done with an app from its creation to its end: written about, opened to others, renamed, deleted.
import { assert, assertAccessible, suite } from './harness.mjs';
import { announced, signInAs } from './demo.mjs';
import { arrived, button, field, fill, heading, link, open, refusedAt, row, says, seen, send } from './steps.mjs';

const apps = '/orgs/northwind/apps';
const gripper = `${apps}/gripper`;

/** The main part of the page as one reads it. */
const main = (page) => page.locator('main');

suite('An app', { command: 'demo', steps: true }, (test) => {
  test('is created, after what was wrong was said', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Organization Contributor');
    await page.goto(apps);
    await link(page, 'Create app').click();
    await arrived(page, `${apps}/new`, 'Create app');
    await fill(page, { ID: 'Shelf Vision', 'Description (optional)': 'Holds on' });
    assert.equal(await send(page, button(page, 'Create')), 422);
    await refusedAt(page, 'ID', 'This ID is taken. Choose another one.');
    assert.equal(await field(page, 'Description (optional)').inputValue(), 'Holds on');
    await assertAccessible(page);
    await fill(page, { ID: 'gripper' });
    await page.getByRole('radio', { name: /^Text/ }).check();
    assert.equal(await send(page, button(page, 'Create')), 303);
    await arrived(page, gripper, 'gripper');
    await says(page, 'gripper is created. Only those you give it to can open it.');
    assert.match(await main(page).innerText(), /Holds on[^]*Private[^]*Base workflow\s+Text/);
    await assertAccessible(page);
  });

  test('has notes, shown as they will look before they are saved', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Organization Contributor');
    await page.goto(gripper);
    await link(page, 'Edit notes').click();
    await arrived(page, `${gripper}/notes`, 'Edit notes');
    const typed = '# Fingers\n\nIt has **two**, and [a page](https://example.com/).\n\n<script>document.title = "taken over"</script>\n<img src="https://example.com/x.png" onerror="document.title = 1">\n\n![A hand](https://example.com/hand.png)\n\n| Finger | Force |\n|--|--|\n| left | 3 N |';
    await field(page, 'Notes').fill(typed);
    assert.equal(await send(page, button(page, 'Preview')), 200);
    const preview = page.getByRole('region', { name: 'Preview' });
    await seen(preview.getByRole('heading', { name: 'Fingers', level: 3 }));
    assert.ok(await preview.evaluate((region) => region === document.activeElement), 'the page does not open at the preview');
    assert.match(await preview.innerText(), /<script>document.title/);
    assert.equal(await preview.locator('script, img').count(), 0);
    for (const name of ['a page', 'A hand']) assert.equal(await preview.getByRole('link', { name }).getAttribute('rel'), 'nofollow noopener noreferrer');
    assert.equal(await field(page, 'Notes').inputValue(), typed);
    await assertAccessible(page);
    assert.equal(await send(page, button(page, 'Save')), 303);
    await arrived(page, gripper, 'gripper');
    await seen(main(page).getByRole('cell', { name: '3 N' }));
    await says(page, /^Edited .* by Benedikt Sørensen\.$/);
    assert.match(await page.title(), /^gripper/);
    await assertAccessible(page);
  });

  test('that two edit at once shows the second both texts, and loses neither', async ({ browse, site }) => {
    const [mine, theirs] = [await browse(), await browse()];
    await signInAs(mine, site, 'Organization Contributor');
    await signInAs(theirs, site, 'Administrator');
    await mine.goto(`${gripper}/notes`);
    await theirs.goto(`${gripper}/notes`);
    await field(theirs, 'Notes').fill('# What they wrote');
    assert.equal(await send(theirs, button(theirs, 'Save')), 303);
    await field(mine, 'Notes').fill('# What I wrote');
    assert.equal(await send(mine, button(mine, 'Save')), 409);
    await says(mine, 'Somebody else saved this meanwhile.');
    assert.equal(await mine.getByRole('region', { name: 'Their notes' }).innerText(), '# What they wrote');
    await says(mine, /^Saved .* by Amara Okafor\.$/);
    assert.equal(await field(mine, 'What you typed').inputValue(), '# What I wrote');
    await assertAccessible(mine);
    await field(mine, 'What you typed').fill('# What both wrote');
    assert.equal(await send(mine, button(mine, 'Save')), 303);
    await seen(main(mine).getByRole('heading', { name: 'What both wrote' }));
  });

  test('is public once that was confirmed, and private again', async ({ browse, site }) => {
    const [page, outside] = [await browse(), await browse()];
    await signInAs(page, site, 'Organization Contributor');
    await signInAs(outside, site, 'Outside collaborator');
    assert.equal(await open(outside, gripper), 404);
    await page.goto(gripper);
    await page.locator('#sidebar').getByRole('link', { name: 'Settings', exact: true }).click();
    await arrived(page, `${gripper}/settings`, 'Settings');
    await assertAccessible(page);
    await page.getByRole('radio', { name: /^Public/ }).check();
    assert.equal(await send(page, button(page, 'Change visibility')), 200);
    await seen(heading(page, 'Make gripper public'));
    await says(page, /^Everybody who is signed in to this console will be able to open it/);
    await assertAccessible(page);
    assert.equal(await open(outside, gripper), 404);
    assert.equal(await send(page, button(page, 'Make public')), 303);
    await says(page, 'The app is public. Everybody who is signed in can read it.');
    assert.equal(await open(outside, gripper), 200);
    assert.equal(await open(outside, `${gripper}/notes`), 403);
    await page.getByRole('radio', { name: /^Private/ }).check();
    assert.equal(await send(page, button(page, 'Change visibility')), 303);
    assert.equal(await open(outside, gripper), 404);
  });

  test('is opened to somebody from outside, and closed to them at once', async ({ browse, site }) => {
    const { people } = await announced(site);
    const { email } = people.find(({ role }) => role === 'Outside collaborator');
    const [page, outside] = [await browse(), await browse()];
    await signInAs(page, site, 'Organization Contributor');
    await signInAs(outside, site, 'Outside collaborator');
    await page.goto(`${gripper}/collaborators`);
    await says(page, 'No collaborators');
    await field(page, 'Email address').fill('nobody@tailspin.example');
    assert.equal(await send(page, button(page, 'Add collaborator')), 422);
    await refusedAt(page, 'Email address', /^No account has this address\./);
    await assertAccessible(page);
    await field(page, 'Email address').fill(email);
    assert.equal(await send(page, button(page, 'Add collaborator')), 303);
    await seen(row(page, 'Quentin Marsh').getByText('Viewer', { exact: true }));
    await assertAccessible(page);
    const search = page.getByRole('searchbox', { name: 'Search collaborators' });
    await search.fill('nobody at all');
    await says(page, 'No collaborator matches');
    await page.waitForURL(`${gripper}/collaborators?q=nobody+at+all`);
    await assertAccessible(page);
    await search.fill('MARSH');
    await seen(row(page, 'Quentin Marsh'));
    await page.waitForURL(`${gripper}/collaborators?q=MARSH`);

    await outside.goto('/collaborations');
    await link(outside, 'gripper').click();
    await arrived(outside, gripper, 'gripper');
    assert.equal(await link(outside, 'Edit notes').count(), 0);
    await assertAccessible(outside);
    assert.equal(await open(outside, apps), 404);
    assert.equal(await send(page, row(page, 'Quentin Marsh').getByRole('button', { name: /^Make contributor/ })), 303);
    await outside.goto(gripper);
    await link(outside, 'Edit notes').click();
    await field(outside, 'Notes').fill('Written from outside');
    assert.equal(await send(outside, button(outside, 'Save')), 303);

    assert.equal(await send(page, row(page, 'Quentin Marsh').getByRole('button', { name: /^Remove/ })), 303);
    assert.equal(await open(outside, gripper), 404);
    await outside.goto('/collaborations');
    assert.equal(await link(outside, 'gripper').count(), 0);
  });

  test('gets another ID, once one has seen which links that breaks', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Organization Contributor');
    await page.goto(`${gripper}/settings`);
    await field(page, 'ID').fill('left hand');
    assert.equal(await send(page, button(page, 'Change ID')), 200);
    await seen(heading(page, 'Change the ID to left-hand'));
    await says(page, `${site.url}${gripper} will lead nowhere, and so will every link below it.`);
    await assertAccessible(page);
    assert.equal(await send(page, button(page, 'Change ID')), 303);
    await arrived(page, `${apps}/left-hand/settings`, 'Settings');
    assert.equal(await open(page, gripper), 404);
    assert.equal(await open(page, `${apps}/left-hand`), 200);
    await says(page, 'Written from outside');
  });

  test('is deleted by typing its ID, and by nothing less', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Organization Contributor');
    await page.goto(`${apps}/left-hand/settings`);
    await says(page, /0 models, 0 workflows and 0 modules; 0 teams and 0 collaborators lose it/);
    const confirm = field(page, 'Type left-hand to confirm');
    await confirm.fill('left-hand');
    await confirm.press('Enter');
    assert.equal(await confirm.inputValue(), 'left-hand', 'Enter deleted it');
    await confirm.fill('gripper');
    assert.equal(await send(page, button(page, 'Delete app')), 422);
    await refusedAt(page, 'Type left-hand to confirm', 'Type “left-hand” to delete it.');
    await assertAccessible(page);
    await confirm.fill('left-hand');
    assert.equal(await send(page, button(page, 'Delete app')), 303);
    await arrived(page, apps, 'Apps');
    await says(page, 'left-hand is deleted.');
    assert.equal(await open(page, `${apps}/left-hand`), 404);
  });
});

suite('Apps without a script, by keyboard, and for who only reads', { command: 'demo' }, (test) => {
  test('everything works with JavaScript off', async ({ browse, site }) => {
    const page = await browse({ js: false });
    await signInAs(page, site, 'Team Contributor');
    await page.goto(`${apps}?visibility=organization&sort=-updated`);
    assert.equal(await page.locator('tbody tr').count(), 1);
    await page.goto(`${apps}/shelf-vision/notes`);
    await field(page, 'Notes').fill('*Plain*');
    assert.equal(await send(page, button(page, 'Preview')), 200);
    await seen(page.getByRole('region', { name: 'Preview' }).getByText('Plain', { exact: true }));
    assert.equal(await send(page, button(page, 'Save')), 303);
    await link(page, 'Edit description').click();
    await field(page, 'Description').fill('x'.repeat(301));
    assert.equal(await send(page, button(page, 'Save')), 422);
    await refusedAt(page, 'Description', 'A description has at most 300 characters.', { first: false });
    await field(page, 'Description').fill('Sees shelves');
    assert.equal(await send(page, button(page, 'Save')), 303);
    await says(page, 'Sees shelves');
  });

  test('a description is changed by keyboard alone', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Team Contributor');
    await page.goto(`${apps}/shelf-vision`);
    await link(page, 'Edit description').focus();
    await page.keyboard.press('Enter');
    await arrived(page, `${apps}/shelf-vision/description`, 'Edit description');
    await field(page, 'Description').focus();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('By keys');
    await page.keyboard.press('Tab');
    await Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press('Enter')]);
    await arrived(page, `${apps}/shelf-vision`, 'shelf-vision');
    await says(page, 'By keys');
  });

  test('who only reads is offered nothing to change', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Organization User');
    for (const [path, title] of [[`${apps}/shelf-vision`, 'shelf-vision'], [`${apps}/ticket-triage/collaborators`, 'Collaborators'], [`${apps}/shelf-vision/settings`, 'Settings']]) {
      await page.goto(path);
      await seen(heading(page, title));
      assert.equal(await main(page).locator('form:not([role="search"])').count(), 0, path);
      await assertAccessible(page);
    }
    await page.goto(apps);
    assert.equal(await link(page, 'Create app').count(), 0);
    await page.getByLabel('Visibility').selectOption('Public');
    await page.waitForURL(`${apps}?visibility=public&sort=id`);
    await page.waitForFunction(() => document.querySelectorAll('#results tbody tr').length === 1);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${apps}/shelf-vision`);
    await main(page).getByRole('navigation', { name: 'Sections of shelf-vision' }).getByRole('link', { name: 'Settings' }).click();
    await arrived(page, `${apps}/shelf-vision/settings`, 'Settings');
  });
});
