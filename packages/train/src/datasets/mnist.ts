import { FormatError, type Tensor } from '@gradus/tensor';
import { readFile } from '@gradus/nn';
import { cacheFolder, environment } from '#platform';
import type { Examples } from './digits.js';
import { cached, DownloadError, type Fetch, type RemoteFile } from './download.js';
import { gunzip, isGzip } from './gunzip.js';
import { readIdx } from './idx.js';

export interface MnistOptions {
  /**
   * The folder of the four IDX files, with or without `.gz`; or one that has them in a folder `mnist`.
   *
   * @defaultValue the environment variable GRADUS_DATA; without it, a cache folder into which they are downloaded
   */
  readonly dataDir?: string;
  /** How to download. @defaultValue the platform's `fetch` */
  readonly fetch?: Fetch;
}

/** What is learned from, and what the result is judged by. */
export interface DataSet {
  readonly train: Examples;
  readonly test: Examples;
}

/** 60,000 images with their header; a packed file that claims more is not MNIST. */
const largest = 60_000 * 28 * 28 + 16;

const mirrors = ['https://ossci-datasets.s3.amazonaws.com/mnist', 'https://storage.googleapis.com/cvdf-datasets/mnist'] as const;

const digests: ReadonlyMap<string, string> = new Map([
  ['train-images-idx3-ubyte', '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609'],
  ['train-labels-idx1-ubyte', '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c'],
  ['t10k-images-idx3-ubyte', '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6'],
  ['t10k-labels-idx1-ubyte', 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6'],
]);

/**
 * MNIST: 70,000 handwritten digits of 28 x 28 pixels. `x` is uint8 [60000, 28, 28, 1] with greys from 0 to 255, `y` uint8 [60000]; 10,000 to test.
 *
 * Y. LeCun, C. Cortes and C. Burges, CC BY-SA 3.0. Downloads 11.6 MB the first time, checks every file's SHA-256 and keeps it in a cache folder.
 *
 * @throws DownloadError where a file is neither there nor to be had, FormatError where one is damaged
 * @example const { train, test } = await mnist();
 */
export async function mnist(options: MnistOptions = {}): Promise<DataSet> {
  const folder = options.dataDir ?? environment('GRADUS_DATA');
  const get = folder === undefined ? downloader(options.fetch ?? ((url) => fetch(url))) : (name: string) => readFrom(folder, name);
  const [train, test] = await Promise.all([examples('train', get), examples('t10k', get)]);
  return { train, test };
}

type Get = (name: string) => Promise<Uint8Array>;

function downloader(fetch: Fetch): Get {
  const folder = cacheFolder('mnist');
  return (name) => cached(remote(name), folder, fetch);
}

function remote(name: string): RemoteFile {
  return { name: `${name}.gz`, urls: mirrors.map((mirror) => `${mirror}/${name}.gz`), sha256: digests.get(name) ?? '' };
}

async function readFrom(folder: string, name: string): Promise<Uint8Array> {
  for (const path of [`${folder}/${name}.gz`, `${folder}/${name}`, `${folder}/mnist/${name}.gz`, `${folder}/mnist/${name}`]) {
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes !== undefined) return bytes;
  }
  throw new DownloadError(
    `mnist: ${folder} has no ${name}.gz; it can be downloaded from ${remote(name).urls.join(' or ')}, or leave the folder out (dataDir, GRADUS_DATA) to have it downloaded`,
  );
}

async function examples(part: string, get: Get): Promise<Examples> {
  const [images, labels] = [`${part}-images-idx3-ubyte`, `${part}-labels-idx1-ubyte`];
  const [x, y] = await Promise.all([tensorOf(images, get), tensorOf(labels, get)]);
  const [n = 0, height, width] = x.shape;
  if (x.dtype !== 'uint8' || x.shape.length !== 3 || height !== 28 || width !== 28) throw fault(images, x, 'uint8 [n, 28, 28]');
  if (y.dtype !== 'uint8' || y.shape.length !== 1 || y.shape[0] !== n) throw fault(labels, y, `uint8 [${n}]`);
  return { x: x.reshape([n, 28, 28, 1]), y };
}

async function tensorOf(name: string, get: Get): Promise<Tensor> {
  const bytes = await get(name);
  try {
    return readIdx(isGzip(bytes) ? await gunzip(bytes, largest) : bytes);
  } catch (error) {
    throw error instanceof FormatError ? new FormatError(`mnist: ${name}: ${error.message}`) : error;
  }
}

function fault(name: string, { dtype, shape }: Tensor, expected: string): FormatError {
  return new FormatError(`mnist: ${name} holds ${dtype} [${shape.join(', ')}], expected ${expected}`);
}
