// A fresh, empty database for one server.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { output } from './processes.mjs';

/** The databases that Gatehouse runs on; tests of the main jobs go through both. */
export const databases = ['sqlite', 'postgres'];

/** Returns { url, drop() }, and sql(statement) of PostgreSQL; url is as GATEHOUSE_DATABASE_URL wants it. A SQLite file lies in folder. */
export async function freshDatabase(kind, folder) {
  if (kind === 'sqlite') return { url: `sqlite:${join(folder, 'gatehouse.db')}`, drop: async () => {} };
  const server = process.env.GATEHOUSE_TEST_POSTGRES_URL || (await output('scripts/postgres-test', ['start'])).trim();
  const sql = (statement, to = server) => output('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', statement, to]);
  const name = `gatehouse_e2e_${randomBytes(8).toString('hex')}`;
  await sql(`CREATE DATABASE ${name}`);
  const url = server.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
  return {
    url,
    sql: (statement) => sql(statement, url),
    drop: () => sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}
