/**
 * What a kernel does with an operand that it must refuse: an index that is out of range.
 *
 * It notes the operation, the index and the size in the first words of memory, which no tensor ever lies in, and traps.
 * Whoever called the program asks `faultIn` what the trap meant, and gets the reference's error.
 */
import { ArgumentError } from '../../errors.js';
import type { FunctionIndex, ModuleBuilder } from '../wasm/index.js';

const operations = ['take', 'takeAdd', 'takeAlong', 'takeAlongAdd'] as const;

export type Faulty = (typeof operations)[number];

/** The number by which a kernel names its operation. */
export function faultCode(operation: Faulty): number {
  return operations.indexOf(operation) + 1;
}

/** (code, index, size): never returns. */
export function faultOf(module: ModuleBuilder): FunctionIndex {
  return module.shared('fault', () =>
    module.function(['i32', 'i32', 'i32'], [], (f) => {
      for (const word of [0, 1, 2])
        f.i32(0)
          .get(word)
          .memory('i32.store', 4 * word);
      f.op('unreachable');
    }),
  );
}

/** The error behind a trap, if a kernel left one; it is forgotten then. */
export function faultIn(memory: ArrayBufferLike): ArgumentError | undefined {
  const words = new Int32Array(memory, 0, 3);
  const operation = operations[words[0] - 1];
  if (operation === undefined) return undefined;
  const [, index, size] = words;
  words.fill(0);
  return new ArgumentError(`${operation}: index ${index} is out of range: the axis has ${size} element${size === 1 ? '' : 's'}`);
}
