// TensorBoard itself reads what Gradus writes: tags, plugins, steps and numbers. Where Python (PYTHON, or python3) has no TensorBoard, nothing is checked.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Add, Dense, input, key, Model, Sequential, SGD, SummaryWriter, TensorBoard, Trainer, uniform } from '@gradus/train';

const look = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.graph.keras_util import keras_model_to_graph_def
from tensorboard.util.tensor_util import make_ndarray
found = {}
for run in ('train', 'validation', 'own'):
    events = EventAccumulator(sys.argv[1] + '/' + run, size_guidance={'tensors': 0}).Reload()
    for tag in events.Tags()['tensors']:
        plugin = events.SummaryMetadata(tag).plugin_data.plugin_name
        if plugin == 'graph_keras_model':
            [event] = events.Tensors(tag)
            graph = keras_model_to_graph_def(json.loads(make_ndarray(event.tensor_proto).flat[0]))
            seen = [[node.name, list(node.input)] for node in graph.node]
        else:
            read = lambda x: x.tolist() if x.dtype != object else x.flat[0].decode()
            seen = [[event.step, read(make_ndarray(event.tensor_proto))] for event in events.Tensors(tag)]
        found[run + ' ' + plugin + ' ' + tag] = seen
print(json.dumps(found))
`;

const python = process.env['PYTHON'] ?? 'python3';
const folder = mkdtempSync(join(tmpdir(), 'gradus-tensorboard-'));

function fault(name: string, found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return;
  console.error(`${name}: expected ${JSON.stringify(expected)}, TensorBoard sees ${JSON.stringify(found)}`);
  process.exitCode = 1;
}

async function check(): Promise<void> {
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
  await writer.flush();

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

if (spawnSync(python, ['-c', 'import tensorboard']).status !== 0) console.log(`${python} has no TensorBoard: nothing is checked`);
else await check();
rmSync(folder, { recursive: true, force: true });
