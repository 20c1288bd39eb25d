/** A kernel turned around, with channels and filters exchanged: the gradient of a convolution's input is a convolution with it. */
import { move, times } from '../product/blocks.js';
import type { FunctionBuilder, Local } from '../../wasm/index.js';

export interface Turned {
  readonly taps: number;
  readonly c: number;
  readonly f: number;
  readonly groups: number;
  /** Bytes from row to row of w. */
  readonly wRow: number;
}

/** to[last tap - tap][filter][group, channel] = w[tap][channel][group, filter]. */
export function emitTurn(f: FunctionBuilder, { taps, c, f: filters, groups, wRow }: Turned, w: Local, to: Local): void {
  const [source, target] = [f.local('i32'), f.local('i32')];
  const row = 4 * c * groups;
  f.get(w).set(source);
  f.get(to).i32((taps - 1) * filters * row).op('i32.add').set(target); // prettier-ignore
  times(f, taps, () => {
    times(f, filters, () => {
      times(f, groups, () => {
        times(f, c, () => {
          f.get(target).get(source).memory('f32.load').memory('f32.store');
          move(f, source, wRow);
          move(f, target, 4);
        });
        move(f, source, 4 * filters - c * wRow);
      });
      move(f, source, 4 - 4 * filters * groups);
    });
    move(f, source, c * wRow - 4 * filters);
    move(f, target, -2 * filters * row);
  });
  f.release(source, target);
}
