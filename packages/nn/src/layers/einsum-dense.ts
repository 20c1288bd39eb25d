import { ArgumentError, einsum, ShapeError, showShape } from '@gradus/tensor';
import { activation } from '../activations.js';
import { listOf, nullable, number, read, required, text, write } from '../config.js';
import { Layer } from '../layer.js';
import { unbuilt } from '../weight.js';
import { biasWeight, kernelWeight, plainFields } from './kernel-options.js';
import type { Tensor, Variable } from '@gradus/tensor';
import type { Activation } from '../activations.js';
import type { PartialShape } from '../any-layer.js';
import type { Config, Field, Fields } from '../config.js';
import type { Registry } from '../registry.js';
import type { KernelOptions } from './kernel-options.js';

type Size = number | null;

export interface EinsumDenseOptions extends Omit<KernelOptions, 'useBias'> {
  /** The letters of the result that the bias has. @defaultValue none: there is no bias */
  readonly biasAxes?: string;
}

interface EinsumDenseConfig extends EinsumDenseOptions {
  readonly equation: string;
  readonly outputShape: Size | readonly Size[];
}

const sizes = listOf(nullable(number));
const sizesField: Field<Size | readonly Size[]> = {
  write: (value) => (Array.isArray(value) ? sizes.write(value) : number.write(Number(value))),
  read: (json, where, registry) => (Array.isArray(json) ? sizes.read(json, where, registry) : number.read(json, where, registry)),
};

const fields: Fields<EinsumDenseConfig> = { ...plainFields, equation: required(text), outputShape: required(sizesField), biasAxes: text };

/** The letters of the three parts: x, kernel, result; '...' in the first and the last. */
interface Letters {
  readonly x: string;
  readonly kernel: string;
  readonly y: string;
}

/**
 * y = f(einsum(equation, x, w) + b): a Dense layer between any axes.
 *
 * @example new EinsumDense('abc,cd->abd', [null, 64], { biasAxes: 'd' }) // [n, t, c] -> [n, t, 64]
 */
export class EinsumDense extends Layer {
  static override readonly className: string = 'EinsumDense';
  private readonly config: EinsumDenseConfig;
  private readonly activation: Activation;
  private readonly letters: Letters;
  kernel: Variable = unbuilt;
  bias: Variable | undefined;

  /** @param outputShape - of the result, without the batch axis; null where the input's size stays. With '...' only the sizes that have letters */
  constructor(equation: string, outputShape: Size | readonly Size[], options: EinsumDenseOptions = {}) {
    super(options);
    this.letters = lettersOf(equation);
    this.config = { equation, outputShape, ...options };
    this.activation = activation(options.activation);
  }

  override build(inputShape: PartialShape): void {
    const { kernel, y } = this.letters;
    const known = this.sizesFor(inputShape);
    const sizeOf = (name: string): number => {
      const size = known.get(name);
      if (typeof size === 'number') return size;
      throw new ShapeError(`EinsumDense: ${this.config.equation}: the size of ${name} is unknown for x ${showShape(inputShape)}`);
    };
    this.kernel = this.weight('kernel', kernel.split('').map(sizeOf), kernelWeight(this.config));
    const { biasAxes } = this.config;
    if (biasAxes === undefined) return;
    const wrong = biasAxes.split('').find((name) => !y.includes(name));
    if (wrong !== undefined) throw new ArgumentError(`biasAxes: '${wrong}' is no axis of the result of ${this.config.equation}`);
    const named = y.replace('...', '').split('');
    const first = named.findIndex((name) => biasAxes.includes(name));
    const shape = named.slice(first).map((name) => (biasAxes.includes(name) ? sizeOf(name) : 1));
    this.bias = this.weight('bias', shape, biasWeight(this.config));
  }

  override call(x: Tensor): Tensor {
    const y = einsum(this.config.equation, x, this.kernel.value);
    return this.activation(this.bias ? y.add(this.besides(y, this.bias.value)) : y);
  }

  /** The bias with axes of size 1 where '...' follows its last letter. */
  private besides(y: Tensor, bias: Tensor): Tensor {
    const after = this.letters.y.endsWith('...') ? y.rank - (this.letters.y.length - 3) : 0;
    return bias.reshape([...bias.shape, ...Array.from({ length: after }, () => 1)]);
  }

  /** Sizes by letter: of x, and of the result as they were given. */
  private sizesFor(inputShape: PartialShape): ReadonlyMap<string, Size> {
    const { x, y } = this.letters;
    const { outputShape } = this.config;
    const given = Array.isArray(outputShape) ? outputShape : [outputShape];
    const found = new Map<string, Size>();
    const note = (letters: string, shape: PartialShape): void => {
      const [before = '', after] = letters.split('...');
      for (const [i, name] of before.split('').entries())
        if (!found.has(name) || found.get(name) === null) found.set(name, shape[i] ?? null);
      for (const [i, name] of (after ?? '').split('').entries()) found.set(name, shape[shape.length - (after ?? '').length + i] ?? null);
    };
    note(x, inputShape);
    // The sizes given are those of all letters but the batch, whichever way '...' stands.
    note(y.replace('...', ''), y.startsWith('...') ? given : [null, ...given]);
    return found;
  }

  override toConfig(): Config {
    return write(fields, this.config);
  }
  static fromConfig(config: Config, registry: Registry): EinsumDense {
    const { equation, outputShape, ...options } = read(fields, config, registry);
    return new EinsumDense(equation, outputShape, options);
  }
}

function lettersOf(equation: string): Letters {
  const match = /^([a-zA-Z.]+),([a-zA-Z]+)->([a-zA-Z.]+)$/.exec(equation.replaceAll(' ', ''));
  if (!match) throw new ArgumentError(`equation: expected the letters of x, kernel and result, 'abc,cd->abd', found '${equation}'`);
  const [, x = '', kernel = '', y = ''] = match;
  return { x, kernel, y };
}
