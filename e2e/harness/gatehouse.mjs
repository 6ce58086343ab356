// The program under test: the real binary on a random loopback port, with a database of its own.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from './databases.mjs';
import { startFront } from './front.mjs';
import { freePort, output, root, start } from './processes.mjs';

/** Builds the binary and returns its path. The runner does it once and hands the path on in GATEHOUSE_BINARY. */
export async function build() {
  if (process.env.GATEHOUSE_BINARY) return process.env.GATEHOUSE_BINARY;
  const binary = join(root, '.bin/gatehouse-e2e');
  await output('go', ['build', '-o', binary, './cmd/gatehouse'], { env: { ...process.env, CGO_ENABLED: '0' } });
  return binary;
}

/**
 * Starts Gatehouse. Options: command ("serve" or "demo"), args (more of them), database ("sqlite" or "postgres"), smtp (URL of a mail server), env (more
 * variables; undefined takes one away), host (a name in .test: it is reached there by https, see front.mjs; or localhost). Returns { url, direct, log(),
 * records(), run(args, input), sql(statement), stop() }; direct is where this program itself reaches it; sql goes past the program, to PostgreSQL, and makes
 * what only time makes.
 */
export async function startGatehouse({ command = 'serve', args = [], database = 'sqlite', smtp, host, env: more = {} } = {}) {
  const binary = await build();
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-e2e-'));
  const { url: databaseURL, drop, sql } = await freshDatabase(database, folder);
  const port = await freePort();
  const direct = `http://127.0.0.1:${port}`;
  const front = host && host !== 'localhost' ? await startFront(host, port) : undefined;
  const url = front ? front.url : direct.replace('127.0.0.1', host ?? '127.0.0.1');
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    GATEHOUSE_ADDR: `127.0.0.1:${port}`,
    GATEHOUSE_URL: url,
    GATEHOUSE_DATABASE_URL: databaseURL,
    GATEHOUSE_LOG_FORMAT: 'json',
    GATEHOUSE_PRACTICE_ADDR: '127.0.0.1:0',
    GATEHOUSE_SECRET_KEY: randomBytes(32).toString('base64'),
    ...(smtp && { GATEHOUSE_SMTP_URL: smtp, GATEHOUSE_MAIL_FROM: 'Gatehouse <gatehouse@northwind.example>' }),
    ...more,
  };
  const options = { cwd: folder, env };
  const forget = async () => {
    await front?.stop();
    await drop();
    await rm(folder, { recursive: true, force: true });
  };

  let server;
  try {
    if (database === 'postgres') await output(binary, ['migrate'], options);
    server = start('gatehouse', binary, [command, ...args], options);
    await server.ready(async () => (await fetch(`${direct}/readyz`)).ok);
  } catch (error) {
    await server?.stop();
    await forget();
    throw error;
  }
  return {
    url,
    direct,
    log: server.log,
    /** The log's JSON lines as objects; other lines are left out. */
    records: () => server.log().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)),
    /** Runs another command of the program against the same database, such as run(['admin', 'create', …], 'the password'). */
    sql,
    run: (args, input) => output(binary, args, { ...options, input }),
    /** Waits for something in the log, such as a one-time code, and returns the match. */
    logged: (pattern, seconds) => server.ready(async () => server.log().match(pattern), seconds),
    /** Ends it and deletes its data. It must end by itself and cleanly. */
    async stop() {
      const how = await server.stop();
      await forget();
      if (how !== 'exit 0') throw new Error(`gatehouse did not end cleanly (${how}):\n${server.log()}`);
    },
  };
}
