/** The engine that compiled programs run on: one memory, and what the machine can do. Made when it is first needed. */
import { EagerTensor } from '../interpreter/eager.js';
import { spanOf } from '../compiler/plan/buffer.js';
import { homeLayout } from '../compiler/plan/pitch.js';
import { read, write } from './host.js';
import { Team } from './threads/team.js';
import { Memory } from './memory.js';
import { probe } from './probe.js';
import { roomOf } from '../compiler/plan/arena.js';
import { threads } from './threads/threads.js';
import { untie } from './threads/runner.js';
import type { Layout, Target } from '../compiler/kernels/kernel.js';
import type { Tensor } from '../tensor.js';
import type { Ties } from './threads/runner.js';
import type { Threads } from './threads/threads.js';
import type { Home, Variable } from '../variable.js';

/** A variable's value in memory. */
class Residence implements Home {
  readonly at: number;
  users: number = 0;
  private readonly memory: Memory;
  readonly layout: Layout;

  constructor(memory: Memory, layout: Layout, at: number) {
    this.memory = memory;
    this.layout = layout;
    this.at = at;
  }

  read(): Tensor {
    const { dtype, shape, data } = read(this.memory, this);
    return new EagerTensor({ dtype, shape, data: data.slice() });
  }

  write(value: Tensor): void {
    write(this.memory, this, value.dense());
  }
}

export class Engine {
  readonly memory: Memory = new Memory();
  readonly target: Target;
  /** Whether a program runs right now. */
  running: boolean = false;
  /** How many threads programs may run on. */
  readonly threads: Threads;
  private helpers: Team | undefined;
  private asked: number = -1;
  private readonly residences: WeakMap<Variable, Residence> = new WeakMap();
  private readonly collected: FinalizationRegistry<Residence> = new FinalizationRegistry(({ at }) => this.memory.release(at));
  private readonly dropped: FinalizationRegistry<Belongings> = new FinalizationRegistry((belongings) => this.giveBack(belongings));

  constructor(target: Target, threads: Threads) {
    this.target = target;
    this.threads = threads;
  }

  /** Whoever runs programs together with this thread; made when it is first needed. */
  get team(): Team | undefined {
    const { count, changed } = this.threads;
    if (this.asked === changed) return this.helpers;
    this.asked = changed;
    this.helpers?.end();
    this.helpers = Team.of(this.memory, count);
    return this.helpers;
  }

  /** Gives a variable a home, as long as programs use it; its address. */
  retain(variable: Variable): number {
    const residence = this.residences.get(variable) ?? this.settle(variable);
    residence.users++;
    return residence.at;
  }

  /** Takes the home away where this was its last user. */
  release(variable: Variable): void {
    const residence = this.residences.get(variable);
    if (!residence || --residence.users > 0) return;
    variable.leave();
    this.residences.delete(variable);
    this.collected.unregister(residence);
    this.memory.release(residence.at);
  }

  /** Gives back what a program has that is collected without having been closed. */
  watch(program: object, belongings: Pick<Belongings, 'regions' | 'ties'>, variables: readonly Variable[]): void {
    const residences = variables.flatMap((variable) => this.residences.get(variable) ?? []);
    this.dropped.register(program, { ...belongings, residences }, program);
  }

  /** The program gives its regions back itself. */
  unwatch(program: object): void {
    this.dropped.unregister(program);
  }

  private settle(variable: Variable): Residence {
    const layout = homeLayout({ dtype: variable.dtype, shape: variable.shape });
    const residence = new Residence(this.memory, layout, this.memory.allocate(roomOf(spanOf(layout))));
    this.residences.set(variable, residence);
    this.collected.register(variable, residence, residence);
    variable.settle(() => residence);
    return residence;
  }

  private giveBack({ regions, residences, ties }: Belongings): void {
    untie(this, ties);
    for (const at of regions) this.memory.release(at);
    for (const residence of residences) residence.users--;
  }
}

/** What a program has of the memory, and of other threads. */
interface Belongings {
  readonly regions: readonly number[];
  readonly ties: Ties;
  readonly residences: readonly Residence[];
}

let engine: Engine | undefined;
let asked = false;

/** The engine of this thread; undefined where no WebAssembly may be compiled: the reference runs then. */
export function theEngine(): Engine | undefined {
  if (asked) return engine;
  asked = true;
  const target = typeof WebAssembly === 'object' ? probe() : undefined;
  if (target) engine = new Engine(target, threads);
  else console.warn('gradus: no WebAssembly with SIMD here: programs run on the reference kernels, many times slower.');
  return engine;
}

export interface MemoryUse {
  /** Bytes given out: variables, and the arenas of programs that are open. */
  readonly used: number;
  /** Bytes set aside for good: WebAssembly memory never shrinks. */
  readonly reserved: number;
}

/** The memory that compiled programs have now. */
export function memory(): MemoryUse {
  return { used: engine?.memory.used ?? 0, reserved: engine?.memory.size ?? 0 };
}
