/** What the machine's WebAssembly can do, found out by running it. */
import { ModuleBuilder } from '../compiler/wasm/index.js';
import type { FunctionBuilder } from '../compiler/wasm/index.js';
import type { Target } from '../compiler/kernels/kernel.js';

/** a = 1 + 2^-12 and b = 1 + 2^-11: a a - b is 2^-24, which only a fused multiply-add still sees. */
const [a, b] = [1 + 2 ** -12, 1 + 2 ** -11];

/** What kernels may use; undefined where there is no WebAssembly with vectors, or none may be compiled. */
export function probe(): Target | undefined {
  const product = (f: FunctionBuilder): FunctionBuilder => f.f32(a).op('f32x4.splat').f32(a).op('f32x4.splat');
  const plain = run((f) => product(f).op('f32x4.mul').f32(-b).op('f32x4.splat').op('f32x4.add').lane('f32x4.extract_lane', 0));
  if (plain === undefined) return undefined;
  const relaxed = run((f) => product(f).f32(-b).op('f32x4.splat').op('f32x4.relaxed_madd').lane('f32x4.extract_lane', 0));
  return { fma: relaxed === 2 ** -24 };
}

function run(inside: (f: FunctionBuilder) => void): number | undefined {
  const module = new ModuleBuilder();
  module.export('run', module.function([], ['f32'], inside)); // prettier-ignore
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.finish()));
    const result: unknown = typeof exports['run'] === 'function' ? exports['run']() : undefined;
    return typeof result === 'number' ? result : undefined;
  } catch {
    return undefined;
  }
}
