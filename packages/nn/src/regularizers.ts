/** Penalties: what makes large weights (or outputs) cost something. */
import { ArgumentError, eye, FormatError, ShapeError, showShape } from '@gradus/tensor';
import { number, oneOf, read, savedOf, write } from './config.js';
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

export interface OrthogonalOptions {
  /** @defaultValue 0.01 */
  readonly factor?: number;
  /** What is to be orthogonal. @defaultValue 'rows' */
  readonly mode?: 'rows' | 'columns';
}

const orthogonalFields: Fields<OrthogonalOptions> = { factor: number, mode: oneOf('rows', 'columns') };

/** factor times the mean |cosine| between two rows (or columns) of a matrix. */
export class OrthogonalRegularizer implements Regularizer {
  private readonly options: OrthogonalOptions;

  constructor(options: OrthogonalOptions = {}) {
    this.options = options;
  }
  penalty(w: Tensor): Tensor {
    const { factor = 0.01, mode = 'rows' } = this.options;
    if (w.rank !== 2) throw new ShapeError(`OrthogonalRegularizer: expected a matrix, found ${showShape(w.shape)}`);
    const rows = mode === 'rows' ? w : w.transpose();
    const [n = 0] = rows.shape;
    const unit = rows.div(rows.square().sum(1, { keepDims: true }).maximum(1e-14).sqrt()); // prettier-ignore
    const cosines = unit.matmul(unit.transpose()).mul(eye(n).neg().add(1));
    return cosines.abs().sum().mul(factor / (n * (n - 1))); // prettier-ignore
  }
  toConfig(): Saved {
    return { className: 'OrthogonalRegularizer', config: write(orthogonalFields, this.options) };
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

const named = {
  l1: (): Regularizer => l1(),
  l2: (): Regularizer => l2(),
  l1l2: (): Regularizer => new L1L2(),
  orthogonalRegularizer: (): Regularizer => new OrthogonalRegularizer(),
};

type RegularizerName = keyof typeof named;

function isName(text: unknown): text is RegularizerName {
  return typeof text === 'string' && Object.hasOwn(named, text);
}

/** A regularizer, or the name of one with its default factor. */
export type RegularizerLike = Regularizer | RegularizerName;

/** The regularizer that `like` stands for. */
export function regularizer(like: RegularizerLike | undefined): Regularizer | undefined {
  if (typeof like !== 'string') return like;
  if (isName(like)) return named[like]();
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
    if (isName(json)) return json;
    const saved = savedOf(json, where);
    if (saved.className === 'OrthogonalRegularizer') return new OrthogonalRegularizer(read(orthogonalFields, saved.config, registry));
    if (saved.className !== 'L1L2') throw new FormatError(`${where}: unknown regularizer ${saved.className}`);
    return new L1L2(read(fields, saved.config, registry));
  },
};
