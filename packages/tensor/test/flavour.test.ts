import { expect, test } from 'vitest';
import { flavour } from '../src/flavour.js';
import { theEngine } from '../src/engine/engine.js';

test('the flavour tells kernels with fused multiply-add from those without', () => {
  expect(flavour()).toBe(theEngine()?.target.fma === true ? 'simd-fma' : 'simd');
});
