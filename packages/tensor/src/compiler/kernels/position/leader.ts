/** The largest (or smallest) of what has been seen so far and where it stood, in four lanes. */
import type { DType } from '../../../dtype.js';
import type { Local } from '../../wasm/index.js';
import type { Lanes, Term } from '../lanes/lanes.js';

export class Leader {
  readonly value: Local;
  readonly place: Local;
  private readonly v: Lanes;
  private readonly dtype: DType;
  private readonly direction: 1 | -1;

  constructor(v: Lanes, dtype: DType, direction: 1 | -1) {
    this.v = v;
    this.dtype = dtype;
    this.direction = direction;
    this.value = v.f.local('v128');
    this.place = v.f.local('v128');
  }

  /** Takes over what stands at `place` wherever it beats the leader and counts. */
  challenge(value: Local, place: Term, counts?: Term): void {
    const { v } = this;
    const ahead = this.beats(value, this.value);
    this.replace(value, place, counts === undefined ? ahead : v.op('v128.and', ahead, counts));
  }

  /** The best of all lanes, in each of them: of equals the one that stood first. */
  across(): void {
    const { v } = this;
    for (const words of [[2, 3, 0, 1], [1, 0, 3, 2]] as const) {
      const value = v.let(v.shuffle(this.value, this.value, words));
      const place = v.let(v.shuffle(this.place, this.place, words));
      const equal = v.op('v128.not', v.op('v128.or', this.beats(value, this.value), this.beats(this.value, value)));
      const earlier = v.op('v128.and', equal, v.op('i32x4.lt_s', place, this.place));
      this.replace(value, place, v.op('v128.or', this.beats(value, this.value), earlier));
    } // prettier-ignore
  }

  /** A NaN beats all numbers, and no other NaN. */
  private beats(a: Local, b: Local): Term {
    const { v } = this;
    const [above, below] = this.direction === 1 ? [a, b] : [b, a];
    if (this.dtype !== 'float32') return v.op('i32x4.gt_s', above, below);
    const first = v.op('v128.and', v.op('f32x4.ne', a, a), v.op('f32x4.eq', b, b));
    return v.op('v128.or', v.op('f32x4.gt', above, below), first);
  }

  private replace(value: Local, place: Term, mask: Term): void {
    const { v } = this;
    const chosen = v.let(mask);
    const at = v.let(v.select(chosen, place, this.place));
    v.put(v.select(chosen, value, this.value));
    v.f.set(this.value).get(at).set(this.place);
  }
}
