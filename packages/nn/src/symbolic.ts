/** Symbols: what flows through a functional model before there are numbers. A symbol is not a tensor. */
import { ArgumentError, showShape } from '@gradus/tensor';
import type { DType, Tensor } from '@gradus/tensor';
import type { AnyLayer, PartialShape } from './any-layer.js';

/** One application of a layer to symbols. */
export interface Call {
  readonly layer: AnyLayer;
  /** A symbol, or a tree of them. */
  readonly inputs: unknown;
  readonly outputs: unknown;
}

/** A value of a functional model: a type, and the call that makes it (none for an input). */
export class Symbolic {
  readonly shape: PartialShape;
  readonly dtype: DType;
  readonly name: string | undefined;
  private maker: Call | undefined;

  constructor(shape: PartialShape, dtype: DType, name?: string) {
    this.shape = shape;
    this.dtype = dtype;
    this.name = name;
  }

  /** The call that makes this value; undefined for an input. */
  get madeBy(): Call | undefined {
    return this.maker;
  }

  /** Said once, by the call itself. */
  makeBy(call: Call): void {
    this.maker = call;
  }

  toString(): string {
    return `${this.dtype} ${showShape(this.shape)}`;
  }
}

export interface InputOptions {
  /** @defaultValue 'float32' */
  readonly dtype?: DType;
  readonly name?: string;
}

/**
 * An input of a functional model. `shape` leaves the batch axis out; null stands for any size.
 *
 * @example const image = input([28, 28, 1]);
 */
export function input(shape: PartialShape, { dtype = 'float32', name }: InputOptions = {}): Symbolic {
  if (!shape.every((n) => n === null || (Number.isInteger(n) && n >= 0))) {
    throw new ArgumentError(`input: a shape has whole numbers of at least 0, or null, found ${showShape(shape)}`);
  }
  return new Symbolic([null, ...shape], dtype, name);
}

/** The same tree with a symbol for every tensor. */
export type Symbols<T> = T extends Tensor ? Symbolic : { readonly [K in keyof T]: Symbols<T[K]> };

/** The same tree with a tensor for every symbol. */
export type Tensors<T> = T extends Symbolic ? Tensor : { readonly [K in keyof T]: Tensors<T[K]> };

/** The same tree with a shape for every tensor. */
export type Shapes<T> = T extends Tensor ? PartialShape : { readonly [K in keyof T]: Shapes<T[K]> };

/** The same tree with a mask, or none, for every tensor. */
export type Masks<T> = T extends Tensor ? Tensor | undefined : { readonly [K in keyof T]: Masks<T[K]> };
