/** Embeddings for TensorBoard's projector: which there are, and their rows as text. */
import { Embedding, layersUnder } from '@gradus/nn';
import { ArgumentError } from '@gradus/tensor';
import type { AnyLayer } from '@gradus/nn';
import type { Tensor } from '@gradus/tensor';

/** A file that says what the rows of an embedding are, a line each: for all embeddings, or by the paths of their layers. */
export type EmbeddingsMetadata = string | Readonly<Record<string, string>>;

export interface Projected {
  /** Where the layer stands in the model. */
  readonly path: string;
  readonly layer: Embedding;
  /** Below the folder of logs. */
  readonly file: string;
}

/** The embeddings of a model. */
export function embeddingsIn(model: AnyLayer): readonly Projected[] {
  return layersUnder(model).flatMap(({ path, layer }) => {
    if (!(layer instanceof Embedding)) return [];
    const name = path === '' ? 'embedding' : path;
    return [{ path: name, layer, file: `train/${name.replaceAll('/', '.')}.tsv` }];
  });
}

/** The file `projector_config.pbtxt`, as the projector reads it. @throws ArgumentError where metadata name no embedding */
export function projectorConfig(embeddings: readonly Projected[], metadata: EmbeddingsMetadata | undefined): string {
  const named = typeof metadata === 'object' ? metadata : {};
  const unknown = Object.keys(named).filter((name) => !embeddings.some(({ path }) => path === name));
  if (unknown.length > 0) {
    throw new ArgumentError(
      `embeddingsMetadata: there is no embedding ${unknown.join(', ')}; there are: ${embeddings.map(({ path }) => path).join(', ') || 'none'}`,
    );
  }
  const blocks = embeddings.map(({ path, file }) => {
    const about = typeof metadata === 'string' ? metadata : named[path];
    const fields = [['tensor_name', `${path}/embeddings`], ['tensor_path', file], ...(about === undefined ? [] : [['metadata_path', about]])]; // prettier-ignore
    return `embeddings {\n${fields.map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`).join('')}}\n`;
  });
  return blocks.join('');
}

/** The rows of a matrix, a line each, numbers between tabs. */
export function rowsAsText(x: Tensor): string {
  return `${x.toArray(2).map((row) => row.join('\t')).join('\n')}\n`; // prettier-ignore
}
