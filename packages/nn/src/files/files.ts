/**
 * Whole files, read and written: for models, checkpoints and logs.
 *
 * `writeFileAtomically(path, bytes)` leaves the old file or the new one, never a half, whatever happens in between; it makes the folders that
 * lead to the path. `readFile(path)` reads all bytes, `removeFile(path)` removes a file that may be there. In a browser all throw a NoFilesError.
 */
export { readFile, removeFile, writeFileAtomically } from '#platform';
export { NoFilesError } from './errors.js';
