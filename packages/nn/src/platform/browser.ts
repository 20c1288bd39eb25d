import { NoFilesError } from '../files/errors.js';

/** Browsers have no file system: throws, and says what to do instead. */
export function readFile(path: string): Promise<Uint8Array> {
  return Promise.reject(
    new NoFilesError(`readFile: a browser cannot open ${path}; get its bytes with fetch(url) or from a file input, and pass the bytes on`),
  );
}

/** Browsers have no file system: throws, and says what to do instead. */
export function writeFileAtomically(path: string, bytes: Uint8Array): Promise<void> {
  return Promise.reject(
    new NoFilesError(
      `writeFileAtomically: a browser cannot write ${path}; offer the ${bytes.length} bytes as a download (new Blob([bytes])) or keep them in IndexedDB`,
    ),
  );
}

/** Browsers have no file system: throws, and says what to do instead. */
export function removeFile(path: string): Promise<void> {
  return Promise.reject(new NoFilesError(`removeFile: a browser has no ${path}`));
}
