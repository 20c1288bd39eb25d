/** The kinds `regularizer` and `constraint`. */
import * as gradus from '@gradus/train';
import { by, make, of } from './classes.js';
import { recordOf, textOf } from './json.js';
import { expectClose, tensorOf } from './values.js';
import type { Constraint, Regularizer } from '@gradus/train';
import type { Classes } from './classes.js';
import type { Case, JsonRecord } from './json.js';

const regularizers: Classes<Regularizer> = {
  L1: by(({ l1 }: { readonly l1?: number }) => gradus.l1(l1), ['l1']),
  L2: by(({ l2 }: { readonly l2?: number }) => gradus.l2(l2), ['l2']),
  L1L2: by(gradus.l1l2, ['l1', 'l2']),
  OrthogonalRegularizer: of(gradus.OrthogonalRegularizer, ['factor', 'mode']),
};

export function regularizerOf(name: string, args: JsonRecord): Regularizer {
  return make('regularizer', regularizers, name, args);
}

export function replayRegularizer({ config, inputs, expected, tol }: Case): void {
  const regularizer = regularizerOf(textOf(config['class']), recordOf(config['args']));
  expectClose(regularizer.penalty(tensorOf(inputs['x'])), expected['value'], tol, 'value');
}

const constraints: Classes<Constraint> = {
  MaxNorm: of(gradus.MaxNorm, ['maxValue', 'axis']),
  MinMaxNorm: of(gradus.MinMaxNorm, ['minValue', 'maxValue', 'rate', 'axis']),
  NonNeg: by(() => new gradus.NonNeg(), []),
  UnitNorm: of(gradus.UnitNorm, ['axis']),
};

export function replayConstraint({ config, inputs, expected, tol }: Case): void {
  const constraint = make('constraint', constraints, textOf(config['class']), recordOf(config['args']));
  expectClose(constraint.project(tensorOf(inputs['x'])), expected['value'], tol, 'value');
}
