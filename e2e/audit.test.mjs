// The audit log as an Administrator works with it: search by terms, facts that are links, an entry's page and what it is about, files of what
// was found, and how long entries are kept.
import { once } from 'node:events';
import { get } from 'node:http';
import { assert, assertAccessible, suite } from './harness.mjs';
import { signInAs } from './demo.mjs';
import { arrived, button, field, heading, link, says, seen, send } from './steps.mjs';

const home = '/orgs/northwind';
const log = `${home}/audit`;
const entries = (page) => page.locator('.log .entry');
const searched = (page) => page.getByRole('searchbox', { name: 'Search the audit log' });
const text = async (file) => {
  let all = '';
  for await (const piece of await file.createReadStream()) all += piece;
  return all;
};

/** Renames the team, so that there is something with a before and an after. */
async function renames(page, name) {
  await page.goto(`${home}/teams/warehouse/edit`);
  await page.locator('#name').fill(name);
  assert.equal(await send(page, button(page, 'Save changes')), 303);
}

suite('The audit log', { command: 'demo' }, (test) => {
  test('terms are typed, facts add them and take them away, and Back restores them', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await renames(page, 'Warehouse and yard');
    await page.goto(log);
    await assertAccessible(page);
    await searched(page).pressSequentially('action:team');
    await page.waitForURL(`${log}?q=action%3Ateam`);
    await seen(link(page, 'Remove action:team from the search'));
    assert.match(await entries(page).first().innerText(), /edited a team/);
    const all = await entries(page).count();
    await entries(page).first().getByRole('link', { name: 'team.edited', exact: true }).click();
    await page.waitForURL(`${log}?q=action%3Ateam.edited`);
    assert.equal(await searched(page).inputValue(), 'action:team.edited');
    assert.ok(await entries(page).count() <= all);
    await assertAccessible(page);
    await entries(page).first().getByRole('link', { name: 'amara.okafor@northwind.example', exact: true }).click();
    await seen(link(page, 'Remove actor:amara.okafor@northwind.example from the search'));
    await link(page, 'Remove action:team.edited from the search').click();
    await page.waitForURL((url) => url.searchParams.get('q') === 'actor:amara.okafor@northwind.example');
    await page.goBack();
    await page.goBack();
    await page.waitForURL(`${log}?q=action%3Ateam.edited`);
    await searched(page).fill('colour:red');
    await says(page, 'At character 1: there is no “colour:”.');
    assert.equal(await searched(page).inputValue(), 'colour:red');
    await assertAccessible(page);
    await page.goto(log);
    await field(page, 'Result').selectOption('Refused');
    await page.waitForURL(`${log}?result=refused`);
  });

  test('an entry shows what was before and after, leads to what it is about, and from there back', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await renames(page, 'Warehouse of Bergen');
    await page.goto(`${log}?q=action:team.edited`);
    await entries(page).first().getByRole('link', { name: / edited a team · / }).focus();
    await page.keyboard.press('Enter');
    await seen(heading(page, 'Event'));
    assert.equal(await page.locator('.diff ins').innerText(), 'Warehouse of Bergen');
    assert.ok((await page.locator('.diff del').innerText()).startsWith('Warehouse'));
    await assertAccessible(page);
    await link(page, 'See the team').click();
    await arrived(page, `${home}/teams/warehouse`, 'Warehouse of Bergen');
    await link(page, 'Events').click();
    await page.waitForURL(`${log}?q=team%3Awarehouse`);
    assert.match(await entries(page).first().innerText(), /edited a team · Warehouse of Bergen/);
    for (const path of [`${home}/apps/pallet-counter`, `${home}/security/identity-providers/practice`, `${home}/invitations`]) {
      await page.goto(path);
      await link(page, 'Events').click();
      await seen(heading(page, 'Audit log'));
    }
  });

  test('what is found comes as CSV and JSON Lines, and the page says when the file is complete', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(`${log}?q=action:session.signed-in+amara`);
    const shown = await entries(page).count();
    for (const [name, kind] of [['CSV', 'csv'], ['JSON Lines', 'jsonl']]) {
      await page.goto(`${log}?q=action:session.signed-in+amara`);
      await link(page, 'Export what is found').click();
      await says(page, `${shown} events in the log fit the search.`);
      await assertAccessible(page);
      assert.equal(await send(page, button(page, `Export as ${name}`)), 303);
      await says(page, 'Nothing is written yet.');
      await assertAccessible(page);
      const [file] = await Promise.all([page.waitForEvent('download'), link(page, `Download ${name}`).click()]);
      assert.match(file.suggestedFilename(), new RegExp(`^northwind-audit-\\d{4}-\\d\\d-\\d\\d\\.${kind}$`));
      const lines = (await text(file)).trim().split(/\r?\n/);
      if (kind === 'csv') {
        assert.equal(lines.shift(), 'id,time,actor_name,actor_email,action,target_type,target_id,target_name,method,ip,reference,before,after');
        assert.ok(lines.every((line) => line.includes(',session.signed-in,')));
      } else {
        assert.ok(lines.map((line) => JSON.parse(line)).every((entry) => entry.action === 'session.signed-in' && entry.actor_email.startsWith('amara')));
      }
      assert.equal(lines.length, shown);
      await says(page, `The file is complete: ${shown} events.`); // the page asks by itself
    }
    await page.goto(`${log}?q=action:audit-log.exported`);
    assert.equal(await entries(page).count(), 2);
  });

  test('how long entries are kept says in numbers what it deletes, and is confirmed', async ({ browse, site }) => {
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(log);
    await link(page, 'How long it is kept').click();
    await seen(heading(page, 'How long entries are kept'));
    const choice = page.getByRole('radio', { name: /^90 days/ });
    await says(page, /Deletes [\d,]+ entr(y|ies) from before/);
    await assertAccessible(page);
    await choice.check();
    assert.equal(await send(page, button(page, 'Save')), 422);
    await says(page, 'Type “northwind” to have the older entries deleted.');
    assert.ok(await choice.isChecked());
    await assertAccessible(page);
    await field(page, 'Organization ID, where it becomes shorter').fill('northwind');
    assert.equal(await send(page, button(page, 'Save')), 303);
    await says(page, 'Entries are kept 90 days.');
  });

  test('all of it works without a script', async ({ browse, site }) => {
    const page = await browse({ js: false });
    await signInAs(page, site, 'Administrator');
    await page.goto(log);
    await searched(page).fill('amara');
    await field(page, 'When').selectOption('Last 24 hours');
    await button(page, 'Search').click();
    await page.waitForURL((url) => url.searchParams.get('since') === '24h');
    await link(page, 'Remove since:24h from the search').click();
    await page.waitForURL(`${log}?q=amara`);
    await link(page, 'Export what is found').click();
    assert.equal(await send(page, button(page, 'Export as CSV')), 303);
    await Promise.all([page.waitForEvent('download').then((file) => text(file)), link(page, 'Download CSV').click()]);
    await says(page, 'The file is complete:'); // the page comes again by itself
  });
});

