/** Event files: checksums, records, messages, and files that are not whole. */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tensor } from '@gradus/tensor';
import { readEvents, SummaryWriter } from '@gradus/train';
import { crc32c, maskedCrc32c } from '../../src/tensorboard/crc32c.js';
import { bucketsOf } from '../../src/tensorboard/histogram.js';
import { Fields, Message } from '../../src/tensorboard/protobuf.js';
import { record, recordsOf } from '../../src/tensorboard/records.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradus-events-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const filesIn = (run: string): string[] => readdirSync(join(folder, run)).map((name) => join(folder, run, name));
const only = (run: string): string => {
  const [file = '', ...others] = filesIn(run);
  expect(others).toEqual([]);
  return file;
};
const seen = (file: string): string[] => readEvents(readFileSync(file)).map(({ tag, step, numbers }) => `${tag} ${step} ${numbers.join()}`);

test('CRC-32C: the vectors of the standard and of RFC 3720', () => {
  expect(crc32c(ascii('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  expect(crc32c(new Uint8Array())).toBe(0);
  expect(maskedCrc32c(new Uint8Array())).toBe(0xa282ead8);
});

test('messages are spelled as Protocol Buffers does', () => {
  const inside = new Message().text(1, 'ü');
  const bytes = new Message()
    .int(1, 150)
    .double(2, 1)
    .message(3, inside)
    .float(4, -2)
    .int(5, 2 ** 40)
    .int(20, 0)
    .encoded();
  expect(hex(bytes)).toBe('089601' + '11000000000000f03f' + '1a040a02c3bc' + '25000000c0' + '28808080808020' + 'a00100');
  const read = new Fields(bytes);
  expect([1, 2, 4, 5, 20, 99].map((field) => read.number(field))).toEqual([150, 1, -2, 2 ** 40, 0, 0]);
  expect(read.fields(3).text(1)).toBe('ü');
  expect(() => new Fields(bytes.subarray(0, 8))).toThrow('protobuf: a field goes beyond the end of its message');
  expect(() => new Fields(Uint8Array.of(11))).toThrow('protobuf: there is no wire type 3');
});

test('a file that was cut anywhere gives the records before; damage is an error', () => {
  const bytes = Uint8Array.from([...record(ascii('one')), ...record(new Uint8Array()), ...record(ascii('three'))]);
  const count = (size: number): number => [...recordsOf(bytes.subarray(0, size))].length;
  expect(hex(bytes.subarray(0, 8))).toBe('0300000000000000');
  for (let size = 0; size <= bytes.length; size++) expect(count(size)).toBe(size < 19 ? 0 : size < 35 ? 1 : size < bytes.length ? 2 : 3);
  for (let at = 0; at < bytes.length; at++) {
    const damaged = bytes.map((byte, i) => (i === at ? byte ^ 4 : byte));
    expect(() => [...recordsOf(damaged)]).toThrow(/the record at byte (0|19|35) is damaged/);
  }
});

test('histograms: equal widths, the maximum in the last bucket, one value alone, nothing', () => {
  expect([...bucketsOf([0, 1, 2, 3, 4, NaN, Infinity], 2)]).toEqual([0, 2, 2, 2, 4, 3]);
  expect([...bucketsOf([5, 5], 2)]).toEqual([5, 5, 0, 5, 5, 2]);
  expect([...bucketsOf([NaN], 2)]).toEqual([]);
});

test('what is written is read again', async () => {
  const writer = new SummaryWriter(join(folder, 'all'));
  writer.scalar('a', 0.1, 3);
  writer.histogram('h', tensor([1, 2, 4]), 4, { buckets: 1 });
  writer.text('t', '**ja**', 5);
  const before = Date.now() / 1000;
  await writer.flush();
  const found = readEvents(readFileSync(only('all')));
  for (const { time } of found) expect(Math.abs(time - before)).toBeLessThan(5);
  expect(found.map(({ step, tag, plugin, numbers, text }) => ({ step, tag, plugin, numbers, text }))).toEqual([
    { step: 3, tag: 'a', plugin: 'scalars', numbers: [Math.fround(0.1)], text: '' },
    { step: 4, tag: 'h', plugin: 'histograms', numbers: [1, 4, 3], text: '' },
    { step: 5, tag: 't', plugin: 'text', numbers: [], text: '**ja**' },
  ]);
  expect(only('all')).toMatch(/[\\/]events\.out\.tfevents\.\d{10}\..*\.\d+\.v2$/);
  expect(only('all')).toContain(`.${hostname()}.${process.pid}`);
  expect(() => writer.scalar('a', 1, -1)).toThrow('step: expected a whole number of at least 0, found -1');
});

test('nothing is made before there is something to write, and no two writers share a file', async () => {
  const writers = [1, 2, 3].map(() => new SummaryWriter(join(folder, 'many')));
  for (const writer of writers) await writer.flush();
  expect(readdirSync(folder)).not.toContain('many');
  for (const [i, writer] of writers.entries()) writer.scalar('a', i, 0);
  await Promise.all(writers.map((writer) => writer.flush()));
  expect(filesIn('many').flatMap(seen).toSorted()).toEqual(['a 0 0', 'a 0 1', 'a 0 2']);
});

test('goes on where its state was asked, over what came after, torn or whole', async () => {
  const writer = new SummaryWriter(join(folder, 'on'));
  writer.scalar('a', 1, 0);
  await writer.flush();
  writer.scalar('a', 2, 1);
  const state = writer.state();
  writer.scalar('lost', 9, 2);
  await writer.flush();
  const file = only('on');
  appendFileSync(file, Uint8Array.of(1, 2, 3));
  const next = new SummaryWriter(join(folder, 'on'));
  next.restore(state);
  next.scalar('a', 3, 2);
  await Promise.all([next.flush(), next.flush()]);
  expect(seen(file)).toEqual(['a 0 1', 'a 1 2', 'a 2 3']);

  truncateSync(file, 10);
  const late = new SummaryWriter(join(folder, 'on'));
  late.restore(state);
  await late.flush();
  expect(filesIn('on')).toHaveLength(2);
  expect(filesIn('on').flatMap(seen)).toEqual(['a 1 2']);
});

test('other files are refused', () => {
  expect(readEvents(new Uint8Array())).toEqual([]);
  expect(() => readEvents(record(ascii('\x1a\x01x')))).toThrow(`event file: expected a version first, found 'x'`);
});

test('a writer that failed tries again', async () => {
  const writer = new SummaryWriter(join(folder, 'all', 'x\0'));
  writer.scalar('a', 1, 0);
  await expect(writer.flush()).rejects.toThrow('null bytes');
  await expect(writer.flush()).rejects.toThrow('null bytes');
});
