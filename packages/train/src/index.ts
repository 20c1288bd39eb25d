/** @gradus/train: what trains a model, and data sets to train on. */
export { digits } from './datasets/digits.js';
export { DownloadError } from './datasets/download.js';
export { readIdx } from './datasets/idx.js';
export { mnist } from './datasets/mnist.js';
export type { Examples } from './datasets/digits.js';
export type { Fetch } from './datasets/download.js';
export type { DataSet, MnistOptions } from './datasets/mnist.js';
