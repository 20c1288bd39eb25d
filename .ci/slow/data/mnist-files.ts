// The loader on the real MNIST: shapes, and the digests of the unpacked files.
import { createHash } from 'node:crypto';
import { mnist } from '@gradus/train';

const { train, test } = await mnist();
const digest = (header: readonly number[], data: Uint8Array): string => {
  const bytes = new Uint8Array(new Uint32Array(header).buffer); // big-endian in the file
  for (let i = 0; i < bytes.length; i += 4) bytes.subarray(i, i + 4).reverse();
  return createHash('md5').update(bytes).update(data).digest('hex');
};
const found = [
  digest([0x803, 60_000, 28, 28], train.x.data('uint8')),
  digest([0x801, 60_000], train.y.data('uint8')),
  digest([0x803, 10_000, 28, 28], test.x.data('uint8')),
  digest([0x801, 10_000], test.y.data('uint8')),
];
console.log(found.join('\n'));
const published =
  '6bbc9ace898e44ae57da46a324031adb a25bea736e30d166cdddb491f175f624 2646ac647ad5339dbf082846283269ea 27ae3e4e09519cfbb04c329615203637';
process.exitCode = found.join(' ') === published ? 0 : 1;
