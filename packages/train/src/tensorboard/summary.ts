/** Events: what happened at a step, as TensorFlow 2 writes it and TensorBoard reads it. */
import { FormatError } from '@gradus/tensor';
import { bucketsOf } from './histogram.js';
import { Fields, Message } from './protobuf.js';
import { pngOf } from './png.js';
import { record, recordsOf } from './records.js';
import type { Pixels } from './png.js';

const dtypes = { float: 1, double: 2, string: 7 } as const;
const dataClasses = { scalar: 1, tensor: 2, blobs: 3 } as const;

/** A value under a tag: one of Summary's. */
export type Value = Message;

export function scalarValue(tag: string, value: number): Value {
  return valueOf(tag, metadata('scalars', dataClasses.scalar), tensor(dtypes.float, []).float(5, value));
}

export function histogramValue(tag: string, data: Iterable<number>, buckets: number): Value {
  const rows = bucketsOf(data, buckets);
  const content = new Uint8Array(rows.length * 8);
  const view = new DataView(content.buffer);
  for (const [i, x] of rows.entries()) view.setFloat64(i * 8, x, true);
  return valueOf(tag, metadata('histograms', dataClasses.tensor), tensor(dtypes.double, [rows.length / 3, 3]).bytes(4, content));
}

export function textValue(tag: string, text: string): Value {
  return valueOf(tag, metadata('text', dataClasses.tensor), tensor(dtypes.string, []).text(8, text));
}

export function imageValue(tag: string, images: readonly Pixels[]): Value {
  const [{ width, height } = { width: 0, height: 0 }] = images;
  const content = tensor(dtypes.string, [images.length + 2])
    .text(8, String(width))
    .text(8, String(height));
  for (const image of images) content.bytes(8, pngOf(image));
  return valueOf(tag, metadata('images', dataClasses.blobs), content);
}

/** A model for the dashboard of graphs. */
export function modelValue(tag: string, json: string): Value {
  const plugin = new Message().text(1, 'graph_keras_model').text(2, '1');
  return valueOf(tag, new Message().message(1, plugin), tensor(dtypes.string, []).text(8, json));
}

/** The record of an event. @param time - seconds since 1970 */
export function eventRecord(time: number, step: number, value: Value): Uint8Array {
  return record(new Message().double(1, time).int(2, step).message(5, new Message().message(1, value)).encoded());
}

/** The record that every file begins with. */
export function versionRecord(time: number): Uint8Array {
  return record(new Message().double(1, time).text(3, 'brain.Event:2').encoded());
}

function valueOf(tag: string, about: Message, content: Message): Value {
  return new Message().text(1, tag).message(8, content).message(9, about);
}

function metadata(plugin: string, dataClass: number): Message {
  return new Message().message(1, new Message().text(1, plugin)).int(4, dataClass);
}

function tensor(dtype: number, shape: readonly number[]): Message {
  const axes = new Message();
  for (const size of shape) axes.message(2, new Message().int(1, size));
  return new Message().int(1, dtype).message(2, axes);
}

/** One value of an event file. */
export interface Summary {
  /** Seconds since 1970. */
  readonly time: number;
  readonly step: number;
  readonly tag: string;
  /** Who shows it: 'scalars', 'histograms', 'text', or another of TensorBoard's plugins. */
  readonly plugin: string;
  /** One number of a scalar; rows of left edge, right edge and count of a histogram; none of a text or of images. */
  readonly numbers: readonly number[];
  readonly text: string;
  /** Width and height as text, then PNG files; empty for anything but images. */
  readonly blobs: readonly Uint8Array[];
}

/**
 * The values in the bytes of an event file, those that TensorFlow 1 wrote included. A record at the end that is not whole is left out.
 *
 * @throws FormatError where the bytes are no event file, or damaged
 */
export function readEvents(bytes: Uint8Array): Summary[] {
  const events = [...recordsOf(bytes)].map((data) => new Fields(data));
  const version = events[0]?.text(3) ?? '';
  if (events.length > 0 && !version.startsWith('brain.Event:'))
    throw new FormatError(`event file: expected a version first, found '${version}'`);
  return events.flatMap(
    (event) =>
    event.fields(5).all(1).map((value) => summaryOf(event.number(1), event.number(2), new Fields(value))), // prettier-ignore
  );
}

function summaryOf(time: number, step: number, value: Fields): Summary {
  const content = value.fields(8);
  const plugin = value.fields(9).fields(1).text(1);
  const old = value.numbers(2);
  const [numbers, kind] = old.length > 0 ? [old, 'scalars'] : [numbersOf(content), ''];
  const blobs = plugin === 'images' ? content.all(8) : [];
  return { time, step, tag: value.text(1), plugin: plugin || kind, numbers, text: blobs.length > 0 ? '' : content.text(8), blobs };
}

function numbersOf(content: Fields): readonly number[] {
  const [raw, dtype] = [content.bytes(4), content.number(1)];
  if (raw.length === 0) return content.numbers(5);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  if (dtype === dtypes.double) return Array.from({ length: raw.length / 8 }, (_, i) => view.getFloat64(i * 8, true));
  if (dtype === dtypes.float) return Array.from({ length: raw.length / 4 }, (_, i) => view.getFloat32(i * 4, true));
  return [];
}
