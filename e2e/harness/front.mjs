// What stands in front of a server in real life: a name of its own, and https with a certificate that no browser knows.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { output } from './processes.mjs';

/**
 * Takes https for host and hands the bytes on to a port of this machine; the browser finds every name in .test here (see launch).
 * Returns { url, stop() }.
 */
export async function startFront(host, port) {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-front-'));
  const [key, cert] = ['key.pem', 'certificate.pem'].map((name) => join(folder, name));
  await output('openssl', ['req', '-x509', '-nodes', '-days', '2', '-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`, '-newkey', 'rsa:2048', '-keyout', key, '-out', cert]);
  const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (outside) => {
    const inside = connect(port, '127.0.0.1');
    for (const [from, to] of [[outside, inside], [inside, outside]]) {
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  await rm(folder, { recursive: true });
  const open = new Set();
  server.on('secureConnection', (socket) => (open.add(socket), socket.on('close', () => open.delete(socket))));
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `https://${host}:${server.address().port}`,
    stop: () => new Promise((done) => (server.close(done), open.forEach((socket) => socket.destroy()))),
  };
}
