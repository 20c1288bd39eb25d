/** The kinds `regularizer` and `constraint`. */
import * as gradus from '@gradus/train';
import { by, make, Missing } from './classes.js';
import { recordOf, textOf } from './json.js';
import { expectClose, tensorOf } from './values.js';
import type { Regularizer } from '@gradus/train';
import type { Classes } from './classes.js';
import type { Case, JsonRecord } from './json.js';

const regularizers: Classes<Regularizer> = {
  L1: by(({ l1 }: { readonly l1?: number }) => gradus.l1(l1), ['l1']),
  L2: by(({ l2 }: { readonly l2?: number }) => gradus.l2(l2), ['l2']),
  L1L2: by(gradus.l1l2, ['l1', 'l2']),
};

export function regularizerOf(name: string, args: JsonRecord): Regularizer {
  return make('regularizer', regularizers, name, args);
}

export function replayRegularizer({ config, inputs, expected, tol }: Case): void {
  const regularizer = regularizerOf(textOf(config['class']), recordOf(config['args']));
  expectClose(regularizer.penalty(tensorOf(inputs['x'])), expected['value'], tol, 'value');
}

export function replayConstraint({ config }: Case): void {
  throw new Missing(`the constraint ${textOf(config['class'])}`);
}
