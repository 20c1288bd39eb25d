/** There is no file system here: browsers have none. The message says what to do instead. */
export class NoFilesError extends Error {
  override readonly name: string = 'NoFilesError';
}
