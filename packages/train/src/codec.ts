/**
 * A checkpoint as one safetensors file: tensors under their paths, all else as JSON in the metadata. JSON has no NaN
 * and no infinity, and a tensor stands elsewhere in the file: `{ "$number": "NaN" }` and `{ "$tensor": "name" }` stand for them.
 */
import { isRecord, isTensor, readSafetensors, writeSafetensors } from '@gradus/nn';
import { ArgumentError, FormatError, fromData } from '@gradus/tensor';
import { StateFields, isStateList, isStateRecord } from './state.js';
import type { Json } from '@gradus/nn';
import type { Dense, Tensor } from '@gradus/tensor';
import type { Checkpoint, State, StateRecord } from './state.js';

const formatVersion = 1;
const metadataKey = 'gradus-checkpoint';

/** The bytes of a checkpoint; equal checkpoints have equal bytes. */
export function checkpointToBytes({ setting, position, logs, stopped, flavour, variables, callbacks }: Checkpoint): Uint8Array {
  const tensors = new Map<string, Dense>();
  const whole: StateRecord = {
    version: formatVersion,
    setting,
    position: { ...position },
    logs,
    stopped: stopped ?? null,
    flavour,
    variables: Object.fromEntries(variables),
    callbacks,
  };
  const text = JSON.stringify(written(whole, '', tensors));
  return writeSafetensors(tensors, new Map([[metadataKey, text]]));
}

/** @throws FormatError where the bytes are no checkpoint, or one of a later version */
export function checkpointFromBytes(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes);
  const text = metadata.get(metadataKey);
  if (text === undefined) throw new FormatError(`checkpoint: the file's metadata has no '${metadataKey}'`);
  const fields = new StateFields(read(parse(text), tensors), 'checkpoint');
  const version = fields.number('version');
  if (version !== formatVersion) throw new FormatError(`checkpoint: version ${version}, this program reads ${formatVersion}`);
  const position = fields.fields('position');
  return {
    setting: Object.fromEntries(fields.fields('setting').keys.map((key) => [key, fields.fields('setting').any(key)])),
    position: {
      epoch: position.number('epoch'),
      batch: position.number('batch'),
      pass: position.number('pass'),
      index: position.number('index'),
    },
    logs: fields.numberRecord('logs'),
    stopped: fields.has('stopped') ? fields.string('stopped') : undefined,
    flavour: fields.string('flavour'),
    variables: fields.tensorMap('variables'),
    callbacks: fields.list('callbacks'),
  };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FormatError('checkpoint: the metadata is no JSON', { cause: error });
  }
}

/** `state` as JSON; its tensors go to `tensors`, named by where they stand. */
function written(state: State, where: string, tensors: Map<string, Dense>): Json {
  if (isTensor(state)) {
    tensors.set(where, state.dense());
    return { $tensor: where };
  }
  if (typeof state === 'number' && (!Number.isFinite(state) || Object.is(state, -0))) {
    return { $number: Object.is(state, -0) ? '-0' : String(state) };
  }
  const inside = (key: string): string => (where === '' ? key : `${where}/${key}`);
  if (isStateList(state)) return state.map((item, i) => written(item, inside(String(i)), tensors));
  if (!isStateRecord(state)) return state;
  return Object.fromEntries(
    Object.entries(state).map(([key, item]) => {
      if (key.startsWith('$')) throw new ArgumentError(`state: a key must not begin with '$', found '${key}'`);
      return [key, written(item, inside(key), tensors)];
    }),
  );
}

function read(json: Json, tensors: ReadonlyMap<string, Dense>): State {
  if (!isRecord(json)) return typeof json === 'object' && json !== null ? json.map((item) => read(item, tensors)) : json;
  const { $tensor: name, $number: spelled } = json;
  if (typeof name === 'string') return tensorOf(name, tensors);
  if (typeof spelled === 'string') return Number(spelled);
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, read(item, tensors)]));
}

function tensorOf(name: string, tensors: ReadonlyMap<string, Dense>): Tensor {
  const found = tensors.get(name);
  if (found) return fromData(found.data, found.shape, found.dtype);
  throw new FormatError(`checkpoint: the tensor ${name} is missing`);
}
