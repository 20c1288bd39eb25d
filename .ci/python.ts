/**
 * Python programs that read what Gradus writes, for checks that want them: installed by pip, into an environment of their own.
 *
 * Where there is no Python, or pip does not reach an index, a check says so and counts as passed; where pip answers, packages that cannot be
 * installed are a fault.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const minute = 60_000;

/** The Python that has these packages; undefined, after a notice, where it cannot be had. @throws Error where pip answers and still fails */
export function pythonWith(...packages: readonly string[]): string | undefined {
  const base = process.env['PYTHON'] ?? 'python3';
  const name = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 12);
  const folder = join('node_modules/.cache', `python-${name}`);
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const stamp = join(folder, 'complete');
  if (existsSync(stamp)) return python;
  rmSync(folder, { recursive: true, force: true });
  if (!run(base, ['-m', 'venv', folder])) return notice(`there is no ${base} that makes environments`);
  const pip = ['-m', 'pip', '--retries', '0', '--disable-pip-version-check', '--quiet'];
  if (run(python, [...pip, 'install', ...packages])) {
    writeFileSync(stamp, '');
    return python;
  }
  if (!run(python, [...pip, 'download', '--no-deps', '--dest', folder, 'packaging'])) return notice('pip does not answer');
  throw new Error(`pip answers, but does not install ${packages.join(' ')}`);
}

function run(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: ['ignore', 'ignore', 'ignore'], timeout: 10 * minute }).status === 0;
}

function notice(why: string): undefined {
  console.log(`nothing is checked: ${why}`);
  return undefined;
}
