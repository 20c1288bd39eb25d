/** A plan in memory, ready to run: arguments are copied in, results out, and variables stay where they are. */
import { leaked } from '../dispatch.js';
import { EagerTensor } from '../interpreter/eager.js';
import { sizeOf } from '../shape.js';
import { emit } from '../compiler/emit.js';
import { execute } from './execute.js';
import { runReference, write } from './host.js';
import type { Plan, Region } from '../compiler/plan/plan.js';
import type { Tensor } from '../tensor.js';
import type { Variable } from '../variable.js';
import type { Engine } from './engine.js';
import type { Memory } from './memory.js';
import type { Machine, Watch } from './execute.js';

export class Loaded implements Machine {
  readonly plan: Plan;
  private readonly engine: Engine;
  readonly variables: readonly Variable[];
  private readonly assigned: readonly Variable[];
  private readonly arena: number;
  private readonly constants: number;
  private readonly homes: readonly number[];
  private readonly main: Compute;
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
    const { main, kernels } = instantiate(engine.memory, plan, (region) => this.baseOf(region));
    this.main = main;
    this.kernels = kernels;
    engine.watch(this, [this.arena, this.constants], variables);
  }

  get memory(): Engine['memory'] {
    return this.engine.memory;
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
      else this.main();
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

type Compute = (...parameters: readonly number[]) => unknown;

/** Compiles a plan. */
function instantiate(
  memory: Memory,
  plan: Plan,
  baseOf: (region: Region) => number,
): { readonly main: Compute; readonly kernels: ReadonlyMap<string, Compute> } {
  const { bytes, kernels, hosts } = emit(plan, baseOf, memory.limits);
  const host = hosts.map(({ node, operands, results }): Compute => (...addresses) => {
    // Addresses beyond 2 GiB arrive as negative numbers.
    const located = [...operands, ...results].map(({ layout }, i) => ({ layout, at: addresses[i] >>> 0 }));
    runReference(memory, node, located.slice(0, operands.length), located.slice(operands.length));
  }); // prettier-ignore
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: { memory: memory.memory },
    host: Object.fromEntries(host.entries()),
  });
  const exported = (name: string): Compute => {
    const found = exports[name];
    if (typeof found !== 'function') throw new Error(`the module has no ${name}`);
    return (...parameters) => found(...parameters);
  };
  return { main: exported('main'), kernels: new Map([...kernels].map(([signature, name]) => [signature, exported(name)])) };
}

function fill({ memory }: Engine, dtype: Parameters<Engine['memory']['array']>[0], at: number, bytes: number, value: number): void {
  const { BYTES_PER_ELEMENT: element } = memory.array(dtype, at, 0);
  memory.array(dtype, at, bytes / element).fill(value);
}

function lost(): never {
  throw new Error('a variable has lost its home while a program uses it');
}
