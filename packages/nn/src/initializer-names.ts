/** What options and files call an initializer. */
import { ArgumentError, FormatError } from '@gradus/tensor';
import { savedOf } from './config.js';
import {
  Constant,
  glorotUniform,
  Identity,
  ones,
  Orthogonal,
  RandomNormal,
  RandomUniform,
  TruncatedNormal,
  VarianceScaling,
  zeros,
} from './initializers.js';
import type { Field } from './config.js';
import type { Initializer } from './initializers.js';

/** The name of an initializer with its default options. */
export type InitializerName =
  | 'zeros'
  | 'ones'
  | 'glorotUniform'
  | 'glorotNormal'
  | 'heUniform'
  | 'heNormal'
  | 'lecunUniform'
  | 'lecunNormal'
  | 'uniform'
  | 'normal'
  | 'randomUniform'
  | 'randomNormal'
  | 'truncatedNormal'
  | 'identity'
  | 'orthogonal';

const table: { readonly [Name in InitializerName]: () => Initializer } = {
  zeros: () => zeros,
  ones: () => ones,
  glorotUniform: () => glorotUniform,
  glorotNormal: () => new VarianceScaling({ mode: 'fanAverage' }),
  heUniform: () => new VarianceScaling({ scale: 2, distribution: 'uniform' }),
  heNormal: () => new VarianceScaling({ scale: 2 }),
  lecunUniform: () => new VarianceScaling({ distribution: 'uniform' }),
  lecunNormal: () => new VarianceScaling(),
  uniform: () => new RandomUniform(),
  normal: () => new RandomNormal(),
  randomUniform: () => new RandomUniform(),
  randomNormal: () => new RandomNormal(),
  truncatedNormal: () => new TruncatedNormal(),
  identity: () => new Identity(),
  orthogonal: () => new Orthogonal(),
};

/** An initializer, or the name of one. */
export type InitializerLike = Initializer | InitializerName;

function isName(text: string): text is InitializerName {
  return Object.hasOwn(table, text);
}

/** The initializer that `like` stands for. */
export function initializer(like: InitializerLike): Initializer {
  if (typeof like !== 'string') return like;
  if (isName(like)) return table[like]();
  throw new ArgumentError(`initializer: expected one of ${Object.keys(table).join(', ')}, found '${String(like)}'`);
}

/** How files keep an initializer. */
export const initializerField: Field<InitializerLike> = {
  write: (like) => {
    if (typeof like === 'string') return like;
    const { className, config } = like.toConfig();
    return { className, config };
  },
  read(json, where, registry) {
    if (typeof json === 'string' && isName(json)) return json;
    const { className, config } = savedOf(json, where);
    switch (className) {
      case 'Constant':
        return Constant.fromConfig(config, registry);
      case 'VarianceScaling':
        return VarianceScaling.fromConfig(config, registry);
      case 'RandomNormal':
        return RandomNormal.fromConfig(config, registry);
      case 'TruncatedNormal':
        return TruncatedNormal.fromConfig(config, registry);
      case 'RandomUniform':
        return RandomUniform.fromConfig(config, registry);
      case 'Identity':
        return Identity.fromConfig(config, registry);
      case 'Orthogonal':
        return Orthogonal.fromConfig(config, registry);
      default:
        throw new FormatError(`${where}: unknown initializer ${className}`);
    }
  },
};
