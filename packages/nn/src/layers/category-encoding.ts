import { ArgumentError, oneHot, ShapeError, showShape } from '@gradus/tensor';
import { number, oneOf, read, required, write } from '../config.js';
import { Layer } from '../layer.js';
import { isTensor } from '../masks.js';
import { layerFields } from './fields.js';
import type { Tensor } from '@gradus/tensor';
import type { Config, Fields } from '../config.js';
import type { LayerOptions } from '../layer.js';
import type { Registry } from '../registry.js';

/** 'oneHot': a vector for each number; 'multiHot': one vector for all of a row's numbers; 'count': how often each occurs in a row. */
export type EncodingMode = 'oneHot' | 'multiHot' | 'count';

export interface CategoryEncodingOptions extends LayerOptions {
  /** @defaultValue 'multiHot' */
  readonly outputMode?: EncodingMode;
}

interface EncodingConfig extends CategoryEncodingOptions {
  readonly numTokens: number;
}

const fields: Fields<EncodingConfig> = { ...layerFields, numTokens: required(number), outputMode: oneOf('oneHot', 'multiHot', 'count') };

/** Numbers, and how much each counts. */
export type Tokens = Tensor | { readonly x: Tensor; readonly countWeights: Tensor };

/**
 * Whole numbers from 0 to before `numTokens` as vectors of that length: [n, k] -> [n, numTokens], or with 'oneHot' [n, ...] -> [n, ..., numTokens]
 * ([n, 1] -> [n, numTokens]).
 */
export class CategoryEncoding extends Layer<Tokens, Tensor> {
  static override readonly className: string = 'CategoryEncoding';
  private readonly config: EncodingConfig;

  constructor(numTokens: number, options: CategoryEncodingOptions = {}) {
    super(options);
    if (!Number.isInteger(numTokens) || numTokens < 1) {
      throw new ArgumentError(`numTokens: expected a whole number of at least 1, found ${numTokens}`);
    }
    this.config = { numTokens, ...options };
  }

  override call(input: Tokens): Tensor {
    const { numTokens, outputMode = 'multiHot' } = this.config;
    const [x, weights] = isTensor(input) ? [input, undefined] : [input.x, input.countWeights];
    if (weights && outputMode !== 'count') throw new ArgumentError(`countWeights: only 'count' has weights, found '${outputMode}'`);
    return encoded(x, numTokens, outputMode, weights);
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): CategoryEncoding {
    const { numTokens, ...options } = read(fields, config, registry);
    return new CategoryEncoding(numTokens, options);
  }
}

/** Numbers of categories as vectors of length `size`. */
export function encoded(x: Tensor, size: number, mode: EncodingMode, weights?: Tensor): Tensor {
  const hot = oneHot(x.cast('int32'), size); // [..., size]
  if (mode === 'oneHot') return x.rank > 1 && x.shape[x.rank - 1] === 1 ? hot.squeeze(-2) : hot;
  if (weights && String(weights.shape) !== String(x.shape)) {
    throw new ShapeError(`countWeights: expected the shape of x ${showShape(x.shape)}, found ${showShape(weights.shape)}`);
  }
  const counted = weights ? hot.mul(weights.expandDims(-1)) : hot;
  const rows = x.rank === 0 ? counted : mode === 'multiHot' ? counted.max(-2) : counted.sum(-2);
  return rows;
}
