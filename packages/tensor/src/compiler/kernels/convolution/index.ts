/** Kernels of convolutions and of their two adjoints, in float32. */
import { spatialOf } from '../../../primitives/conv.js';
import { emitFilter } from './filter.js';
import { emitForward } from './forward.js';
import { emitScatter } from './scatter.js';
import { blocksOf, columnsOf, whole } from '../split.js';
import { emitTurn } from './turn.js';
import { emitMinimal, emitMinimalFilter, isWorthIt, scratchFor } from './winograd/index.js';
import type { AnyOp } from '../../graph.js';
import type { FunctionBuilder, ModuleBuilder } from '../../wasm/index.js';
import type { Kernel, Layout, Target } from '../kernel.js';
import type { Slice, Split } from '../split.js';
import type { Spatial } from '../../../primitives/conv.js';
import type { Convolution } from './forward.js';

export type ConvolutionNode = Extract<AnyOp, { readonly name: 'conv' | 'convInput' | 'convKernel' }>;

/** The kernel of a convolution or of one of its gradients. */
export function convolutionKernel(
  node: ConvolutionNode,
  operands: readonly Layout[],
  [result]: readonly Layout[],
  { fma }: Target,
): Kernel | undefined {
  if (node.type.dtype !== 'float32') return undefined;
  const [first, second] = operands;
  const { attributes } = node;
  switch (node.name) {
    case 'conv': {
      const s = spatialOf(first.type.shape, second.type.shape, result.type.shape, attributes);
      const conv = convolutionOf(s, first, second, result, fma);
      return byImages({ ...conv, minimal: isWorthIt(conv) }, [first, second], result, forwardKernel);
    }
    case 'convKernel': {
      const s = spatialOf(first.type.shape, result.type.shape, second.type.shape, attributes);
      const conv = convolutionOf(s, first, result, second, fma);
      return byFilters({ ...conv, minimal: isWorthIt(conv) }, [first, second], result);
    }
    case 'convInput': {
      const s = spatialOf(result.type.shape, second.type.shape, first.type.shape, attributes);
      const conv = convolutionOf(s, result, second, first, fma);
      if (s.strides.some((stride) => stride > 1)) return byImages(conv, operands, result, stridedInputKernel);
      return byImages({ ...conv, minimal: isWorthIt(backwards(conv)) }, operands, result, inputKernel);
    }
  }
}

/** Images are independent of one another. */
function byImages(conv: Convolution, operands: readonly Layout[], y: Layout, kernelOf: (conv: Convolution) => Kernel): Kernel {
  const { images } = conv;
  const [x, w, result] = [...operands, y].map(whole);
  const some = (slice: Slice, from: number, to: number): Slice => blocksOf(slice, images, from, to);
  const split: Split = {
    along: 'rows',
    length: images,
    grain: 1,
    part: (from, to) => ({
      kernel: kernelOf({ ...conv, images: to - from }),
      operands: [some(x, from, to), w],
      results: [some(result, from, to)],
    }),
  };
  return { ...kernelOf(conv), splits: [split] };
}

/** Filters too, where there are no groups. */
function byFilters(conv: Convolution, operands: readonly Layout[], dw: Layout): Kernel {
  const [x, dy, result] = [...operands, dw].map(whole);
  const split: Split = {
    along: 'columns',
    length: conv.f,
    grain: 16,
    part: (from, to) => ({
      kernel: filterKernel({ ...conv, f: to - from }),
      operands: [x, columnsOf(dy, 4 * from, 4 * to)],
      results: [columnsOf(result, 4 * from, 4 * to)],
    }),
  };
  return { ...filterKernel(conv), splits: conv.groups === 1 ? [split] : [] };
}

export function forwardKernel(conv: Convolution): Kernel {
  if (!conv.minimal) return made('conv', conv, 0, (module, f) => emitForward(module, f, conv, 0, 1, 2));
  return made('conv', conv, scratchFor(conv), (module, f) => emitMinimal(module, f, conv, [0, 1, 2, 3]));
}

