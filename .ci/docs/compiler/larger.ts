/** The same stages for steps as people train them: what is left of their operations. */
import { Adam, Add, Dense, input, jit, LayerNormalization, LSTM, MeanSquaredError, Model, MultiHeadAttention, RMSprop, Sequential, SparseCategoricalCrossentropy, valueAndGrad, zeros } from '@gradus/train'; // prettier-ignore
import type { Graph, Node } from '@gradus/tensor/extend';
import type { Layer, Loss, Optimizer, Program, Tensor } from '@gradus/train';

export interface Work {
  readonly name: string;
  readonly model: Layer<Tensor, Tensor>;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly x: Tensor;
  readonly y: Tensor;
}

/** One line a step: operations as traced, loops and other steps left, calls of kernels, memory. */
export function larger(): string {
  const rows = [perceptron(), lstm(), transformer()].map((work) => {
    const { program, plan } = compiled(work);
    const [calls = '', kernels = ''] = plan.match(/\d+/g) ?? [];
    const count = (graph: Graph, keep: (node: Node) => boolean): string => String(all(graph).filter(keep).length);
    const memory = `${(program.memory / 1e6).toFixed(2)} MB`;
    return [work.name, count(program.graph, isOperation), count(program.compiled, ({ kind }) => kind === 'fused'), calls, kernels, memory];
  });
  const table = [['', 'operations', 'loops', 'calls', 'kernels', 'arena'], ...rows];
  return table.map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(34) : cell.padStart(10))).join(' ')).join('\n');
}

const isOperation = ({ kind }: Node): boolean => kind === 'op';

/** The nodes of a graph and of its loops. */
function all({ nodes }: Graph): readonly Node[] {
  return nodes.flatMap((node) =>
    node.kind === 'scan' ? [node, ...all(node.attributes.body)] : node.kind === 'call' ? all(node.body) : [node],
  );
}

/** Traced and planned, not run. */
function compiled(work: Work): { readonly program: Program; readonly plan: string } {
  const step = jit(stepOf(work));
  step.prepare(work.x, work.y);
  const [program] = step.programs;
  if (!program) throw new Error('there is no program');
  return { program, plan: step.explain() };
}

/** One training step, as it is written. */
export function stepOf({ model, loss, optimizer, x }: Work): (x: Tensor, y: Tensor) => Tensor {
  model.apply(x);
  const variables = model.trainableVariables;
  const both = valueAndGrad((a: Tensor, b: Tensor) => loss.apply(b, model.apply(a, { training: true })), { wrt: variables });
  return (a, b) => {
    const [value, gradients] = both(a, b);
    optimizer.apply(gradients, variables);
    return value;
  };
}

export function perceptron(): Work {
  const model = new Sequential([new Dense(128, { activation: 'relu' }), new Dense(64, { activation: 'relu' }), new Dense(10)]);
  const loss = new SparseCategoricalCrossentropy({ fromLogits: true });
  return { name: '784-128-64-10, Adam, batch 32', model, loss, optimizer: new Adam(), x: zeros([32, 784]), y: zeros([32], 'int32') };
}

function lstm(): Work {
  const model = new Sequential([new LSTM(64), new Dense(1)]);
  const optimizer = new RMSprop();
  return { name: 'LSTM(64), 50 steps, RMSprop', model, loss: new MeanSquaredError(), optimizer, x: zeros([32, 50, 32]), y: zeros([32, 1]) };
}

function transformer(): Work {
  const x = input([64, 128]);
  const seen = new LayerNormalization().apply(x);
  const attended = new Add().apply([x, new MultiHeadAttention(4, 32).apply({ query: seen, value: seen })]);
  const wide = new Dense(512, { activation: 'gelu' }).apply(new LayerNormalization().apply(attended));
  const model = new Model({ inputs: x, outputs: new Add().apply([attended, new Dense(128).apply(wide)]) });
  const rows = zeros([8, 64, 128]);
  return { name: 'transformer block of width 128', model, loss: new MeanSquaredError(), optimizer: new Adam(), x: rows, y: rows };
}
