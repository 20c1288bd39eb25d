import { theEngine } from './engine/engine.js';

/**
 * Which kernels make the numbers: 'reference', 'simd', or 'simd-fma' with fused multiply-add. Results are the same bits
 * wherever the flavour is the same.
 */
export function flavour(): string {
  const engine = theEngine();
  if (!engine) return 'reference';
  return engine.target.fma ? 'simd-fma' : 'simd';
}
