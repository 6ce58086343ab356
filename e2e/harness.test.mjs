// The tests' own tools: if one of these fails, look here first.
import { connect } from 'node:net';
import { once } from 'node:events';
import { assert, assertAccessible, stoppedDrawing, suite } from './harness.mjs';

const html = (body, head = '<title>A page</title>') =>
  `data:text/html,${encodeURIComponent(`<!doctype html><html lang="en"><head>${head}<meta name="viewport" content="width=device-width"></head><body><main>${body}</main></body></html>`)}`;

suite('The tools of these tests', { command: null, idp: true, mail: true }, (test) => {
  test('axe passes a good page and names what is wrong with a bad one', async ({ browse }) => {
    const page = await browse();
    await page.goto(html('<h1>Good</h1>'));
    await assertAccessible(page);
    await page.goto(html('<h1>Bad</h1><p style="color: #ccc; background: #fff">faint</p>'));
    await assert.rejects(assertAccessible(page), /color-contrast[^]*light 390/);
    await page.goto(html('<h1>Night</h1><p>faint</p>', '<title>A page</title><style>:root { color-scheme: light dark; background: light-dark(#fff, #000) } p { color: light-dark(#000, #333) }</style>'));
    await assert.rejects(assertAccessible(page), /color-contrast[^]*\(dark 390, dark 1280\)/);
    await page.goto(html('<h1>Wide</h1><div style="width: 600px">.</div>'));
    await assert.rejects(assertAccessible(page), /218 px wider than the window\n.*\(light 390, dark 390\)/);
  });

  test('a page that asks another host or breaks in a script is noticed', async ({ browse }) => {
    const page = await browse();
    await page.goto(html('<h1>Asks</h1><img alt="" src="http://elsewhere.invalid/x.png"><script>nothing()</script>'));
    assert.equal(page.problems.length, 2, page.problems.join('\n'));
    assert.match(page.problems.join('\n'), /asks another host: http:\/\/elsewhere.invalid\/x.png/);
    assert.match(page.problems.join('\n'), /script: nothing is not defined/);
    page.problems.length = 0;
  });

  let tries = 0;
  test('a test whose browser draws no more is tried again in a new one', async ({ browse }) => {
    const page = await browse();
    await page.goto(html('<h1>Still</h1>'));
    tries += 1;
    if (tries === 1) {
      assert.equal(await stoppedDrawing(page), false);
      await page.evaluate(() => { window.requestAnimationFrame = () => {}; });
      assert.equal(await stoppedDrawing(page), true);
      throw new Error('nothing comes to an end');
    }
    assert.equal(tries, 2);
  });

  test('the mailbox reads mail', async ({ mail }) => {
    const socket = connect(new URL(mail.url).port, '127.0.0.1');
    await once(socket, 'data');
    socket.write([
      'EHLO me', 'MAIL FROM:<a@northwind.example>', 'RCPT TO:<B@northwind.example>', 'DATA',
      'Subject: =?UTF-8?q?Gr=C3=BC=C3=9Fe?=', 'Content-Type: multipart/alternative; boundary="x"', '',
      '--x', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: quoted-printable', '', 'Follow http://127.0.0.1/reset/a=3D=', 'b now', '..', '--x--', '.', 'QUIT', '',
    ].join('\r\n'));
    const message = await mail.next('b@northwind.example');
    assert.equal(message.subject, 'Grüße');
    assert.deepEqual(message.links, ['http://127.0.0.1/reset/a=b']);
    assert.match(message.text, /\n\.\r?\n?/);
    await assert.rejects(mail.next('b@northwind.example', 0.05), /no mail to b@northwind.example/);
    socket.destroy();
  });

  test('SimpleSAMLphp serves its metadata and learns a service provider from ours', async ({ idp }) => {
    assert.match(idp.metadata, new RegExp(`entityID="${idp.entityID}"`));
    const ours = `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="http://127.0.0.1/saml/x/metadata">
      <SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
      <AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="http://127.0.0.1/saml/x/acs" index="0"/></SPSSODescriptor></EntityDescriptor>`;
    assert.equal(await idp.trust(ours), 'http://127.0.0.1/saml/x/metadata\n');
    await assert.rejects(idp.trust(idp.metadata), /not the metadata of a SAML 2.0 service provider/);
  });
});
