// Starting programs, knowing when they are ready, and ending exactly those that were started.
import { spawn, execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const run = promisify(execFile);
const running = new Set();

// A test file that dies half-way leaves nothing behind.
process.on('exit', () => running.forEach((child) => signal(child, 'SIGKILL')));

/** Runs a program to its end and returns what it printed. Throws with what it complained about. */
export async function output(program, args, { input, ...options } = {}) {
  const going = run(program, args, { cwd: root, maxBuffer: 16 << 20, ...options });
  if (input !== undefined) going.child.stdin.end(input);
  try {
    return (await going).stdout;
  } catch (error) {
    throw new Error(`${program} ${args.join(' ')} failed: ${(error.stderr || error.message).trim()}`);
  }
}

/**
 * Starts a program that stays. Returns { log(), ready(probe), stop() }.
 * It gets a process group of its own, so that stop() also ends what it started itself and nothing else.
 */
export function start(name, program, args, options = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...options });
  running.add(child);
  let log = '';
  child.stdout.on('data', (bytes) => (log += bytes));
  child.stderr.on('data', (bytes) => (log += bytes));
  let ended = null;
  const end = new Promise((resolve) => {
    child.once('error', (error) => resolve((ended = error.message)));
    child.once('close', (code, by) => resolve((ended = `exit ${by ?? code}`)));
  }).finally(() => running.delete(child));

  return {
    log: () => log,

    /** Asks probe again and again until it returns something true; fails when the program ends or the deadline passes. */
    async ready(probe, seconds = 20) {
      const deadline = Date.now() + seconds * 1000;
      for (;;) {
        if (ended) throw new Error(`${name} ended before it was ready (${ended}):\n${log}`);
        const answer = await probe().catch(() => false);
        if (answer) return answer;
        if (Date.now() > deadline) throw new Error(`${name} was not ready after ${seconds} s:\n${log}`);
        await pause(20);
      }
    },

    /** Asks it to end, insists after ten seconds, and returns how it ended ("exit 0"). */
    async stop() {
      signal(child, 'SIGTERM');
      const insist = setTimeout(() => signal(child, 'SIGKILL'), 10_000);
      await end;
      clearTimeout(insist);
      return ended;
    },
  };
}

function signal(child, name) {
  if (!child.pid || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // it was faster
  }
}

/** A port on loopback that nobody listens on now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
