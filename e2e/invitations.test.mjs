// Inviting people, answering an invitation, and dealing with those that nobody answered: by mail, by links to pass on, by keyboard, and with
// JavaScript off.
import { assert, assertAccessible, suite } from './harness.mjs';
import { announced, signInAs } from './demo.mjs';
import { arrived, button, field, fill, goodPassword, heading, link, open, refusedAt, row, says, seen, send, signIn } from './steps.mjs';

const home = '/orgs/northwind';
const list = `${home}/invitations`;
const form = `${list}/new`;

/** Opens a browser in which the demo's Administrator is signed in. */
async function administrator(browse, site, options) {
  const page = await browse(options);
  await signInAs(page, site, 'Administrator');
  return page;
}

/** The rows of the page's table as "first cell | pill". */
const results = (page) =>
  page.locator('tbody tr').evaluateAll((rows) => rows.map((each) => `${each.cells[0].innerText.split('\n')[0]} | ${each.querySelector('.pill').innerText}`));

/** Fills in the form and looks at the preview. */
async function preview(page, people, { role, teams = [], file } = {}) {
  await page.goto(form);
  await field(page, 'Email addresses').fill(people);
  if (file) await page.getByLabel('Or a CSV file').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
  if (role) await page.getByRole('radio', { name: new RegExp(`^${role}`) }).check();
  for (const team of teams) await page.getByRole('checkbox', { name: new RegExp(`^${team}`) }).check();
  assert.equal(await send(page, button(page, 'Preview')), 200);
}

/** The link of an invitation in the next mail to an address, as a path. */
async function mailed(mail, site, address) {
  const message = await mail.next(address);
  const found = message.links.find((each) => each.startsWith(`${site.url}/invitations/`));
  assert.ok(found, message.text);
  return { ...message, text: message.text.replaceAll('\r\n', '\n'), path: new URL(found).pathname };
}

/** Makes an account by the link that is open. */
async function join(page, name) {
  await fill(page, { 'Your name': name, 'New password': goodPassword, 'The same again': goodPassword });
  assert.equal(await send(page, button(page, 'Make an account and join')), 303);
  await page.waitForURL(home);
}

/** Ticks the invitations of some addresses. */
async function tick(page, ...addresses) {
  await page.goto(list);
  for (const address of addresses) await page.getByRole('checkbox', { name: `Select ${address}` }).check();
}

