/** What a metric is: state that batches update, and a number that is read from it at any time. */
import { Variable, zeros } from '@gradus/tensor';
import type { Shape, Tensor } from '@gradus/tensor';

export interface MetricOptions {
  /** The key under which it is logged. @defaultValue the class in snake case */
  readonly name?: string | undefined;
}

export interface MetricCall {
  readonly sampleWeight?: Tensor | undefined;
  readonly mask?: Tensor | undefined;
}

export abstract class Metric {
  readonly name: string;
  /** Whether larger values are better ('up'), smaller ones ('down'), or neither. */
  readonly direction: 'up' | 'down' | undefined;
  readonly variables: Variable[] = [];

  constructor(name: string, direction: 'up' | 'down' | undefined, options: MetricOptions = {}) {
    this.name = options.name ?? name;
    this.direction = direction;
  }

  /** Takes a batch into account. */
  abstract update(yTrue: Tensor, yPred: Tensor, options?: MetricCall): void;

  /** The value over all batches since the last reset: a scalar, unless the metric is asked for several values. */
  abstract result(): Tensor;

  /** Forgets all batches. */
  reset(): void {
    for (const variable of this.variables) variable.assign(zeros(variable.shape, variable.dtype));
  }

  /** A part of the state, zero at first. */
  protected state(name: string, shape: Shape = []): Variable {
    const variable = new Variable({ dtype: 'float32', shape, make: () => zeros(shape) }, { name });
    this.variables.push(variable);
    return variable;
  }
}

/** Adds to a state. */
export function add(variable: Variable, value: Tensor): void {
  variable.assign(variable.value.add(value));
}
