// TensorBoard itself reads what Gradus writes: tags, plugins, steps, numbers and images. It is installed where pip answers; elsewhere nothing is checked.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  Add,
  Dense,
  Embedding,
  Flatten,
  input,
  key,
  Model,
  Sequential,
  SGD,
  SummaryWriter,
  tensor,
  TensorBoard,
  Trainer,
  uniform,
} from '@gradus/train';
import { pythonWith } from '../python.js';

const look = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.graph.keras_util import keras_model_to_graph_def
from tensorboard.util.tensor_util import make_ndarray
import struct, zlib
from google.protobuf import text_format
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig
def pixels(png):
    at, data = 8, b''
    while at < len(png):
        size, = struct.unpack('>I', png[at:at + 4])
        if png[at + 4:at + 8] == b'IDAT':
            data += png[at + 8:at + 8 + size]
        assert struct.unpack('>I', png[at + 8 + size:at + 12 + size])[0] == zlib.crc32(png[at + 4:at + 8 + size])
        at += 12 + size
    return list(zlib.decompress(data))
found = {}
config = text_format.Parse(open(sys.argv[1] + '/words/projector_config.pbtxt').read(), ProjectorConfig())
found['projector'] = [[0, [one.tensor_name, one.tensor_path, one.metadata_path]] for one in config.embeddings]
for run in ('train', 'validation', 'own'):
    events = EventAccumulator(sys.argv[1] + '/' + run, size_guidance={'tensors': 0}).Reload()
    for tag in events.Tags()['tensors']:
        plugin = events.SummaryMetadata(tag).plugin_data.plugin_name
        if plugin == 'graph_keras_model':
            [event] = events.Tensors(tag)
            graph = keras_model_to_graph_def(json.loads(make_ndarray(event.tensor_proto).flat[0]))
            seen = [[node.name, list(node.input)] for node in graph.node]
        else:
            def read(x):
                if x.dtype != object:
                    return x.tolist()
                if plugin == 'images':
                    width, height, *files = [item for item in x.flat]
                    return [int(width), int(height), [pixels(file) for file in files]]
                return x.flat[0].decode()
            seen = [[event.step, read(make_ndarray(event.tensor_proto))] for event in events.Tensors(tag)]
        found[run + ' ' + plugin + ' ' + tag] = seen
print(json.dumps(found))
`;

const python = pythonWith('tensorboard==2.21.0');
const folder = mkdtempSync(join(tmpdir(), 'gradus-tensorboard-'));

function fault(name: string, found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return;
  console.error(`${name}: expected ${JSON.stringify(expected)}, TensorBoard sees ${JSON.stringify(found)}`);
  process.exitCode = 1;
}

async function check(python: string): Promise<void> {
  const x = uniform(key(5), [12, 3]);
  const rows = { x, y: x.sum(1, { keepDims: true }) };
  const entry = input([3]);
  const branches = [new Dense(2), new Sequential([new Dense(4), new Dense(2)], { name: 'inner' })].map((layer) => layer.apply(entry));
  const model = new Model({ inputs: entry, outputs: new Dense(1).apply(new Add().apply(branches)) });
  const trainer = new Trainer(model, { loss: 'mse', optimizer: new SGD({ learningRate: 0.0625 }) });
  const callbacks = [new TensorBoard(folder, { histogramFreq: 2, updateFreq: 4 })];
  const { logs } = await trainer.fit(rows, { verbose: 0, epochs: 3, batchSize: 4, validationData: rows, callbacks });
  const writer = new SummaryWriter(join(folder, 'own'));
  writer.text('note', '**ja**', 7);
  writer.image('image', tensor([0, 0.5, 1, 2, 0.25, -1]).reshape([1, 2, 1, 3]), 3);
  await writer.flush();

  const words = new Sequential([new Embedding(4, 2), new Flatten(), new Dense(1)], { inputShape: [1] });
  const ids = tensor([[0], [1]], 'int32');
  const projecting = [new TensorBoard(join(folder, 'words'), { embeddingsFreq: 1, embeddingsMetadata: 'words.tsv', writeGraph: false })];
  await new Trainer(words, { loss: 'mse' }).fit({ x: ids, y: tensor([[0], [1]]) }, { verbose: 0, callbacks: projecting });

  const { status, stdout, stderr } = spawnSync(python, ['-c', look, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const found: Record<string, [number, unknown][]> = JSON.parse(stdout);
  console.log(`TensorBoard sees ${Object.keys(found).join(', ')}`);
  const rounded = (values: readonly (number | undefined)[] = []): unknown => values.map((value, i) => [i, Math.fround(value ?? NaN)]);
  fault('loss', found['train scalars epoch_loss'], rounded(logs['loss']));
  fault('val_loss', found['validation scalars epoch_loss'], rounded(logs['val_loss']));
  fault('learning rate', found['train scalars epoch_learning_rate'], rounded([0.0625, 0.0625, 0.0625]));
  const steps = (name: string): unknown => found[name]?.map(([step]) => step);
  fault('batches', steps('train scalars batch_loss'), [4, 8]);
  fault('iterations', steps('validation scalars evaluation_loss_vs_iterations'), [3, 6, 9]);
  fault('histograms', steps('train histograms dense/kernel/histogram'), [0, 2]);
  // Two rows of one pixel, each after a 0.
  fault('image', found['own images image'], [[3, [1, 2, [[0, 0, 127, 255, 0, 255, 63, 0]]]]]);
  fault('projector', found['projector'], [[0, ['embedding/embeddings', 'train/embedding.tsv', 'words.tsv']]]);
  fault('text', found['own text note'], [[7, '**ja**']]);
  const [inner, last] = ['functional/inner/dense', 'functional/inner/dense_1'];
  const sum = ['functional/dense', last];
  fault('graph', Object.fromEntries(found['train graph_keras_model keras'] ?? []), {
    'functional/input_layer': [],
    'functional/dense': ['functional/input_layer'],
    [inner]: ['functional/input_layer'],
    [last]: [inner],
    'functional/add': sum,
    'functional/dense_1': ['functional/add'],
  });
}

if (python !== undefined) await check(python);
rmSync(folder, { recursive: true, force: true });
