/** Which kernels make the numbers. Results are the same bits wherever the flavour is the same. */
export function flavour(): string {
  return 'reference';
}
