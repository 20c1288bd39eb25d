/**
 * Instructions as the bytes of one WebAssembly module: each kernel once, and for each thread a `main` that is little more
 * than numbers and calls, so that a whole training step is a single call from JavaScript.
 */
import { barrierFunction } from './threads/barrier-function.js';
import { ModuleBuilder } from './wasm/index.js';
import type { Kernel } from './kernels/kernel.js';
import type { Address, CopyInstruction, HostInstruction, Instruction, Region } from './plan/plan.js';
import type { Meeting } from './threads/barrier-function.js';
import type { Task } from './threads/index.js';
import type { FunctionBuilder, FunctionIndex, Local, MemoryLimits } from './wasm/index.js';

/** A module, and what it asks for. */
export interface Emitted {
  /** Exports `main0` for the first thread, `main1` for the next one, and each kernel under its name in `kernels`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The kernels' exported names, by signature. */
  readonly kernels: ReadonlyMap<string, string>;
  /** Imported from `host` as `0`, `1`, ...: functions of the addresses of operands, then results. */
  readonly hosts: readonly HostInstruction[];
}

export interface EmitOptions {
  /** Where a region begins in memory. */
  baseOf(region: Region): number;
  readonly limits: MemoryLimits;
  /** The words by which threads meet; needed where there are barriers. */
  readonly meeting?: Meeting;
}

/** @param lists - what each thread runs */
export function emit(lists: readonly (readonly Task[])[], { baseOf, limits, meeting }: EmitOptions): Emitted {
  const module = new ModuleBuilder();
  module.importMemory('env', 'memory', limits);
  const hosts = new Map<HostInstruction, FunctionIndex>();
  const calls: Kernel[] = [];
  for (const task of lists.flatMap(flat)) {
    if (task.kind === 'call') calls.push(task.kernel);
    if (task.kind !== 'host') continue;
    const params = [...task.operands, ...task.results].map(() => 'i32' as const);
    hosts.set(task, module.importFunction('host', String(hosts.size), params));
  }
  const functions = new Map<string, FunctionIndex>();
  const kernels = new Map<string, string>();
  for (const kernel of calls) {
    if (functions.has(kernel.signature)) continue;
    const index = kernel.emit(module);
    kernels.set(kernel.signature, `k${functions.size}`);
    module.export(`k${functions.size}`, index);
    functions.set(kernel.signature, index);
  }
  const copy = copyFunction(module);
  const barrier = meeting ? barrierFunction(module, meeting) : -1;
  for (const [thread, list] of lists.entries()) {
    const main = module.function([], [], (f) => new Main(f, { functions, hosts, copy, barrier, baseOf }).run(list));
    module.export(`main${thread}`, main);
  }
  return { bytes: module.finish(), kernels, hosts: [...hosts.keys()] };
}

/** All instructions, those inside loops too. */
export function flat(tasks: readonly Instruction[]): readonly Instruction[];
export function flat(tasks: readonly Task[]): readonly Task[];
export function flat(tasks: readonly Task[]): readonly Task[] {
  return tasks.flatMap((task) => (task.kind === 'repeat' ? [task, ...flat(task.body)] : [task]));
}

interface Linked {
  readonly functions: ReadonlyMap<string, FunctionIndex>;
  readonly hosts: ReadonlyMap<HostInstruction, FunctionIndex>;
  readonly copy: FunctionIndex;
  readonly barrier: FunctionIndex;
  readonly baseOf: (region: Region) => number;
}

class Main {
  private readonly f: FunctionBuilder;
  private readonly linked: Linked;
  /** The step that each open loop is in. */
  private readonly steps: Map<number, Local> = new Map();

  constructor(f: FunctionBuilder, linked: Linked) {
    this.f = f;
    this.linked = linked;
  }

  run(tasks: readonly Task[]): void {
    for (const task of tasks) this.task(task);
  }

  private task(instruction: Task): void {
    const { f } = this;
    const { functions, hosts } = this.linked;
    switch (instruction.kind) {
      case 'call': {
        const { operands, results, scratch, kernel } = instruction;
        for (const address of [...operands, ...results, ...(scratch ? [scratch] : [])]) this.address(address);
        for (const number of kernel.extra) f.i32(number);
        f.call(functions.get(kernel.signature) ?? -1);
        return;
      }
      case 'host':
        for (const address of [...instruction.operands, ...instruction.results]) this.address(address);
        f.call(hosts.get(instruction) ?? -1);
        return;
      case 'copy':
        return this.copy(instruction);
      case 'barrier':
        f.call(this.linked.barrier);
        return;
      case 'repeat': {
        const step = f.local('i32');
        this.steps.set(instruction.loop, step);
        f.i32(0).set(step);
        f.loop((again) => {
          this.run(instruction.body);
          f.get(step).i32(1).op('i32.add').tee(step).i32(instruction.length).op('i32.lt_u').branchIf(again);
        });
        f.release(step);
      }
    }
  }

  private copy({ from, to, rows, bytes, fromPitch, toPitch }: CopyInstruction): void {
    this.address(from);
    this.address(to);
    for (const number of [rows, bytes, fromPitch, toPitch]) this.f.i32(number);
    this.f.call(this.linked.copy);
  }

  private address({ region, offset, strides }: Address): void {
    const { f } = this;
    // Addresses beyond 2 GiB are negative as signed numbers.
    f.i32((this.linked.baseOf(region) + offset) | 0);
    for (const { loop, bytes } of strides) f.get(this.steps.get(loop) ?? -1).i32(bytes).op('i32.mul').op('i32.add'); // prettier-ignore
  }
}

/** (from, to, rows, bytes, fromPitch, toPitch): vectors first, then what is left byte by byte. */
function copyFunction(module: ModuleBuilder): FunctionIndex {
  return module.function(['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], [], (f) => {
    const [from, to, rows, bytes, fromPitch, toPitch] = [0, 1, 2, 3, 4, 5];
    const [at, vectors] = [f.local('i32'), f.local('i32')];
    f.get(bytes).i32(-16).op('i32.and').set(vectors);
    const piece = (width: 16 | 1, end: Local): void => {
      f.block((done) => {
        f.get(at).get(end).op('i32.ge_u').branchIf(done);
        f.loop((again) => {
          f.get(to).get(at).op('i32.add').get(from).get(at).op('i32.add');
          if (width === 16) f.memory('v128.load').memory('v128.store');
          else f.memory('i32.load8_u').memory('i32.store8');
          f.get(at).i32(width).op('i32.add').tee(at).get(end).op('i32.lt_u').branchIf(again);
        });
      });
    };
    f.loop((next) => {
      f.i32(0).set(at);
      piece(16, vectors);
      piece(1, bytes);
      f.get(from).get(fromPitch).op('i32.add').set(from);
      f.get(to).get(toPitch).op('i32.add').set(to);
      f.get(rows).i32(1).op('i32.sub').tee(rows).branchIf(next);
    });
  });
}
