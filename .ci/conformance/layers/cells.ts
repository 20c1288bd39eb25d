/** The cases' own cells. */
import { Cell, unbuilt } from '@gradus/train';
import type { CellInput, Config, Step, Tensor, Variable } from '@gradus/train';

interface Shapes {
  readonly x: readonly (number | null)[];
}

abstract class OwnCell extends Cell {
  protected readonly units: number;
  kernel: Variable = unbuilt;

  constructor(units: number) {
    super();
    this.units = units;
  }

  /** A weight for the inputs, and square ones for the states. */
  protected kernels(x: Shapes['x'], names: readonly string[]): readonly Variable[] {
    this.kernel = this.weight('kernel', [x.at(-1) ?? 1, this.units]);
    return names.map((name) => this.weight(name, [this.units, this.units]));
  }

  override toConfig(): Config {
    return { units: this.units };
  }
}

const unitsOf = ({ units }: Config): number => Number(units);

/** y = x k + h r, which is also the new state. */
export class OneStateRNNCell extends OwnCell {
  static override readonly className: string = 'OneStateRNNCell';
  recurrent: Variable = unbuilt;

  get stateShapes(): readonly (readonly number[])[] {
    return [[this.units]];
  }
  override build({ x }: Shapes): void {
    const [recurrent = unbuilt] = this.kernels(x, ['recurrent_kernel']);
    this.recurrent = recurrent;
  }
  override call({ x, states: [h = x] }: CellInput): Step {
    const output = x.matmul(this.kernel.value).add(h.matmul(this.recurrent.value));
    return { output, states: [output] };
  }
  static fromConfig(config: Config): OneStateRNNCell {
    return new OneStateRNNCell(unitsOf(config));
  }
}

/** y = o1 + o2, o1 = x k + h r1, o2 = x k + h r2, h the first state; the new states are o1 and o2. */
export class TwoStatesRNNCell extends OwnCell {
  static override readonly className: string = 'TwoStatesRNNCell';
  recurrents: readonly Variable[] = [];

  get stateShapes(): readonly (readonly number[])[] {
    return [[this.units], [this.units]];
  }
  override build({ x }: Shapes): void {
    this.recurrents = this.kernels(x, ['recurrent_kernel_1', 'recurrent_kernel_2']);
  }
  override call({ x, states: [h = x] }: CellInput): Step {
    const inputs = x.matmul(this.kernel.value);
    const states = this.recurrents.map((recurrent): Tensor => inputs.add(h.matmul(recurrent.value)));
    const [first = inputs, second = inputs] = states;
    return { output: first.add(second), states };
  }
  static fromConfig(config: Config): TwoStatesRNNCell {
    return new TwoStatesRNNCell(unitsOf(config));
  }
}
