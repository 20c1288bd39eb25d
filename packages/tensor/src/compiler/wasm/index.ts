/** The assembler: WebAssembly modules, written byte by byte. */
export { FunctionBuilder } from './function.js';
export { ModuleBuilder } from './module.js';
export { textOf } from './text.js';
export type { Label, Local } from './function.js';
export type { Lane, LaneMemory, Memory, Plain, ValueType } from './instructions.js';
export type { FunctionIndex, MemoryLimits } from './module.js';