// What the client does not read, the server cannot write: the file stands still for as long as the test looks at it.
suite('A long export of the audit log', { command: 'demo', databases: ['postgres'] }, (test) => {
  test('its page says how far the file is, while it is written', async ({ browse, site }) => {
    await site.sql(`INSERT INTO audit_entries (id, organization_id, at, actor_name, actor_email, action, target_type, target_id, target_name, before_values, after_values, method, ip, reference, search, seq)
      SELECT gen_random_uuid(), o.id, now() - n * interval '1 minute', 'Nightly job', '', 'team.edited', 'team', '', repeat('A long name ', 20), '', '', '', '', 'R' || n, 'nightly job', -n
      FROM organizations o, generate_series(1, 60000) n WHERE o.slug = 'northwind'`);
    const page = await browse();
    await signInAs(page, site, 'Administrator');
    await page.goto(`${log}?q=nightly`);
    await link(page, 'Export what is found').click();
    await says(page, '60,000 events in the log fit the search.');
    assert.equal(await send(page, button(page, 'Export as JSON Lines')), 303);
    await says(page, 'Nothing is written yet. 60,000 events will be.');
    const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const [file] = await once(get(new URL(await link(page, 'Download JSON Lines').getAttribute('href'), site.url), { headers: { cookie } }), 'response');
    const pieces = file[Symbol.asyncIterator]();
    let lines = 0;
    const read = async (enough) => {
      for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) {
        lines += piece.value.toString('latin1').split('\n').length - 1;
        if (lines >= enough) return;
      }
    };
    try {
      await read(25_000);
      await says(page, /^[2-5]\d,000 of 60,000 events are written: \d\d %\.$/);
      const written = Number(await page.locator('#written').getAttribute('value'));
      assert.ok(written >= 33 && written < 100, `${written} %`);
      await assertAccessible(page);
      await read(Infinity);
    } finally {
      file.destroy();
    }
    assert.equal(lines, 60_000);
    await says(page, 'The file is complete: 60,000 events.');
    assert.equal(await page.locator('#written').getAttribute('value'), '100');
  });
});