suite('Invitations by mail', { command: 'demo', mail: true, steps: true }, (test) => {
  const paths = {};

  test('many at once: each line is seen before and after, and one that is wrong loses none of the others', async ({ browse, site, mail }) => {
    const page = await administrator(browse, site);
    await page.goto(`${home}/members`);
    await link(page, 'Invite members').click();
    await arrived(page, form, 'Invite members');
    await assertAccessible(page);
    assert.equal(await send(page, button(page, 'Preview')), 422);
    await refusedAt(page, 'Email addresses', 'Enter at least one email address, or choose a file.');

    await preview(page, 'Nora New <nora@somewhere.example>\nliam.oconnor@northwind.example, rosa.diaz@northwind.example\nnonsense\nNORA@somewhere.example', {
      role: 'Team Contributor', teams: ['Perception', 'Research'],
      file: 'name,email,role,teams\nOle Own,ole@somewhere.example,organization_contributor,support\nPia Plain,pia@somewhere.example,,\nBad Role,bad@somewhere.example,owner,\nNo Team,lost@somewhere.example,,nowhere\n',
    });
    assert.deepEqual(await results(page), [
      'nora@somewhere.example | New', 'liam.oconnor@northwind.example | Already a member', 'rosa.diaz@northwind.example | Already pending', 'nonsense | Cannot be invited', 'NORA@somewhere.example | Twice in the list',
      'ole@somewhere.example | New', 'pia@somewhere.example | New', 'Bad Role <bad@somewhere.example> | owner | Cannot be invited', 'No Team <lost@somewhere.example> | | nowhere | Cannot be invited',
    ]);
    assert.match(await row(page, 'ole@somewhere.example').innerText(), /Organization Contributor\s+Customer support/);
    assert.match(await row(page, 'pia@somewhere.example').innerText(), /Team Contributor\s+Perception, Research/);
    await says(page, 'There is no role “owner”.');
    await says(page, 'There is no team with the ID “nowhere”.');
    assert.match(await field(page, 'Email addresses').inputValue(), /^Ole Own <ole@somewhere\.example> \| organization_contributor \| support$/m);
    await assertAccessible(page);
    assert.equal(mail.messages.length, 0);

    assert.equal(await send(page, button(page, 'Send 4 invitations')), 200);
    await seen(heading(page, '4 invitations made'));
    assert.deepEqual((await results(page)).map((each) => each.split(' | ').at(-1)), [
      'Invited', 'Already a member', 'Sent again', 'Cannot be invited', 'Twice in the list', 'Invited', 'Invited', 'Cannot be invited', 'Cannot be invited']);
    assert.equal(await page.getByLabel(/^Link for /).count(), 0);
    await assertAccessible(page);
    for (const name of ['nora', 'ole', 'pia']) {
      const message = await mailed(mail, site, `${name}@somewhere.example`);
      assert.equal(message.subject, 'Invitation to Northwind Robotics');
      paths[name] = message.path;
      assert.match(message.text, name === 'ole' ? /as Organization Contributor\.\n\nYou will be in these teams:\n- Customer support\n/ : /as Team Contributor\.\n\nYou will be in these teams:\n- Perception\n- Research\n/);
    }
    await mailed(mail, site, 'rosa.diaz@northwind.example');
    for (const path of Object.values(paths)) assert.ok(!site.log().includes(path.split('/').at(-1)), 'a token stands in the log');
  });

  test('a new person makes an account by the link, and arrives with role and teams', async ({ browse, site }) => {
    const page = await browse();
    assert.equal(await open(page, paths.nora), 200);
    await seen(heading(page, 'Join Northwind Robotics'));
    for (const words of ['Amara Okafor invites you as Team Contributor.', 'nora@somewhere.example', 'Perception, Research']) await says(page, words);
    await assertAccessible(page);
    await fill(page, { 'Your name': '', 'New password': 'short', 'The same again': 'other' });
    assert.equal(await send(page, button(page, 'Make an account and join')), 422);
    await refusedAt(page, 'Your name', /./);
    await assertAccessible(page);
    await join(page, 'Nora New');
    await page.goto(`${home}/apps`);
    await seen(link(page, 'shelf-vision')); // an app of Perception
    const admin = await administrator(browse, site);
    await admin.goto(`${home}/members?q=nora`);
    assert.match(await row(admin, 'Nora New').innerText(), /Team Contributor[^]*Perception, Research/);
    await admin.goto(`${home}/audit?q=nora`);
    const entry = admin.getByRole('listitem').filter({ hasText: 'joined the organization' });
    await entry.getByRole('link', { name: / joined the organization/ }).click();
    assert.match(await row(admin, 'Teams').innerText(), /added:\s+perception[^]*added:\s+research/);

    const late = await browse();
    assert.equal(await open(late, paths.nora), 410);
    await says(late, 'This invitation was accepted already.');
    await assertAccessible(late);
  });

  test('sent again, the old link dies; a link to pass on replaces the mailed one', async ({ browse, site, mail }) => {
    const page = await administrator(browse, site);
    await tick(page, 'ole@somewhere.example', 'pia@somewhere.example');
    await assertAccessible(page);
    assert.equal(await send(page, button(page, 'Send again')), 200);
    await seen(heading(page, '2 invitations sent again'));
    await assertAccessible(page);
    const stranger = await browse();
    for (const name of ['ole', 'pia']) {
      const { path, text } = await mailed(mail, site, `${name}@somewhere.example`);
      assert.match(text, name === 'ole' ? /- Customer support/ : /- Research/);
      assert.equal(await open(stranger, paths[name]), 404);
      await says(stranger, 'This invitation link does not work.');
      paths[name] = path;
      assert.equal(await open(stranger, path), 200);
    }
    await tick(page, 'pia@somewhere.example');
    assert.equal(await send(page, button(page, 'Make links to pass on')), 200);
    await says(page, 'These links are shown once.');
    const shown = await field(page, 'Link for pia@somewhere.example').inputValue();
    await button(page, 'Copy Link for pia@somewhere.example').click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), shown);
    await assertAccessible(page);
    assert.equal(await open(stranger, paths.pia), 404);
    assert.equal(await open(stranger, shown), 200);
    paths.pia = new URL(shown).pathname;
  });

  test('declined, cancelled, for somebody else: each says so', async ({ browse, site }) => {
    const guest = await browse();
    await guest.goto(paths.ole);
    assert.equal(await send(guest, button(guest, 'Decline')), 200);
    await says(guest, 'You have declined the invitation to Northwind Robotics.');
    await assertAccessible(guest);
    assert.equal(await open(guest, paths.ole), 410);
    await says(guest, 'This invitation was declined.');

    const page = await administrator(browse, site);
    assert.equal(await open(page, paths.pia), 403);
    await says(page, 'You are signed in as somebody else.');
    await assertAccessible(page);
    await page.goto(list);
    assert.equal(await row(page, 'ole@somewhere.example').count(), 0);
    await tick(page, 'pia@somewhere.example', 'rosa.diaz@northwind.example');
    assert.equal(await send(page, button(page, 'Cancel invitations')), 200);
    await seen(heading(page, '2 invitations cancelled'));
    assert.equal(await open(guest, paths.pia), 410);
    await says(guest, 'This invitation was withdrawn.');
    await page.goto(`${list}?q=pia`);
    await says(page, 'No invitation matches');
    await assertAccessible(page);
  });

  test('somebody with an account finds the invitation in the console', async ({ browse, site, mail }) => {
    const page = await administrator(browse, site);
    const { people, password } = await announced(site);
    const { email } = people.find(({ role }) => role === 'Outside collaborator');
    await preview(page, email, { role: 'Organization User' });
    assert.equal(await send(page, button(page, 'Send 1 invitation')), 200);
    const { path } = await mailed(mail, site, email);
    const guest = await browse();
    await guest.goto(path);
    await link(guest, 'Sign in to accept').click();
    await arrived(guest, `/login?next=${encodeURIComponent(path)}`, 'Sign in');
    await signIn(guest, email, password);
    await guest.goto('/account');
    await says(guest, 'Amara Okafor invites you as Organization User.');
    await assertAccessible(guest);
    assert.equal(await send(guest, guest.getByRole('button', { name: /^Accept/ })), 303);
    await guest.waitForURL(home);
    await says(guest, 'Welcome to Northwind Robotics.');
  });

  test('by keyboard alone, and Enter on a tick does nothing', async ({ browse, site, mail }) => {
    const page = await administrator(browse, site);
    const reach = async (target) => {
      for (let i = 0; i < 80 && !(await target.evaluate((element) => element === document.activeElement)); i += 1) await page.keyboard.press('Tab');
      assert.ok(await target.evaluate((element) => element === document.activeElement), `Tab does not lead to ${target}`);
    };
    await page.goto(form);
    await reach(field(page, 'Email addresses'));
    await page.keyboard.type('keys@somewhere.example');
    await reach(page.getByRole('radio', { name: /^Organization User/ }));
    await page.keyboard.press('ArrowUp');
    assert.ok(await page.getByRole('radio', { name: /^Team Contributor/ }).isChecked());
    await reach(page.getByRole('checkbox', { name: /^Research/ }));
    await page.keyboard.press('Space');
    await reach(button(page, 'Preview'));
    await page.keyboard.press('Enter');
    await seen(button(page, 'Send 1 invitation'));
    await page.getByRole('radio', { name: /^Team Contributor/ }).focus();
    await Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press('Enter')]);
    assert.equal(mail.messages.filter((each) => each.to.includes('keys@somewhere.example')).length, 0, 'Enter in the form sent it');
    await reach(button(page, 'Preview'));
    await page.keyboard.press('Enter');
    await reach(await seen(button(page, 'Send 1 invitation')));
    await page.keyboard.press('Enter');
    await seen(heading(page, '1 invitation made'));
    const { text } = await mailed(mail, site, 'keys@somewhere.example');
    assert.match(text, /- Research/);

    await page.goto(list);
    const box = page.getByRole('checkbox', { name: 'Select keys@somewhere.example' });
    await reach(box);
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await reach(button(page, 'Cancel invitations'));
    assert.ok(await box.isChecked());
    await page.keyboard.press('Enter');
    await seen(heading(page, '1 invitation cancelled'));
  });
});

