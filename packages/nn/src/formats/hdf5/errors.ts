/** An optional peer dependency is not installed, or could not be loaded; the message says what to do. */
export class MissingPeerError extends Error {
  override readonly name: string = 'MissingPeerError';
}
