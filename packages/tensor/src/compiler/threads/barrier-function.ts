/**
 * How threads meet inside a program: the last one to arrive raises a number, for which all others wait awake, since a
 * barrier takes less than a microsecond and falling asleep takes fifty.
 */
import type { FunctionIndex, ModuleBuilder } from '../wasm/index.js';

/** Addresses of words in shared memory. */
export interface Meeting {
  readonly threads: number;
  /** How many have arrived. */
  readonly arrived: number;
  /** How many times all have met. */
  readonly met: number;
  /** Not 0: one of them has failed, and the others stop with a trap. */
  readonly failed: number;
}

export function barrierFunction(module: ModuleBuilder, { threads, arrived, met, failed }: Meeting): FunctionIndex {
  return module.function([], [], (f) => {
    const before = f.local('i32');
    f.i32(met).memory('i32.atomic.load').set(before);
    f.i32(arrived)
      .i32(1)
      .memory('i32.atomic.rmw.add')
      .i32(threads - 1)
      .op('i32.eq');
    f.if(
      () => {
        f.i32(arrived).i32(0).memory('i32.atomic.store');
        f.i32(met).get(before).i32(1).op('i32.add').memory('i32.atomic.store');
      },
      () => {
        f.loop((again) => {
          f.i32(failed).memory('i32.atomic.load');
          f.if(() => f.op('unreachable'));
          f.i32(met).memory('i32.atomic.load').get(before).op('i32.eq').branchIf(again);
        });
      },
    );
  });
}
