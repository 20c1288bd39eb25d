/** Groups: which names stand in one, and where the headers of the objects behind them are. */
import { fault } from './bytes.js';
import { find, kind } from './header.js';
import type { Bytes } from './bytes.js';
import type { Message } from './header.js';

/** Of a symbol table entry: the name is a soft link. */
const softLink = 2;

/**
 * The members of a group: a tree of nodes, whose leaves list names (kept in a heap) with the addresses of headers.
 * Links to other places or files are refused.
 */
export function membersOf(bytes: Bytes, messages: readonly Message[]): ReadonlyMap<string, number> {
  if (find(messages, kind.linkInfo)) throw fault('a group of a newer format, which may hold links to other files');
  const table = find(messages, kind.symbolTable);
  if (!table) throw fault('an object that is no group where one is expected');
  const names = heapAt(bytes, bytes.u64(table.at + 8));
  const members = new Map<string, number>();
  for (const leaf of leavesUnder(bytes, bytes.u64(table.at))) readLeaf(bytes, leaf, names, members);
  return members;
}

interface Heap {
  readonly at: number;
  readonly size: number;
}

function heapAt(bytes: Bytes, at: number): Heap {
  if (!bytes.is('HEAP', at)) throw fault(`no heap of names at byte ${at}`);
  return { at: bytes.u64(at + 24), size: bytes.u64(at + 8) };
}

/** The leaves below a node, found without recursion; no node is visited twice. */
function leavesUnder(bytes: Bytes, root: number): readonly number[] {
  const waiting = [root];
  const seen = new Set<number>();
  const leaves: number[] = [];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (seen.has(at)) throw fault(`a group that runs in circles, at byte ${at}`);
    seen.add(at);
    if (bytes.is('SNOD', at)) leaves.push(at);
    else if (bytes.is('TREE', at) && bytes.u8(at + 4) === 0) {
      const children = bytes.u16(at + 6);
      for (let i = 0; i < children; i++) waiting.push(bytes.u64(at + 32 + 16 * i));
    } else throw fault(`no node of a group at byte ${at}`);
  }
  return leaves;
}

function readLeaf(bytes: Bytes, leaf: number, names: Heap, members: Map<string, number>): void {
  const count = bytes.u16(leaf + 6);
  for (let i = 0; i < count; i++) {
    const entry = leaf + 8 + 40 * i;
    const offset = bytes.u64(entry);
    if (offset >= names.size) throw fault(`a name outside of its heap, at byte ${entry}`);
    const name = bytes.zeroEnded(names.at + offset, names.size - offset);
    if (bytes.u32(entry + 16) === softLink) throw fault(`${JSON.stringify(name)} is a link to another place: refused`);
    if (members.has(name)) throw fault(`the name ${JSON.stringify(name)} comes twice`);
    members.set(name, bytes.u64(entry + 8));
  }
}
