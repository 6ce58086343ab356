// Why somebody can or cannot: from a refusal to the explainer, to the change as an Administrator, and back.
import { assert, assertAccessible, suite } from './harness.mjs';
import { announced, signInAs } from './demo.mjs';
import { arrived, button, field, heading, link, open, row, says, seen, send } from './steps.mjs';

const home = '/orgs/northwind';
const title = 'Why can, why can\'t';
const answer = (page) => page.locator('#results');

/** Follows a link and waits for the page it leads to. */
async function follow(page, found) {
  await Promise.all([page.waitForEvent('domcontentloaded'), found.click()]);
}

suite('From a refusal to the change and back', { command: 'demo', databases: ['sqlite', 'postgres'] }, (test) => {
  test('a Team Contributor is told what is missing, an Administrator gives it, and the page opens', async ({ browse, site }) => {
    const asks = await browse();
    await signInAs(asks, site, 'Team Contributor');
    assert.equal(await open(asks, `${home}/teams/new`), 403);
    await follow(asks, link(asks, 'Why, and what would change it'));
    await seen(heading(asks, title));
    await says(asks, /^No\. Chiara Lombardi does not have the right “Create \/ Edit \/ Delete Teams” in the organization\.$/);
    await says(asks, 'Give Chiara Lombardi the role Organization Contributor.');
    await says(asks, 'An Administrator can do that.');
    assert.equal(await link(asks, 'Change the role').count(), 0, 'who may not change it is offered a button');
    await assertAccessible(asks);
    const question = new URL(asks.url()).pathname + new URL(asks.url()).search;

    const gives = await browse();
    await signInAs(gives, site, 'Administrator');
    assert.equal(await open(gives, question), 200);
    await assertAccessible(gives);
    await follow(gives, link(gives, 'Change the role'));
    await seen(heading(gives, 'Change the role of Chiara Lombardi'));
    await gives.getByRole('radio', { name: /^Organization Contributor/ }).check();
    assert.equal(await send(gives, button(gives, 'Save role')), 303);

    await gives.goto(question);
    await says(gives, /^Yes\. Chiara Lombardi has the right/);
    await says(gives, /Given the role .* by Amara Okafor/);
    await assertAccessible(gives);
    await asks.reload();
    await says(asks, /^Yes\. Chiara Lombardi has the right/);
    assert.equal(await open(asks, `${home}/teams/new`), 200);
  });
});

suite('Asking who may do what', { command: 'demo' }, (test) => {
  test('people and apps are found while one types, and the answer follows the choice', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(`${home}/access`);
    await assertAccessible(page);
    await field(page, 'Person').pressSequentially('chia', { delay: 20 });
    await seen(answer(page).getByRole('link', { name: 'Chiara Lombardi' }));
    assert.equal(await field(page, 'Person').evaluate((input) => input === document.activeElement), true, 'the focus was lost while typing');
    assert.equal(new URL(page.url()).searchParams.get('person'), 'chia');
    await assertAccessible(page);
    await follow(page, answer(page).getByRole('link', { name: 'Chiara Lombardi' }));
    await says(page, 'What Chiara Lombardi may do in the organization');
    await assertAccessible(page);
    await field(page, 'App').pressSequentially('shelf-vision', { delay: 5 });
    await says(page, 'What Chiara Lombardi may do in the app shelf-vision');
    await field(page, 'Right').selectOption({ label: 'Create Models' });
    await says(page, /^Yes\. Chiara Lombardi has the right “Create Models” in the app shelf-vision\.$/);
    await says(page, 'The team Perception');
    await seen(page.locator('#announcer', { hasText: 'Yes.' }));
    await follow(page, answer(page).getByRole('link', { name: 'The team Perception' }));
    await seen(heading(page, 'Perception'));
    await page.goBack();
    await says(page, /^Yes\. Chiara Lombardi has the right “Create Models”/);
  });

  test('who holds a right, grant by grant', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(`${home}/access?app=shelf-vision&scope=models:create`);
    await seen(row(page, 'Amara Okafor'));
    await follow(page, link(page, 'Through a team'));
    await seen(row(page, 'Chiara Lombardi').filter({ hasText: 'Perception' }));
    await assertAccessible(page);
    await follow(page, link(page, 'Chiara Lombardi'));
    await says(page, /^Yes\. Chiara Lombardi has the right/);
  });

  test('by keyboard alone', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Organization User');
    await page.goto(`${home}/roles`);
    const to = async (target) => {
      for (let i = 0; i < 60 && !(await target.evaluate((element) => element === document.activeElement)); i += 1) await page.keyboard.press('Tab');
      assert.ok(await target.evaluate((element) => element === document.activeElement), 'Tab does not lead there');
    };
    await to(link(page, title));
    await page.keyboard.press('Enter');
    await arrived(page, `${home}/access`, title);
    await to(field(page, 'Person'));
    const { people } = await announced(site);
    await page.keyboard.type(people.find(({ role }) => role === 'Organization User').email);
    await page.keyboard.press('Tab');
    await page.keyboard.type('Create Apps'); // a list is chosen from by typing
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await says(page, /^No\. .* does not have the right “Create Apps” in the organization\.$/);
    await to(link(page, 'Role table'));
  });

  test('what is out of reach is not there', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Team Contributor');
    assert.equal(await open(page, `${home}/access?app=ticket-triage`), 404);
    await seen(heading(page, 'There is nothing here'));
    assert.equal(await open(page, `${home}/access?who=0190a5c0-0000-7000-8000-000000000000`), 404);
    assert.equal(await open(page, `${home}/access?person=amara`), 200);
    await says(page, 'Nobody matches');
    await assertAccessible(page);
  });

  test('with JavaScript off', async ({ browse, site }) => {
    const page = await browse({ js: false });
    await signInAs(page, site, 'Administrator');
    await page.goto(`${home}/access`);
    await field(page, 'Person').fill('daniel');
    await field(page, 'Right').selectOption('app:delete');
    await field(page, 'App').fill('pallet');
    await follow(page, button(page, 'Explain'));
    await follow(page, answer(page).getByRole('link', { name: 'Daniel Cho' }));
    assert.equal(await field(page, 'App').inputValue(), 'pallet', 'what was typed of the app is lost by choosing the person');
    await follow(page, answer(page).getByRole('link', { name: 'pallet-counter' }));
    await says(page, /^No\. Daniel Cho does not have the right “Delete App” in the app pallet-counter\.$/);
    await says(page, 'Give Daniel Cho the role Organization Contributor.');
    await follow(page, page.getByRole('link', { name: 'Change the app', exact: true }));
    await says(page, 'Choose an app.');
  });
});
