import { checkGradients } from '@gradus/autograd/testing';
import { Layer } from '@gradus/nn';
import { softplus, type Tensor } from '@gradus/tensor';
import { tensors } from '@gradus/tensor/testing';
import fc from 'fast-check';
import { test } from 'vitest';

/** y = x tanh(softplus(x)). Misra 2019. */
class Mish extends Layer {
  override call(x: Tensor): Tensor {
    return x.mul(softplus(x).tanh());
  }
}

test('the derivative of Mish is right, and so is its derivative', () => {
  const mish = new Mish();
  fc.assert(fc.property(tensors({ rank: [1, 3] }), (x) => checkGradients((value) => mish.apply(value), [x], { order: 2 })));
});
