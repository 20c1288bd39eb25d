/**
 * State: what outlives a step. Parameters, optimizer slots, moving averages, random counters, the learning rate.
 *
 * Reading and assigning are effects that go through dispatch, so each interpreter gives them its own meaning: a trace
 * makes both inputs and outputs of the program, reverse mode lifts what it differentiates.
 */
import { current, leaked, within } from './dispatch.js';
import { DTypeError, ShapeError } from './errors.js';
import { sameShape, showShape } from './shape.js';
import type { DType } from './dtype.js';
import type { TensorType } from './primitive.js';
import type { Shape } from './shape.js';
import type { Tensor } from './tensor.js';

/** A type known at once and a first value that is drawn on first read, outside any trace. */
export interface Late extends TensorType {
  make(): Tensor;
}

export interface VariableOptions {
  /** What messages and files call it. @defaultValue 'variable' */
  readonly name?: string;
}

/** Where compiled programs keep a variable's value between them. */
export interface Home {
  read(): Tensor;
  write(value: Tensor): void;
}

export class Variable {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  private held: Tensor | undefined;
  /** Its place in the memory of compiled programs, and whether the value there is the one of now. */
  private home: Home | undefined;
  private settled: boolean = false;
  private readonly make: () => Tensor;

  /** @param initial - the first value, or its type with a function that makes it when it is first read. */
  constructor(initial: Tensor | Late, options: VariableOptions = {}) {
    this.name = options.name ?? 'variable';
    this.dtype = initial.dtype;
    this.shape = initial.shape;
    if ('make' in initial) this.make = () => initial.make();
    else {
      this.make = () => initial;
      this.put(initial);
    }
  }

  /** The value now. Inside a compiled function this is an input of the program. */
  get value(): Tensor {
    const interpreter = current();
    return interpreter ? interpreter.read(this) : this.peek();
  }

  /** Makes `value` the new value; its element type and shape must be the variable's. */
  assign(value: Tensor): void {
    this.check(value);
    const interpreter = current();
    if (interpreter) interpreter.assign(this, value);
    else this.put(value);
  }

  /** Whether a value is there already; until then it can be set without ever being drawn. */
  get drawn(): boolean {
    return this.held !== undefined || this.settled;
  }

  /** The stored value, past every transform: for interpreters that hold numbers. */
  peek(): Tensor {
    if (!this.held && this.home && this.settled) this.held = this.home.read();
    if (!this.held) this.put(within(undefined, this.make));
    if (!this.held) throw new Error(`${this.name}: no value was made`);
    return this.held;
  }

  /** Stores a value, past every transform. */
  put(value: Tensor): void {
    this.check(value);
    if (value.interpreter.below) throw leaked(`assign ${this.name}`, value);
    this.held = value;
    this.settled = false;
  }

  /** Brings the value of now to its home, which is made where there is none yet: for programs about to run. */
  settle(make: () => Home): Home {
    this.home ??= make();
    if (!this.settled) {
      this.home.write(this.peek());
      this.settled = true;
    }
    return this.home;
  }

  /** Says that a program has written a new value into the home. */
  renewed(): void {
    this.held = undefined;
  }

  /** Takes the value out of its home, which no program uses any more. */
  leave(): void {
    if (this.settled) this.peek();
    this.home = undefined;
    this.settled = false;
  }

  private check(value: Tensor): void {
    if (value.dtype !== this.dtype) throw new DTypeError(`${this.name}: holds ${this.dtype}, found ${value.dtype}`);
    if (sameShape(value.shape, this.shape)) return;
    throw new ShapeError(`${this.name}: has shape ${showShape(this.shape)}, found ${showShape(value.shape)}`);
  }
}
