/** Browsers have no environment variables. */
export function environment(_name: string): string | undefined {
  return undefined;
}

/** Browsers have no folders; what they download they cache themselves. */
export function cacheFolder(_name: string): string | undefined {
  return undefined;
}
