/**
 * Which way each instruction is cut: so that what a thread reads, it has mostly written itself.
 *
 * Not waiting is what costs, but lines of the cache that move from core to core: a weight whose gradient is cut by rows
 * and whose product is cut by columns changes its owner twice a step. Every choice is tried against the others, which
 * stay as they are, until none gets better; from several starts, since neighbours only pay when they change together.
 */
import { common } from './extent.js';
import type { Access, Choice } from './options.js';
import type { Region } from '../plan/plan.js';

/** What a byte from another core's cache costs, and waiting for it at all, in nanoseconds. */
const [perForeignByte, perMeeting] = [0.15, 400];

const rounds = 4;

/** For each choice the number of its option. */
export function assign(choices: readonly Choice[]): readonly number[] {
  const search = new Search(choices);
  const starts = ['columns', 'rows'].map((along) =>
    choices.map(({ options }) =>
      startOf(
        options.map((option) => option.along),
        along,
      ),
    ),
  );
  const found = starts.map((start) => search.descend(start));
  return found.reduce((best, other) => (other.cost < best.cost ? other : best)).picks;
}

function startOf(ways: readonly string[], along: string): number {
  const wanted = ways.indexOf(along);
  return wanted >= 0 ? wanted : ways.length - 1;
}

/** An instruction that touches a region. */
interface Touch {
  readonly choice: number;
  /** By option. */
  readonly accesses: readonly (readonly Access[])[];
}

class Search {
  private readonly choices: readonly Choice[];
  private readonly touches: Map<Region, Touch[]> = new Map();
  /** The regions that a choice touches. */
  private readonly regions: readonly ReadonlySet<Region>[];

  constructor(choices: readonly Choice[]) {
    this.choices = choices;
    this.regions = choices.map(({ instruction }, choice) => {
      const places = instruction.kind === 'copy' ? [instruction.from, instruction.to] : [...instruction.operands, ...instruction.results];
      const regions = new Set(places.map(({ region }) => region));
      for (const region of regions) this.note(region, choice);
      return regions;
    });
  }

  descend(start: readonly number[]): { readonly picks: readonly number[]; readonly cost: number } {
    const picks = [...start];
    for (let round = 0, changed = true; round < rounds && changed; round++) {
      changed = false;
      for (const [choice, { options }] of this.choices.entries()) {
        if (options.length === 1) continue;
        const before = picks[choice];
        const costs = options.map((_, option) => {
          picks[choice] = option;
          return this.costAround(choice, picks);
        });
        picks[choice] = costs.indexOf(Math.min(...costs));
        changed ||= picks[choice] !== before;
      }
    }
    const regions = [...this.touches.keys()].reduce((total, region) => total + this.costOf(region, picks), 0);
    return { picks, cost: regions + this.choices.reduce((total, { options, trips }, i) => total + options[picks[i]].time * trips, 0) };
  }

  private costAround(choice: number, picks: readonly number[]): number {
    const { options, trips } = this.choices[choice];
    let cost = options[picks[choice]].time * trips;
    for (const region of this.regions[choice]) cost += this.costOf(region, picks);
    return cost;
  }

  /** What it costs that threads read in this region what others wrote. */
  private costOf(region: Region, picks: readonly number[]): number {
    const touches = this.touches.get(region) ?? [];
    const writes: Access[] = [];
    let cost = 0;
    // A variable is read where the step before left it.
    const rounds = region.kind === 'home' ? 2 : 1;
    for (let round = 0; round < rounds; round++) {
      for (const { choice, accesses } of touches) {
        const mine = accesses[picks[choice]];
        if (round === rounds - 1) cost += this.meetings(mine, writes) * this.choices[choice].trips;
        const made = mine.filter(({ write }) => write);
        if (made.length > 0) writes.splice(0, writes.length, ...made, ...writes.slice(0, 8));
      }
    }
    return cost;
  }

  private meetings(accesses: readonly Access[], writes: readonly Access[]): number {
    let worst = 0;
    for (const { thread, write, extent } of accesses) {
      if (write) continue;
      let [missing, foreign] = [sizeOf(extent), 0];
      for (const source of writes) {
        if (missing <= 0) break;
        const bytes = Math.min(
          missing,
          common(extent, source.extent, () => true),
        );
        missing -= bytes;
        if (source.thread !== thread) foreign += bytes;
      }
      worst = Math.max(worst, foreign);
    }
    return worst === 0 ? 0 : perMeeting + worst * perForeignByte;
  }

  private note(region: Region, choice: number): void {
    if (region.kind === 'constants') return;
    const space = region.kind === 'home' ? `home ${region.index}` : region.kind;
    const within = ({ extent }: Access): boolean =>
      extent.space === space && extent.at >= region.offset && extent.at < region.offset + region.bytes;
    const accesses = this.choices[choice].options.map((option) => option.accesses.filter(within));
    const touches = this.touches.get(region) ?? [];
    touches.push({ choice, accesses });
    this.touches.set(region, touches);
  }
}

function sizeOf({ width, rows }: Access['extent']): number {
  return width * rows.count;
}
