/** Object headers: what HDF5 says of a group or of a data set, as a list of messages. */
import { fault } from './bytes.js';
import type { Bytes } from './bytes.js';

/** One message; its content starts at byte `at`. */
export interface Message {
  readonly type: number;
  readonly at: number;
  readonly size: number;
}

/** The kinds of messages that are looked at. */
export const kind = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  externalFiles: 0x07,
  layout: 0x08,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
} as const;

interface Block {
  readonly at: number;
  readonly end: number;
}

/** No real header has more. */
const maxMessages = 100_000;

/** All messages of the object whose header stands at byte `at`. */
export function messagesAt(bytes: Bytes, at: number): readonly Message[] {
  if (bytes.u8(at) !== 1) throw fault('an object header of a newer format: h5py writes the older one with libver="earliest", its default');
  const blocks: Block[] = [{ at: at + 16, end: at + 16 + bytes.u32(at + 8) }];
  const seen = new Set<number>();
  const messages: Message[] = [];
  for (let block = blocks.pop(); block; block = blocks.pop()) {
    if (seen.has(block.at)) throw fault(`an object header that runs in circles, at byte ${block.at}`);
    seen.add(block.at);
    for (let next = block.at; next + 8 <= block.end;) {
      const message = { type: bytes.u16(next), at: next + 8, size: bytes.u16(next + 2) };
      if (message.at + message.size > block.end) throw fault(`a message at byte ${next} that is longer than its header`);
      // Flag 2: the content stands elsewhere, shared with other objects.
      if ((bytes.u8(next + 4) & 2) !== 0) throw fault(`a shared message, at byte ${next}`);
      if (message.type === kind.continuation) blocks.push(continued(bytes, message));
      else messages.push(message);
      if (messages.length > maxMessages) throw fault('an object header that does not end');
      next = message.at + message.size;
    }
  }
  return messages;
}

function continued(bytes: Bytes, { at }: Message): Block {
  const start = bytes.u64(at);
  return { at: start, end: start + bytes.u64(at + 8) };
}

/** The message of this kind, if there is one. */
export function find(messages: readonly Message[], type: number): Message | undefined {
  return messages.find((message) => message.type === type);
}
