/** The kinds `initializer`, `initializer_params` and `initializer_defaults`. */
import * as gradus from '@gradus/train';
import { by, make, of } from './classes.js';
import { isRecord, listOf, numberOf, numbersOf, recordOf, textOf } from './json.js';
import { expectClose, Mismatch } from './values.js';
import type { Initializer } from '@gradus/train';
import type { Classes, Dialect } from './classes.js';
import type { Case, JsonRecord } from './json.js';

type Scaling = ConstructorParameters<typeof gradus.VarianceScaling>[0];

function scaled(options: Scaling): Classes<Initializer>[string] {
  return by(() => new gradus.VarianceScaling(options), []);
}

export const initializers: Classes<Initializer> = {
  Constant: by(({ value }: { readonly value?: number }) => new gradus.Constant(value), ['value']),
  GlorotNormal: scaled({ mode: 'fanAverage' }),
  GlorotUniform: scaled({ mode: 'fanAverage', distribution: 'uniform' }),
  HeNormal: scaled({ scale: 2 }),
  HeUniform: scaled({ scale: 2, distribution: 'uniform' }),
  Identity: of(gradus.Identity, ['gain']),
  IdentityInitializer: of(gradus.Identity, ['gain']),
  LecunNormal: scaled({}),
  LecunUniform: scaled({ distribution: 'uniform' }),
  Ones: by(() => new gradus.Constant(1), []),
  Orthogonal: of(gradus.Orthogonal, ['gain']),
  OrthogonalInitializer: of(gradus.Orthogonal, ['gain']),
  RandomNormal: of(gradus.RandomNormal, ['mean', 'std']),
  RandomUniform: of(gradus.RandomUniform, ['min', 'max']),
  TruncatedNormal: of(gradus.TruncatedNormal, ['mean', 'std']),
  VarianceScaling: of(gradus.VarianceScaling, ['scale', 'mode', 'distribution']),
  Zeros: by(() => new gradus.Constant(0), []),
};

export const initializerDialect: Dialect = {
  names: { stddev: 'std', minval: 'min', maxval: 'max' },
  words: { mode: { fan_avg: 'fanAverage' }, distribution: { normal: 'truncatedNormal' } },
  neutral: { seed: Array.from({ length: 10_000 }, (_, seed) => seed) },
};

export function initializerOf(name: string, args: JsonRecord): Initializer {
  return make('initializer', initializers, name, args, initializerDialect);
}

const key = gradus.key(0, 'conformance');

export function replayInitializer({ config, inputs, expected, tol }: Case): void {
  const initializer = initializerOf(textOf(config['class']), recordOf(config['args']));
  expectClose(initializer.draw(key, numbersOf(inputs['shape']), 'float32'), expected['value'], tol, 'value');
}

/** So many draws that the extremes and the deviation show the law: the largest of n uniform numbers is off by 1 / n. */
const draws = 40_000;

/**
 * An initializer keeps its law to itself, so the numbers that it draws are measured: many tensors of one shape, each under a
 * key of its own. The limits of a uniform and of a cut normal law are those of the largest draw.
 */
export function replayInitializerParams({ config, inputs, expected }: Case): void {
  const initializer = initializerOf(textOf(config['class']), recordOf(config['args'] ?? {}));
  const params = listOf(expected['params']);
  for (const [i, shape] of listOf(inputs['shapes']).entries()) {
    const wanted = recordOf(params[i]);
    const { largest, deviation } = measured(initializer, numbersOf(shape));
    const check = (name: string, found: number, tolerance: number): void => {
      if (!(name in wanted)) return;
      const want = numberOf(wanted[name]);
      if (!(Math.abs(found - want) <= tolerance * want))
        throw new Mismatch(`${name} for ${JSON.stringify(shape)}: measured ${found}, expected ${want}`);
    };
    check('uniform_limit', largest, 1e-3);
    check('stddev_before_truncation', largest / numberOf(wanted['truncate_at_sigmas'] ?? 2), 2e-3);
    check('resulting_stddev', deviation, 2e-2);
  }
}

function measured(initializer: Initializer, shape: readonly number[]): { readonly largest: number; readonly deviation: number } {
  const [totals, size] = [{ largest: 0, squares: 0 }, shape.reduce((a, b) => a * b, 1)];
  const rounds = Math.ceil(draws / size);
  for (let round = 0; round < rounds; round++) {
    for (const number of initializer.draw(gradus.foldIn(key, round), shape, 'float32').data()) {
      totals.largest = Math.max(totals.largest, Math.abs(number));
      totals.squares += number * number;
    }
  }
  return { largest: totals.largest, deviation: Math.sqrt(totals.squares / (rounds * size)) };
}

/** With the expected defaults spelled out, every class draws what it draws without. */
export function replayInitializerDefaults({ expected }: Case): void {
  for (const [name, defaults] of Object.entries(expected)) {
    if (!isRecord(defaults)) throw new Error(`the case: no defaults for ${name}`);
    const [plain, spelled] = [initializerOf(name, {}), initializerOf(name, defaults)].map((one) => one.draw(key, [6, 6], 'float32').data());
    if (String(plain) !== String(spelled)) throw new Mismatch(`${name}: its defaults are not ${JSON.stringify(defaults)}`);
  }
}
