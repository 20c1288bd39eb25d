/** @gradus/tensor/testing: arbitrary tensors and programs for property-based tests (needs the optional peer `fast-check`). */
export { awayFrom, matmulPairs, shapes, tensorPairs, tensors } from './testing/tensors.js';
export { expectSameBits, programs, traced } from './testing/programs.js';
export type { ShapesOptions, TensorsOptions, ValuesOptions } from './testing/tensors.js';
export type { ArbitraryProgram, ProgramsOptions } from './testing/programs.js';
