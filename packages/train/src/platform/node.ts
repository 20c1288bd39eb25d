import { homedir } from 'node:os';
import { join } from 'node:path';

/** An environment variable, where it is set and not empty. */
export function environment(name: string): string | undefined {
  return process.env[name] || undefined;
}

/** The folder that keeps what was downloaded: GRADUS_CACHE, or a folder of the user's cache. */
export function cacheFolder(name: string): string | undefined {
  const windows = process.platform === 'win32' ? environment('LOCALAPPDATA') : undefined;
  const home = environment('XDG_CACHE_HOME') ?? windows ?? join(homedir(), '.cache');
  return join(environment('GRADUS_CACHE') ?? join(home, 'gradus'), name);
}

/** Whether what is printed goes to a terminal, where a line can be drawn again. */
export function terminal(): boolean {
  return process.stdout.isTTY;
}

/** Prints without ending the line. */
export function write(text: string): void {
  process.stdout.write(text);
}
