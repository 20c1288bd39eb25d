/** A list of layers as a model. */
import * as gradus from '@gradus/train';
import { nestedOf } from '../classes.js';
import { registry, savedOf } from './classes.js';
import type { Variable } from '@gradus/train';
import type { Json } from '../json.js';

/** Sequential(Input(shape), *layers). */
export function modelOf(layers: readonly Json[], shape: readonly number[]): gradus.Sequential {
  const saved = layers.map((json) => {
    const nested = nestedOf(json);
    if (nested) return savedOf(nested.name, nested.args);
    throw new Error('the case: a model is a list of layers');
  });
  return gradus.Sequential.fromConfig({ layers: saved, inputShape: shape }, registry);
}

/** The weights that cases list: all but the counters of random streams, how much was adapted to, and states between batches. */
export function listed(layer: { readonly weights: readonly Variable[] }): readonly Variable[] {
  return layer.weights.filter(({ name }) => name !== 'random' && name !== 'count' && !name.startsWith('state_'));
}
