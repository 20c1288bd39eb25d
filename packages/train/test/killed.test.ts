/** Processes that are killed, at any instant, and started again. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const script = fileURLToPath(new URL('killed/run.ts', import.meta.url));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradus-killed-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the script; kills it so many ms after it began to train. Whether it ended by itself. */
function run(args: readonly string[], killAfter?: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@gradus/source', script, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    child.stdout.once('data', () => {
      if (killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfter);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL' || code === 0) resolve(code === 0);
      else reject(new Error(errors));
    });
  });
}

/** Numbers from 0 to 1 that look random: the fractional parts of multiples of the golden ratio. */
function instant(i: number): number {
  return (i * 0.6180339887) % 1;
}

const kills = Number(process.env['GRADUS_KILLS'] ?? 3);

describe.each(['perceptron', 'lstm'])('%s', (kind) => {
  test('killed at any instant, and in the middle of a write, it ends with the same bytes', { timeout: 120_000 }, async () => {
    const at = (name: string): string => join(folder, `${kind}-${name}`);
    const began = performance.now();
    expect(await run([kind, at('whole-backup'), at('whole')])).toBe(true);
    const length = performance.now() - began;
    expect(await run([kind, at('backup'), at('result'), '7'])).toBe(false);
    expect(await run([kind, at('backup'), at('result'), '2'])).toBe(false);
    for (let i = 1; i <= kills; i++) if (await run([kind, at('backup'), at('result')], (instant(i) * length) / 4)) break;
    while (!(await run([kind, at('backup'), at('result')])));
    expect(readFileSync(at('result')).equals(readFileSync(at('whole')))).toBe(true);
  });
});