export function filterKernel(conv: Convolution): Kernel {
  if (!conv.minimal) return made('convKernel', conv, 0, (module, f) => emitFilter(module, f, conv, 0, 1, 2));
  return made('convKernel', conv, scratchFor(conv), (module, f) => emitMinimalFilter(module, f, conv, [0, 1, 2, 3]));
}

/** dx = dy * the kernel turned around. */
export function inputKernel(conv: Convolution): Kernel {
  const { c, f: filters, groups, wRow, minimal } = conv;
  const back = backwards(conv);
  const taps = conv.axes.reduce((product, axis) => product * axis.kernel, 1);
  const turned = 4 * taps * filters * c * groups;
  const scratch = turned + (minimal ? scratchFor(back) : 0);
  return made('convInput', { ...back, turned: wRow }, scratch, (module, f) => {
    const [dy, w, dx, kernel] = [0, 1, 2, 3];
    emitTurn(f, { taps, c, f: filters, groups, wRow }, w, kernel);
    if (!minimal) return emitForward(module, f, back, dy, kernel, dx);
    const rest = f.local('i32');
    f.get(kernel).i32(turned).op('i32.add').set(rest); // prettier-ignore
    emitMinimal(module, f, back, [dy, kernel, dx, rest]);
  });
}

/** The convolution of dy that gives dx: it reaches as far out as the other one reached in. */
function backwards(conv: Convolution): Convolution {
  const { c, f: filters, groups } = conv;
  const [depth, height, width] = conv.axes;
  const around = (axis: Convolution['axes'][0]): Convolution['axes'][0] => ({
    ...axis,
    inputs: axis.outputs,
    outputs: axis.inputs,
    before: axis.dilation * (axis.kernel - 1) - axis.before,
  });
  const axes = [around(depth), around(height), around(width)] as const;
  return { ...conv, axes, c: filters, f: c, xPixel: conv.yPixel, yPixel: conv.xPixel, wRow: 4 * c * groups };
}

/** dx of a convolution that leaves places out: tap by tap. */
function stridedInputKernel(conv: Convolution): Kernel {
  const { axes, c, f: filters, groups, wRow } = conv;
  const taps = axes.reduce((product, axis) => product * axis.kernel, 1);
  return made('convInput', conv, 4 * taps * filters * c * groups, (module, f) => {
    const [dy, w, dx, scratch] = [0, 1, 2, 3];
    emitTurn(f, { taps, c, f: filters, groups, wRow }, w, scratch);
    emitScatter(module, f, conv, dy, scratch, dx);
  });
}

function convolutionOf(s: Spatial, x: Layout, w: Layout, y: Layout, fma: boolean): Convolution {
  const axis = (i: number): Convolution['axes'][0] => ({
    inputs: s.inputs[i],
    outputs: s.outputs[i],
    kernel: s.kernel[i],
    stride: s.strides[i],
    before: s.before[i],
    dilation: s.dilation[i],
  });
  const { n: images, c, f, groups } = s;
  const [xPixel, yPixel, wRow] = [4 * x.pitch, 4 * y.pitch, 4 * w.pitch];
  return { images, axes: [axis(0), axis(1), axis(2)], c, f, groups, xPixel, yPixel, wRow, fma, minimal: false };
}

type Emit = (module: ModuleBuilder, f: FunctionBuilder) => void;

function made(name: string, conv: Convolution & { readonly turned?: number }, scratch: number, emit: Emit): Kernel {
  const { images, axes, c, f: filters, groups } = conv;
  const count = (of: 'inputs' | 'outputs' | 'kernel'): number => axes.reduce((product, axis) => product * axis[of], 1);
  return {
    signature: `${name} ${JSON.stringify(conv)}`,
    ...(conv.minimal ? { method: 'minimal' } : {}),
    scratch,
    flops: 2 * images * count('outputs') * count('kernel') * c * filters * groups,
    bytes: 4 * (images * groups * (count('inputs') * c + count('outputs') * filters) + count('kernel') * c * filters * groups),
    extra: [],
    splits: [],
    emit: (module) => module.function(Array.from({ length: scratch > 0 ? 4 : 3 }, () => 'i32' as const), [], (f) => emit(module, f)), // prettier-ignore
  };
}
