// A real name server, small: the one of the Go tests, see dns/main.go.
import { join } from 'node:path';
import { output, root, start } from './processes.mjs';

/** Starts one. Returns { address, set(name, ...texts), stop() }; a name without texts does not exist. */
export async function startNameServer() {
  const binary = join(root, '.bin/dns-e2e');
  await output('go', ['build', '-o', binary, './e2e/dns'], { env: { ...process.env, CGO_ENABLED: '0' } });
  const server = start('the name server', binary, []);
  const [, address, control] = await server.ready(async () => server.log().match(/^answers at (\S+), told at (\S+)$/m));
  return {
    address,
    stop: () => server.stop(),
    /** Makes these the TXT records of a name. */
    async set(name, ...texts) {
      const answer = await fetch(`${control}/${name}`, { method: 'PUT', body: texts.join('\n') });
      if (!answer.ok) throw new Error(`the name server answered ${answer.status}`);
    },
  };
}
