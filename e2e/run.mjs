// Runs the browser tests with node's own runner: `node run.mjs` all of them, `node run.mjs login metadata` those files.
// Two files at a time, the longest first so that none runs alone at the end: each has its own server and browser, and the machines that run this have two cores.
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { build } from './harness/gatehouse.mjs';
import { root } from './harness/processes.mjs';

const here = join(root, 'e2e');
const asked = process.argv.slice(2).map((name) => `${name.replace(/(\.test)?\.mjs$/, '')}.test.mjs`);
// How long a file is says how long it takes, but for the one that looks at every page.
const length = (name) => (name === 'pages.test.mjs' ? Infinity : statSync(join(here, name)).size);
const all = () => readdirSync(here).filter((name) => name.endsWith('.test.mjs')).sort((a, b) => length(b) - length(a));
const files = (asked.length ? asked : all()).map((name) => join(here, name));
for (const file of files.filter((file) => !existsSync(file))) {
  console.error(`there is no ${file}`);
  process.exit(1);
}

process.env.GATEHOUSE_BINARY = await build();
process.env.E2E_LOOKED_AT = join(mkdtempSync(join(tmpdir(), 'gatehouse-e2e-')), 'looked-at'); // what axe has seen of this run's pages
writeFileSync(process.env.E2E_LOOKED_AT, '');
rmSync(join(here, 'output/failed'), { recursive: true, force: true });

let passed = 0;
let failed = 0;
const isFile = (test) => files.includes(test.name) || files.some((file) => file.endsWith(`/${test.name}`));
const isSuite = (test) => test.details?.type === 'suite';
run({ files, concurrency: Number(process.env.E2E_CONCURRENCY) || 2, timeout: 10 * 60_000 })
  .on('test:pass', (test) => { if (!isFile(test) && !isSuite(test)) passed += 1; })
  // A suite or a file that fails where no test in it did is a failure of its own, such as a server that did not start or end.
  .on('test:fail', (test) => { if (test.details?.error?.failureType !== 'subtestsFailed') failed += 1; })
  .compose(spec())
  .on('end', () => {
    rmSync(dirname(process.env.E2E_LOOKED_AT), { recursive: true });
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  })
  .pipe(process.stdout);
