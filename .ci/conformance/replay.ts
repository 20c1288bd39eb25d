/** One case after the other: which runner a kind has, and how it went. */
import { replayActivation } from './activations.js';
import { Missing } from './classes.js';
import { replayInitializer, replayInitializerDefaults, replayInitializerParams } from './initializers.js';
import { textOf } from './json.js';
import { replayLoss, replayLossGradient } from './losses.js';
import { replayFunction, replayMetric } from './metrics.js';
import { replayClipping, replayOptimizer } from './optimizers.js';
import { replayConstraint, replayRegularizer } from './regularizers.js';
import { replaySchedule } from './schedules.js';
import { Mismatch } from './values.js';
import type { Case } from './json.js';

/** How a case of a kind is replayed: it throws where something is not as expected. */
type Replay = (c: Case) => void | Promise<void>;

const kinds: Readonly<Record<string, Replay>> = {
  activation: replayActivation,
  clip_gradients: replayClipping,
  constraint: replayConstraint,
  function: replayFunction,
  initializer: replayInitializer,
  initializer_defaults: replayInitializerDefaults,
  initializer_params: replayInitializerParams,
  loss: replayLoss,
  loss_grad: replayLossGradient,
  metric: replayMetric,
  optimizer: replayOptimizer,
  regularizer: replayRegularizer,
  schedule: replaySchedule,
};

/** Kinds that compare what led to an expected error too, and so look at it themselves. */
const ownErrors: ReadonlySet<string> = new Set();

export interface Result {
  readonly id: string;
  readonly area: string;
  readonly passed: boolean;
  /** Why it failed. */
  readonly reason?: string;
  /** Whether it failed since Gradus does not have a kind, a class or an option. */
  readonly missing?: boolean;
}

/** An error that Gradus throws by intention. */
export function isTyped(error: unknown): boolean {
  const names = ['ArgumentError', 'ShapeError', 'DTypeError', 'FormatError', 'TraceError', 'TypeError'];
  return error instanceof Error && names.includes(error.name) && !(error instanceof Mismatch) && !(error instanceof Missing);
}

async function run(c: Case): Promise<void> {
  const kind = textOf(c.config['kind']);
  const replay = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (!replay) throw new Missing(`the kind ${kind}`);
  const { error: expected = null } = c.expected;
  if (expected === null || ownErrors.has(kind)) return replay(c);
  try {
    await replay(c);
  } catch (error) {
    if (isTyped(error)) return;
    throw error;
  }
  throw new Mismatch(`no error, expected ${JSON.stringify(expected)}`);
}

export async function replay(c: Case): Promise<Result> {
  try {
    await run(c);
    return { id: c.id, area: c.area, passed: true };
  } catch (error) {
    const missing = error instanceof Missing;
    const text = error instanceof Error ? error.message : String(error);
    const reason = missing ? `does not exist: ${text}` : error instanceof Mismatch ? text : `${nameOf(error)}: ${text}`;
    return { id: c.id, area: c.area, passed: false, reason, ...(missing ? { missing } : {}) };
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'error');
