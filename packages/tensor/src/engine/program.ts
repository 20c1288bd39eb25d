/** A plan in memory, ready to run: arguments are copied in, results out, and variables stay where they are. */
import { leaked } from '../dispatch.js';
import { EagerTensor } from '../interpreter/eager.js';
import { sizeOf } from '../shape.js';
import { execute } from './execute.js';
import { instantiate } from './instantiate.js';
import { Runner, untie } from './threads/runner.js';
import { write } from './host.js';
import type { Plan, Region } from '../compiler/plan/plan.js';
import type { Tensor } from '../tensor.js';
import type { Variable } from '../variable.js';
import type { Compute } from './instantiate.js';
import type { Engine } from './engine.js';
import type { Machine, Watch } from './execute.js';
import type { Ties } from './threads/runner.js';

export class Loaded implements Machine {
  readonly plan: Plan;
  private readonly engine: Engine;
  readonly variables: readonly Variable[];
  private readonly assigned: readonly Variable[];
  private readonly arena: number;
  private readonly constants: number;
  private readonly homes: readonly number[];
  private readonly runner: Runner;
  private readonly ties: Ties = {};
  private readonly kernels: ReadonlyMap<string, Compute>;
  private open: boolean = true;

  /** @param variables - by the number that the plan calls their homes */
  constructor(engine: Engine, plan: Plan, variables: readonly Variable[], assigned: readonly Variable[]) {
    this.engine = engine;
    this.plan = plan;
    this.variables = variables;
    this.assigned = assigned;
    this.arena = engine.memory.allocate(plan.arena);
    this.constants = engine.memory.allocate(plan.constantBytes);
    this.homes = variables.map((variable) => engine.retain(variable));
    for (const { region, value } of plan.constants) {
      const at = this.baseOf(region);
      if ('data' in value) this.memory.write(value.dtype, at, value.data);
      else fill(engine, value.dtype, at, region.bytes, value.fill);
    }
    const baseOf = (region: Region): number => this.baseOf(region);
    const { mains, kernels } = instantiate(engine.memory, [plan.instructions], { baseOf, limits: engine.memory.limits });
    this.runner = new Runner(engine, plan, mains[0], { baseOf, ties: this.ties });
    this.kernels = kernels;
    engine.watch(this, { regions: [this.arena, this.constants], ties: this.ties }, variables);
  }

  get memory(): Engine['memory'] {
    return this.engine.memory;
  }

  /** How often it has run, and on how many threads. */
  get history(): string {
    const { all, together } = this.runner.counts;
    const threads = this.ties.joint?.team.threads ?? 1;
    return threads === 1
      ? `has run ${all} times on one thread`
      : `has run ${together} times on ${threads} threads, ${all - together} times on one`;
  }

  /** One run. */
  run(inputs: readonly Tensor[], watch?: Watch): readonly Tensor[] {
    if (!this.open) throw new Error('the program is closed');
    // A variable may have been given another value from outside since the last run.
    for (const variable of this.variables) variable.settle(lost);
    for (let i = 0; i < inputs.length; i++) this.writeInput(this.plan.inputs[i], inputs[i]);
    this.engine.running = true;
    try {
      if (watch) execute(this, this.plan.instructions, watch);
      else this.runner.run();
    } finally {
      this.engine.running = false;
    }
    for (const variable of this.assigned) variable.renewed();
    return this.plan.outputs.map(({ region, offset, layout: { type } }) => {
      const data = this.memory.copy(type.dtype, this.baseOf(region) + offset, sizeOf(type.shape));
      return new EagerTensor({ dtype: type.dtype, shape: type.shape, data });
    });
  }

  /** Gives the memory back; the program cannot run any more. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    this.engine.unwatch(this);
    untie(this.engine, this.ties);
    this.memory.release(this.arena);
    this.memory.release(this.constants);
    for (const variable of this.variables) this.engine.release(variable);
  }

  baseOf(region: Region): number {
    const base = region.kind === 'home' ? this.homes[region.index] : region.kind === 'arena' ? this.arena : this.constants;
    return base + region.offset;
  }

  call(signature: string, parameters: readonly number[]): void {
    const kernel = this.kernels.get(signature);
    if (!kernel) throw new Error(`the program has no kernel ${signature}`);
    kernel(...parameters);
  }

  private writeInput(place: Plan['inputs'][number], value: Tensor): void {
    if (!place) return;
    if (!(value instanceof EagerTensor)) throw leaked('an argument', value);
    write(this.memory, { layout: place.layout, at: this.baseOf(place.region) + place.offset }, value.dense());
  }
}

function fill({ memory }: Engine, dtype: Parameters<Engine['memory']['array']>[0], at: number, bytes: number, value: number): void {
  const { BYTES_PER_ELEMENT: element } = memory.array(dtype, at, 0);
  memory.array(dtype, at, bytes / element).fill(value);
}

function lost(): never {
  throw new Error('a variable has lost its home while a program uses it');
}
