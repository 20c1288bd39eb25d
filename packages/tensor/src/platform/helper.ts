/** A thread beside this one. */
export interface Helper {
  post(message: unknown): void;
  end(): void;
}
