// What people do in the console again and again, in the words of the tests of the main jobs. It goes by what a person finds on the page
// (labels, buttons, headings), so that a page which cannot be used that way fails its test.
import assert from 'node:assert/strict';

/** A password that every policy takes; other tests need others. */
export const goodPassword = 'amber thimble orchard seven';

/** The page's one h1. */
export const heading = (page, name) => page.getByRole('heading', { level: 1, name, exact: true });

/** The button of that name, exactly. */
export const button = (page, name) => page.getByRole('button', { name, exact: true });

/** The link of that name, exactly. */
export const link = (page, name) => page.getByRole('link', { name, exact: true });

/** The field of that label, exactly. */
export const field = (page, label) => page.getByLabel(label, { exact: true });

/** Fills fields by their labels. */
export async function fill(page, values) {
  for (const [label, value] of Object.entries(values)) await field(page, label).fill(value);
}

/** Waits until a locator is to be seen, and returns it. */
export async function seen(locator) {
  await locator.waitFor();
  return locator;
}

/** Waits until words stand on the page. */
export const says = (page, words) => seen(page.getByText(words).first());

/** Asserts that the page is at this path and has this heading, after waiting for both. */
export async function arrived(page, path, title) {
  await page.waitForURL(path);
  await seen(heading(page, title));
}

/** Sends a form with one of its buttons and returns the status of the answer to it, once the page that followed is there. */
export async function send(page, pressed) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().isNavigationRequest() && response.request().method() === 'POST'),
    page.waitForEvent('domcontentloaded'),
    pressed.click(),
  ]);
  return answer.status();
}

/** Opens a path and returns the status of the page. */
export const open = async (page, path) => (await page.goto(path)).status();

/** Asserts that a field is marked as wrong, says this, and has the focus where it is the first. */
export async function refusedAt(page, label, sentence, { first = true } = {}) {
  const wrong = field(page, label);
  assert.equal(await wrong.getAttribute('aria-invalid'), 'true', `${label} is not marked as wrong`);
  const described = (await wrong.getAttribute('aria-describedby')).split(' ')[0];
  const words = (await page.locator(`[id="${described}"]`).innerText()).trim();
  if (sentence instanceof RegExp) assert.match(words, sentence);
  else assert.equal(words, sentence);
  if (first) assert.ok(await wrong.evaluate((input) => input === document.activeElement), `${label} does not have the focus`);
}

/** Makes an Administrator on the command line, and the organization when there is none. */
export const administrator = (site, { organization = 'northwind', organizationName = 'Northwind Robotics', name = 'Alice Ng', email = 'alice@northwind.example', password = goodPassword } = {}) =>
  site.run(['admin', 'create', '--organization', organization, '--organization-name', organizationName, '--name', name, '--email', email, '--password-file', '-'], `${password}\n`);

/** Fills in the sign-in page; next is where one was on the way to. Returns the status of the answer. */
export async function signIn(page, email, password = goodPassword, next) {
  await page.goto(`/login?with=password${next ? `&next=${encodeURIComponent(next)}` : ''}`);
  await fill(page, { 'Email address': email, Password: password });
  return send(page, button(page, 'Sign in'));
}

/** Opens the profile menu and follows one of its lines. */
export async function chooseInProfileMenu(page, line) {
  await page.getByRole('button', { name: /^Profile menu of / }).click();
  const chosen = page.locator('#profile').getByRole(line === 'Sign out' ? 'button' : 'link', { name: line, exact: true });
  await seen(chosen);
  await Promise.all([page.waitForEvent('domcontentloaded'), chosen.click()]);
}

/** The rows of a table that hold these words. */
export const row = (page, words) => page.getByRole('row').filter({ hasText: words });

/** Presses Tab until the element has the focus, and asserts that one sees it there. */
export async function tabTo(page, target, key = 'Tab') {
  for (let i = 0; i < 60; i += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      // The mark may be drawn around what holds it, such as a card with a radio button.
      const marked = await target.evaluate((element) => {
        const look = () => [element, element.parentElement, element.closest('label, tr')].map((each) => each && getComputedStyle(each)).map((s) => s && `${s.outline} ${s.boxShadow} ${s.border}`).join();
        const focused = look();
        element.blur();
        const plain = look();
        element.focus({ focusVisible: true });
        return focused !== plain;
      });
      assert.ok(marked, `the focus is not to be seen on ${await target.evaluate((element) => element.outerHTML.slice(0, 120))}`);
      return;
    }
    await page.keyboard.press(key);
  }
  assert.fail(`${key} does not lead to ${target}`);
}