suite('Invitations without mail', { command: 'demo', steps: true }, (test) => {
  let shown;

  test('with JavaScript off: a preview, links to pass on, and ticks', async ({ browse, site }) => {
    const page = await administrator(browse, site, { js: false });
    await preview(page, 'una@somewhere.example | team_contributor | support\nvic@somewhere.example', { role: 'Organization User' });
    await says(page, 'This installation sends no mail.');
    assert.equal(await send(page, button(page, 'Make 2 invitations')), 200);
    await says(page, 'These links are shown once.');
    shown = await field(page, 'Link for una@somewhere.example').inputValue();
    await tick(page, 'vic@somewhere.example');
    assert.equal(await button(page, 'Send again').count(), 0);
    assert.equal(await send(page, button(page, 'Make links to pass on')), 200);
    await seen(heading(page, '1 new link made'));
    await tick(page, 'vic@somewhere.example');
    assert.equal(await send(page, button(page, 'Cancel invitations')), 200);
    await seen(heading(page, '1 invitation cancelled'));
  });

  test('the link makes a member, with JavaScript off too', async ({ browse, site }) => {
    const page = await browse({ js: false });
    assert.equal(await open(page, shown), 200);
    await join(page, 'Una Own');
    await page.goto(`${home}/apps`);
    await seen(link(page, 'ticket-triage'));
    const admin = await administrator(browse, site);
    await admin.goto(`${home}/members?q=una`);
    assert.match(await row(admin, 'Una Own').innerText(), /Team Contributor[^]*Customer support/);
  });

  test('the list narrows and sorts in the address, and Back restores it', async ({ browse, site }) => {
    const page = await administrator(browse, site);
    await page.goto(list);
    await link(page, 'Expires').click();
    await page.waitForURL(`${list}?sort=expires`);
    await page.getByRole('combobox', { name: 'Status' }).selectOption('expired');
    await says(page, 'No invitation matches');
    await page.waitForURL(/expiry=expired/);
    assert.match(page.url(), /sort=expires/);
    await link(page, 'Show all invitations').click();
    await page.waitForURL(list);
    await seen(row(page, 'rosa.diaz@northwind.example'));
    await page.goBack();
    await page.waitForURL(/sort=expires.*expiry=expired|expiry=expired.*sort=expires/);
    await says(page, 'No invitation matches');
    assert.equal(await page.getByRole('combobox', { name: 'Status' }).inputValue(), 'expired');
  });
});
