import { valueAndGrad } from '@gradus/autograd';
import { Variable, zeros } from '@gradus/tensor';
import type { Tensor } from '@gradus/tensor';

const w = new Variable(zeros([5, 4]));
const b = new Variable(zeros([4]));

/** How surprised softmax(x w + b) is by the labels y, one row a sample with a single 1 in it: the mean of -log p. */
function loss(x: Tensor, y: Tensor): Tensor {
  return x.matmul(w.value).add(b.value).logSoftmax().mul(y).sum(-1).mean().neg();
}

export function step(x: Tensor, y: Tensor): Tensor {
  const [value, [dw, db]] = valueAndGrad(loss, { wrt: [w, b] })(x, y);
  w.assign(w.value.sub(dw.mul(0.1)));
  b.assign(b.value.sub(db.mul(0.1)));
  return value;
}
