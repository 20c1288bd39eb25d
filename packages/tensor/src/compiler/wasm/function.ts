/**
 * One function under construction: instructions are written as bytes the moment they are named.
 *
 * Control flow is structured, as in the format itself: a block is a JavaScript function that writes its inside and is
 * handed the label to branch to.
 */
import { Bytes } from './bytes.js';
import { lane, laneMemory, memory, plain, types } from './instructions.js';
import type { Lane, LaneMemory, Memory, Plain, ValueType } from './instructions.js';

/** The index of a parameter or local variable. */
export type Local = number;

/** A block that a branch can leave, or a loop that it can begin again: how deeply it is nested. */
export type Label = number;

export class FunctionBuilder {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  /** Runs once, before all else, whenever it was written: where constants get their locals. */
  private readonly prologue: Bytes = new Bytes(128);
  private readonly main: Bytes = new Bytes(1024);
  private code: Bytes = this.main;
  private readonly locals: ValueType[] = [];
  private readonly free = new Map<ValueType, Local[]>();
  private readonly constants = new Map<string, Local>();
  private depth = 0;
  /** Where the last instruction is, if it is a `local.set`, and of which local: a `get` of it becomes one `tee` with it. */
  private lastSet = -1;
  private lastLocal: Local = -1;

  constructor(params: readonly ValueType[], results: readonly ValueType[]) {
    this.params = params;
    this.results = results;
  }

  /** A variable, 0 at first unless it is one that `release` gave back. */
  local(type: ValueType): Local {
    return this.free.get(type)?.pop() ?? this.params.length + this.locals.push(type) - 1;
  }

  /** Gives variables back, to be used again for others. */
  release(...locals: readonly Local[]): void {
    for (const local of locals) {
      const type = this.locals[local - this.params.length];
      const list = this.free.get(type);
      if (list) list.push(local);
      else this.free.set(type, [local]);
    }
  }

  get(local: Local): this {
    if (this.lastSet >= 0 && this.lastLocal === local) {
      this.code.patch(this.lastSet, 0x22);
      this.lastSet = -1;
      return this;
    }
    this.instruction(0x20);
    this.code.unsigned(local);
    return this;
  }

  set(local: Local): this {
    const at = this.code.length;
    this.instruction(0x21);
    this.code.unsigned(local);
    this.lastSet = at;
    this.lastLocal = local;
    return this;
  }

  tee(local: Local): this {
    this.instruction(0x22);
    this.code.unsigned(local);
    return this;
  }

  i32(value: number): this {
    this.instruction(0x41);
    this.code.signed(value);
    return this;
  }

  f32(value: number): this {
    this.instruction(0x43);
    this.code.float32(value);
    return this;
  }

  f64(value: number): this {
    this.instruction(0x44);
    this.code.float64(value);
    return this;
  }

  /** A number of 64 bits. */
  i64(value: bigint): this {
    this.instruction(0x42);
    let rest = BigInt.asIntN(64, value);
    for (; rest < -64n || rest > 63n; rest >>= 7n) this.code.byte(Number(rest & 127n) | 128);
    this.code.byte(Number(rest & 127n));
    return this;
  }

  /** A vector constant, from the bits of its four words. */
  v128(words: Int32Array): this {
    this.instruction(0xfd00c);
    for (const word of words) this.code.word(word);
    return this;
  }

  /**
   * A vector constant in a local that is set once, before all else: engines make a constant anew at every turn of a
   * loop, and hold a local in a register.
   */
  constant(words: Int32Array): Local {
    const key = words.join();
    const known = this.constants.get(key);
    if (known !== undefined) return known;
    const local = this.params.length + this.locals.push('v128') - 1;
    const { code, lastSet, lastLocal } = this;
    this.code = this.prologue;
    this.v128(words).set(local);
    this.code = code;
    this.lastSet = lastSet;
    this.lastLocal = lastLocal;
    this.constants.set(key, local);
    return local;
  }

  /** An instruction that takes everything from the stack. */
  op(name: Plain): this {
    this.instruction(plain[name]);
    return this;
  }

  /** A load or a store at an address on the stack, `offset` bytes further. */
  memory(name: Memory, offset: number = 0): this {
    const [code, align] = memory[name];
    this.instruction(code);
    this.code.unsigned(align);
    this.code.unsigned(offset);
    return this;
  }

  lane(name: Lane, index: number): this {
    this.instruction(lane[name]);
    this.code.byte(index);
    return this;
  }

  laneMemory(name: LaneMemory, index: number, offset: number = 0): this {
    const [code, align] = laneMemory[name];
    this.instruction(code);
    this.code.unsigned(align);
    this.code.unsigned(offset);
    this.code.byte(index);
    return this;
  }

  /** Picks 4 words out of two vectors: 0 to 3 are the first one's, 4 to 7 the second one's. */
  shuffle(words: readonly [number, number, number, number]): this {
    this.instruction(0xfd00d);
    for (const word of words) for (let i = 0; i < 4; i++) this.code.byte(4 * word + i);
    return this;
  }

  call(index: number): this {
    this.instruction(0x10);
    this.code.unsigned(index);
    return this;
  }

  /** A stretch of code; a branch to its label leaves it. */
  block(inside: (end: Label) => void): this {
    return this.nest(0x02, inside);
  }

  /** A stretch of code; a branch to its label begins it again. Without a branch it ends. */
  loop(inside: (again: Label) => void): this {
    return this.nest(0x03, inside);
  }

  /** Takes a number from the stack: `then` unless it is 0. */
  if(then: () => void, otherwise?: () => void): this {
    return this.nest(0x04, () => {
      then();
      if (!otherwise) return;
      this.instruction(0x05);
      otherwise();
    });
  }

  branch(label: Label): this {
    this.instruction(0x0c);
    this.code.unsigned(this.depth - label);
    return this;
  }

  /** Takes a number from the stack and branches unless it is 0. */
  branchIf(label: Label): this {
    this.instruction(0x0d);
    this.code.unsigned(this.depth - label);
    return this;
  }

  /** The body as a module holds it: kinds of locals, then code. */
  finish(): Bytes {
    const body = new Bytes(this.prologue.length + this.main.length + 64);
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    body.unsigned(runs.length);
    for (const { type, count } of runs) {
      body.unsigned(count);
      body.byte(types[type]);
    }
    body.append(this.prologue.view());
    body.append(this.main.view());
    body.byte(0x0b);
    return body;
  }

  private nest(opcode: number, inside: (label: Label) => void): this {
    this.instruction(opcode);
    this.code.byte(0x40);
    inside(++this.depth);
    this.depth--;
    this.instruction(0x0b);
    return this;
  }

  private instruction(code: number): void {
    this.lastSet = -1;
    if (code < 0x100) {
      this.code.byte(code);
      return;
    }
    this.code.byte(code >> 12);
    this.code.unsigned(code & 0xfff);
  }
}
