import { NoFilesError } from '@gradus/nn';

/** Browsers have no environment variables. */
export function environment(_name: string): string | undefined {
  return undefined;
}

/** Browsers have no folders; what they download they cache themselves. */
export function cacheFolder(_name: string): string | undefined {
  return undefined;
}

/** A console cannot draw a line again. */
export function terminal(): boolean {
  return false;
}

/** Consoles print whole lines only. */
export function write(text: string): void {
  const line = text.replace(/\n$/, '');
  if (line !== '') console.log(line);
}

/** A page has no name of its own. */
export function processName(): string {
  return 'browser.0';
}

/** Browsers have no file system: throws. */
export function writeAt(path: string, _position: number, _bytes: Uint8Array): Promise<boolean> {
  return Promise.reject(new NoFilesError(`writeAt: a browser cannot write ${path}`));
}
