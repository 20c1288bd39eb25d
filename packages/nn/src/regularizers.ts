/** Penalties: what makes large weights (or outputs) cost something. */
import { ArgumentError, FormatError } from '@gradus/tensor';
import { number, read, savedOf, write } from './config.js';
import type { Tensor } from '@gradus/tensor';
import type { Field, Fields, Saved } from './config.js';

/** A scalar for a tensor: what is added to the loss. */
export interface Regularizer {
  penalty(w: Tensor): Tensor;
  /** Its class and factors, for files. */
  toConfig(): Saved;
}

interface Factors {
  /** @defaultValue 0 */
  readonly l1?: number;
  /** @defaultValue 0 */
  readonly l2?: number;
}

const fields: Fields<Factors> = { l1: number, l2: number };

/** l1 sum|w| + l2 sum(w^2), without a half. */
export class L1L2 implements Regularizer {
  readonly l1: number;
  readonly l2: number;

  constructor({ l1 = 0, l2 = 0 }: Factors = {}) {
    for (const [name, factor] of Object.entries({ l1, l2 })) {
      if (!(factor >= 0 && Number.isFinite(factor))) throw new ArgumentError(`${name}: expected a number of at least 0, found ${factor}`);
    }
    this.l1 = l1;
    this.l2 = l2;
  }
  penalty(w: Tensor): Tensor {
    const { l1, l2 } = this;
    if (l1 === 0) return w.square().sum().mul(l2);
    const absolute = w.abs().sum().mul(l1);
    return l2 === 0 ? absolute : absolute.add(w.square().sum().mul(l2));
  }
  toConfig(): Saved {
    return { className: 'L1L2', config: write(fields, { l1: this.l1, l2: this.l2 }) };
  }
}

/** Lasso: l1 sum|w|, which drives weights to zero. @defaultValue l1 = 0.01 */
export function l1(factor: number = 0.01): Regularizer {
  return new L1L2({ l1: factor });
}

/** Ridge, or weight decay: l2 sum(w^2), which keeps weights small. @defaultValue l2 = 0.01 */
export function l2(factor: number = 0.01): Regularizer {
  return new L1L2({ l2: factor });
}

/** Elastic net: both. */
export function l1l2(factors: Factors): Regularizer {
  return new L1L2(factors);
}

const named: { readonly [name: string]: () => Regularizer } = { l1, l2, l1l2: () => new L1L2() };

/** A regularizer, or the name of one with its default factor. */
export type RegularizerLike = Regularizer | 'l1' | 'l2' | 'l1l2';

/** The regularizer that `like` stands for. */
export function regularizer(like: RegularizerLike | undefined): Regularizer | undefined {
  if (typeof like !== 'string') return like;
  const make = Object.hasOwn(named, like) ? named[like] : undefined;
  if (make) return make();
  throw new ArgumentError(`regularizer: expected one of ${Object.keys(named).join(', ')}, found '${String(like)}'`);
}

/** How files keep a regularizer. */
export const regularizerField: Field<RegularizerLike> = {
  write: (like) => {
    if (typeof like === 'string') return like;
    const { className, config } = like.toConfig();
    return { className, config };
  },
  read(json, where, registry) {
    if (json === 'l1' || json === 'l2' || json === 'l1l2') return json;
    const saved = savedOf(json, where);
    if (saved.className !== 'L1L2') throw new FormatError(`${where}: unknown regularizer ${saved.className}`);
    return new L1L2(read(fields, saved.config, registry));
  },
};
