// A real identity provider: SimpleSAMLphp under PHP's own server. See idp/simplesamlphp.sh.
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFront } from './front.mjs';
import { freePort, output, root, start } from './processes.mjs';

/**
 * Starts one. Options: users (name → attributes, instead of idp/users.json; the password is always "secret"), signatures ("rsa-sha512"), host (a name in
 * .test: it is reached there by https, see front.mjs, with cookies that other sites' posts bring along).
 * Returns { entityID, metadataURL, metadata, trust(), encryptWith(), cookiesAre(), keys(), signIn(), log(), stop() }; metadata is the XML.
 */
export async function startSimpleSAMLphp({ users, signatures, host } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-idp-'));
  if (users) await writeFile(join(folder, 'users.json'), JSON.stringify(users));
  const port = await freePort();
  const front = host && (await startFront(host, port));
  const base = front?.url ?? `http://localhost:${port}`;
  const metadataURL = `${base}/simplesamlphp/saml2/idp/metadata.php`;
  const server = start('SimpleSAMLphp', join(root, 'e2e/idp/simplesamlphp.sh'), [folder, String(port)], {
    env: { ...process.env, BASE: base, ...(signatures && { SIGALG: signatures }) },
  });
  const stop = async () => {
    await server.stop();
    await front?.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const metadata = await server.ready(async () => {
      const answer = await fetch(metadataURL.replace(base, `http://127.0.0.1:${port}`));
      const text = await answer.text();
      return answer.ok && text.includes('EntityDescriptor') && text;
    });
    return {
      entityID: `${base}/idp`, metadataURL, metadata, stop, log: server.log,

      /**
       * Makes it know the service provider of this metadata, given as XML. Options are SimpleSAMLphp's own, such as
       * { 'assertion.encryption': true } or { 'saml20.sign.response': false }.
       */
      trust: (xml, options = {}) =>
        output('php', ['-d', 'error_reporting=E_ALL&~E_DEPRECATED', join(root, 'e2e/idp/trust.php'), folder, JSON.stringify(options)], {
          input: xml, env: { ...process.env, SIMPLESAMLPHP_CONFIG_DIR: join(folder, 'config') },
        }),

      /** Makes it encrypt with another cipher than its own AES128_CBC, such as AES256_GCM. See idp/cipher.php. */
      encryptWith: (cipher) => writeFile(join(folder, 'cipher'), cipher),

      /** Makes it give out cookies of another SameSite than None. */
      cookiesAre: (sameSite) => writeFile(join(folder, 'samesite'), sameSite),

      /**
       * Changes its signing key over: "announced" publishes the next one beside its own, "changed" signs with the next and publishes it alone,
       * "own" goes back.
       */
      async keys(state) {
        const next = { privatekey: 'next.key', certificate: 'next.crt' };
        const is = { announced: { new_privatekey: next.privatekey, new_certificate: next.certificate }, changed: next, own: {} }[state];
        const [key, certificate] = ['next.key', 'next.crt'].map((name) => join(folder, 'cert', name));
        if (!existsSync(key)) await output('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650', '-subj', '/CN=SimpleSAMLphp next', '-keyout', key, '-out', certificate]);
        await writeFile(join(folder, 'keys.json'), JSON.stringify(is));
      },

      /** Fills in its sign-in form, which page must show, and follows its answer back. */
      async signIn(page, name, password = 'secret') {
        await page.waitForURL(`${base}/**`);
        await page.fill('input[name=username]', name);
        await page.fill('input[name=password]', password);
        await page.press('input[name=password]', 'Enter');
        // Without JavaScript the page that carries its answer has a button, beside one that its style sheet hides.
        if (!page.scripted) await page.getByText('Submit', { exact: true }).click();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
