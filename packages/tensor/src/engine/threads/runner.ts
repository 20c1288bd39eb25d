/** Runs a program, on one thread or on all. */
import { instantiate } from '../instantiate.js';
import { share } from '../../compiler/threads/index.js';
import { arrived, failed, met } from './control.js';
import { Pace } from './pace.js';
import type { Plan, Region } from '../../compiler/plan/plan.js';
import type { Compute } from '../instantiate.js';
import type { Engine } from '../engine.js';
import type { Membership, Team } from './team.js';

/** The first runs are on one thread: the program for several is another one, and the first step shall be fast. */
const first = 3;

/** A program that a team runs. */
export interface Joint {
  readonly team: Team;
  readonly membership: Membership;
  readonly main: Compute;
  readonly scratch: number | undefined;
}

interface Counts {
  all: number;
  together: number;
}

/** What a program has of a team: apart from it, so that it can be given back when the program is collected. */
export interface Ties {
  joint?: Joint | undefined;
}

/** Gives back what a program has of a team. */
export function untie({ memory, team }: Pick<Engine, 'memory' | 'team'>, ties: Ties): void {
  const { joint } = ties;
  if (!joint) return;
  ties.joint = undefined;
  if (joint.scratch !== undefined) memory.release(joint.scratch);
  if (joint.team === team) joint.team.leave(joint.membership);
}

export class Runner {
  private readonly engine: Engine;
  private readonly plan: Plan;
  private readonly alone: Compute;
  private readonly baseOf: (region: Region) => number;
  /** How many runs there were in all, and on several threads. */
  readonly counts: Counts = { all: 0, together: 0 };
  private readonly ties: Ties;
  /** The team for which there was too little to share. */
  private spared: Team | undefined;
  private pace: Pace = new Pace();

  /** @param alone - the program on one thread @param ties - where to note what it has of a team */
  constructor(engine: Engine, plan: Plan, alone: Compute, options: { readonly baseOf: (region: Region) => number; readonly ties: Ties }) {
    this.engine = engine;
    this.plan = plan;
    this.alone = alone;
    this.baseOf = options.baseOf;
    this.ties = options.ties;
  }

  run(): void {
    if (++this.counts.all <= first) return void this.alone();
    const team = this.engine.team;
    if (this.ties.joint && this.ties.joint.team !== team) untie(this.engine, this.ties);
    if (!team || team === this.spared) return void this.alone();
    this.ties.joint ??= this.join(team);
    if (!this.ties.joint) return void this.alone();
    this.share(team, this.ties.joint);
  }

  private share(team: Team, { membership, main }: Joint): void {
    const { always } = this.engine.threads;
    if (always) team.await(membership);
    if (!team.knows(membership)) return void this.alone();
    const start = performance.now();
    const mode = always ? 'together' : this.pace.next(start);
    if (mode === 'together') this.counts.together++;
    if (mode === 'together') team.run(membership, main);
    else this.alone();
    const end = performance.now();
    this.pace.took(mode, end - start, end);
  }

  private join(team: Team): Joint | undefined {
    const { memory } = this.engine;
    const { lists, scratch, cut } = share(this.plan, team.threads);
    if (cut === 0) this.spared = team;
    if (cut === 0) return undefined;
    const own = scratch > 0 ? memory.allocate(scratch * lists.length) : undefined;
    const baseOf = (region: Region): number => (region.kind === 'scratch' ? (own ?? 0) + region.index * scratch : this.baseOf(region));
    const word = (index: number): number => team.at + 4 * index;
    const meeting = { threads: lists.length, arrived: word(arrived), met: word(met), failed: word(failed) };
    const { module, mains } = instantiate(memory, lists, { baseOf, limits: memory.limits, meeting });
    return { team, membership: team.join(module), main: mains[0], scratch: own };
  }
}
