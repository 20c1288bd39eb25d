/** Gradients of functions whose value is one number. */
import { DTypeError, fillTree, isFloat, leaves, ShapeError, showShape, Tensor } from '@gradus/tensor';
import { differentiate, expectFloat } from './vjp.js';
import { splat } from './splat.js';
import type { TensorType, Tree, Variable } from '@gradus/tensor';
import type { Gradients, Wrt } from './pullback.js';

interface Aux {
  /** f returns [value, what else it found]; only the value is differentiated. */
  readonly aux: true;
}

/**
 * The gradient of `f` as a function of the same arguments. The first one is differentiated: a tensor, or tensors in
 * records and arrays. f's value is a single float; what f does not use has a gradient of zeros.
 *
 * @example grad((x: Tensor) => x.square().sum())(tensor([1, 2])) // => [2, 4]
 */
export function grad<X, Rest extends readonly unknown[]>(f: (x: X, ...rest: Rest) => Tensor): (x: X & Tree<X>, ...rest: Rest) => X {
  const both = valueAndGrad(f);
  return (x, ...rest) => both(x, ...rest)[1];
}

/**
 * The value of `f` with its gradient: [f(x), df/dx]. With `{ wrt: variables }` a function of all of f's arguments that
 * returns [value, one gradient a variable]; with `{ aux: true }` f returns [value, more] and so does the result.
 *
 * @example valueAndGrad((x: Tensor) => x.square().sum())(tensor([1, 2])) // => 5 and [2, 4]
 * @throws ShapeError where the value is not a scalar; DTypeError where an integer would be differentiated
 */
export function valueAndGrad<A extends readonly unknown[], const V extends readonly Variable[], T>(
  f: (...args: A) => readonly [Tensor, T],
  options: Wrt<V> & Aux,
): (...args: A) => readonly [readonly [Tensor, T], Gradients<V>];
export function valueAndGrad<A extends readonly unknown[], const V extends readonly Variable[]>(
  f: (...args: A) => Tensor,
  options: Wrt<V>,
): (...args: A) => readonly [Tensor, Gradients<V>];
export function valueAndGrad<X, Rest extends readonly unknown[], T>(
  f: (x: X, ...rest: Rest) => readonly [Tensor, T],
  options: Aux,
): (x: X & Tree<X>, ...rest: Rest) => readonly [readonly [Tensor, T], X];
export function valueAndGrad<X, Rest extends readonly unknown[]>(
  f: (x: X, ...rest: Rest) => Tensor,
): (x: X & Tree<X>, ...rest: Rest) => readonly [Tensor, X];
export function valueAndGrad(
  f: (...args: readonly unknown[]) => unknown,
  { wrt, aux = false }: { readonly wrt?: readonly Variable[]; readonly aux?: boolean } = {},
): (...args: readonly unknown[]) => readonly [unknown, unknown] {
  const name = `grad(${f.name || 'anonymous'})`;
  return (...args) => {
    const [first, ...rest] = args;
    const xs = wrt ? [] : leaves(first);
    const targets: readonly TensorType[] = wrt ?? xs;
    for (const target of targets) expectFloat(name, wrt ? 'the variable' : 'the first argument', target);
    let shape: unknown;
    const run = (values: readonly Tensor[]): readonly Tensor[] => {
      const result = wrt ? f(...args) : f(fillTree(first, values), ...rest);
      checkScalar(name, aux && Array.isArray(result) ? result[0] : result);
      shape = result;
      return leaves(result);
    };
    const { ys, pull } = differentiate(name, run, xs, { variables: wrt ?? [] });
    const dys = ys.map((y, i) => (i === 0 ? splat(1, y) : undefined));
    const gradients = pull(dys).map((dx, i) => dx ?? splat(0, targets[i]));
    return [fillTree(shape, ys), wrt ? gradients : fillTree(first, gradients)];
  };
}

function checkScalar(name: string, value: unknown): void {
  if (!(value instanceof Tensor)) throw new TypeError(`${name}: the value must be a tensor, found ${typeof value}`);
  if (value.rank > 0) throw new ShapeError(`${name}: the value must be a scalar, found shape ${showShape(value.shape)}: sum it first, say`);
  if (!isFloat(value.dtype)) throw new DTypeError(`${name}: the value must be a float, found ${value.dtype}`);
}
