/** For scripts that look at what is published: sees to it that the packages are built. */
import { spawnSync } from 'node:child_process';

/** Builds what is not up to date. @throws Error where it does not build */
export function built(): void {
  const { status } = spawnSync(process.execPath, ['.ci/do.mjs', 'build'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the packages do not build');
}
