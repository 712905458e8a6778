/**
 * One conversation as far as this client has it: data, and functions that make the next data.
 *
 * The entries are a set, sorted by (epoch, seq); what is drawn is derived from it (lines.ts), so the order in which
 * frames arrive cannot change what is seen in the end.
 */

import type { Accepted, ConversationEntry, History, Marks, Milliseconds } from "./protocol.ts";
import type { Position, Resumed, Stored, Summary, Uuid } from "./protocol.ts";

/** An entry with its numbers: whoever leaves out a default means zero. */
export type Placed = ConversationEntry & {
  readonly epoch: number;
  readonly seq: number;
  readonly after: number;
  readonly at: Milliseconds;
};

/** One number of the log, and the number before it that this audience can see. */
type Step = Pick<Placed, "epoch" | "seq" | "after">;

export interface Timeline {
  readonly conversation_id: Uuid;
  /** The last number up to which nothing is missing; null until the tail was loaded. */
  readonly position: Position | null;
  readonly entries: readonly Placed[];
  /** Numbers that came after a hole. */
  readonly ahead: readonly Step[];
  /** Entries that have no place until the server answers: of a higher epoch, or before the tail is here. */
  readonly unplaced: readonly Placed[];
  /** A number that is known to be taken while its content is not here. */
  readonly expected: Position | null;
  readonly summary: Summary | null;
  readonly stored: Position;
  readonly marks: Readonly<Record<Uuid, Marks>>;
}

const START: Position = { epoch: 0, seq: 0 };

export const emptyTimeline = (conversation_id: Uuid): Timeline => ({
  conversation_id,
  position: null,
  entries: [],
  ahead: [],
  unplaced: [],
  expected: null,
  summary: null,
  stored: START,
  marks: {},
});

/** Which of two numbers comes first. */
export const compare = (a: Position, b: Position): number => a.epoch - b.epoch || a.seq - b.seq;

/** Something is missing that the server can be asked for, from `position`. */
export const hasHole = (timeline: Timeline): boolean =>
  timeline.expected !== null || timeline.ahead.length > 0 || timeline.unplaced.length > 0;

/** There are entries before the first one here. */
export const hasOlder = (timeline: Timeline): boolean => (timeline.entries[0]?.after ?? 0) > 0;

export function withNumbers(entry: ConversationEntry): Placed {
  return { ...entry, epoch: entry.epoch ?? 0, seq: entry.seq ?? 0, after: entry.after ?? 0, at: entry.at ?? 0 };
}

/** A live entry takes its place; one that is known changes nothing. */
export function placeEntry(timeline: Timeline, entry: Placed): Timeline {
  const position = timeline.position;
  if (position === null || entry.epoch > position.epoch) {
    return { ...timeline, unplaced: insert(timeline.unplaced, [entry]) };
  }
  if (entry.epoch < position.epoch || isBeforeWindow(timeline, position, entry)) return timeline;
  const ahead = [...timeline.ahead, { epoch: entry.epoch, seq: entry.seq, after: entry.after }];
  return advance({ ...timeline, entries: insert(timeline.entries, [entry]), ahead });
}

/** The sender's own entry got its number; with content unknown, as of a decision, the server is to be asked. */
export function placeAccepted(timeline: Timeline, accepted: Accepted, content: ConversationEntry | null): Timeline {
  const { epoch, seq, after, at } = accepted;
  if (content !== null) return placeEntry(timeline, { ...content, epoch, seq, after, at });
  return advance({ ...timeline, expected: timeline.expected === null ? { epoch, seq } : later(timeline.expected, { epoch, seq }) });
}

/** The server's answer: what follows the position `asked`, or a new tail in place of everything. */
export function takeResumed(timeline: Timeline, resumed: Resumed, asked: Position | null): Timeline {
  const mine = timeline.position;
  const is_old = mine !== null && resumed.position.epoch < mine.epoch;
  if (is_old || (resumed.refused ?? null) !== null) return timeline;
  const base = resumed.recovered ? asked : null;
  const answered = (resumed.entries ?? []).flatMap((each) => ("sender" in each ? [withNumbers(each)] : []));
  // Between the two positions the answer alone is true: an epoch that is over may have shown more.
  const isNews = (each: Position): boolean => isAfter(each, resumed.position);
  const kept = timeline.entries.filter((each) => isNews(each) || (base !== null && compare(each, base) <= 0));
  const summary = resumed.summary ?? timeline.summary;
  const next: Timeline = {
    ...timeline,
    position: base !== null && mine !== null ? later(mine, resumed.position) : resumed.position,
    entries: insert(answered, kept),
    ahead: [...timeline.ahead, ...kept].filter(isNews),
    unplaced: [],
    expected: timeline.expected !== null && isNews(timeline.expected) ? timeline.expected : null,
    summary,
    stored: later(timeline.stored, { epoch: resumed.position.epoch, seq: summary?.stored ?? 0 }),
    marks: (resumed.marks ?? []).reduce(addMarks, base === null ? {} : timeline.marks),
  };
  return timeline.unplaced.reduce(placeEntry, advance(next));
}

/** Older entries come in front; those that do not reach up to the first one here were asked for before a resync. */
export function takeHistory(timeline: Timeline, history: History): Timeline {
  const first = timeline.entries[0];
  if (first === undefined || (history.entries.at(-1)?.seq ?? 0) < first.after) return timeline;
  return { ...timeline, entries: insert(timeline.entries, history.entries.map(withNumbers)) };
}

export function takeStored(timeline: Timeline, stored: Stored): Timeline {
  return { ...timeline, stored: later(timeline.stored, { epoch: stored.epoch, seq: stored.upto }) };
}

/** Marks only grow, so a late frame changes nothing. */
export function takeMarks(timeline: Timeline, marks: Marks): Timeline {
  return { ...timeline, marks: addMarks(timeline.marks, marks) };
}

function addMarks(known: Readonly<Record<Uuid, Marks>>, marks: Marks): Record<Uuid, Marks> {
  const mine = known[marks.by];
  const delivered = Math.max(mine?.delivered ?? 0, marks.delivered ?? 0, marks.read ?? 0);
  return { ...known, [marks.by]: { ...marks, delivered, read: Math.max(mine?.read ?? 0, marks.read ?? 0) } };
}

/** Adds entries to a sorted set; of an id that has two numbers the first one counts. */
function insert(entries: readonly Placed[], more: readonly Placed[]): readonly Placed[] {
  const known = new Map(entries.map((each) => [each.id, each]));
  for (const each of more) {
    const before = known.get(each.id);
    if (before === undefined || compare(each, before) < 0) known.set(each.id, each);
  }
  return [...known.values()].sort(compareEntries);
}

/** A void stands at the number of what it takes away, and comes after it. */
const compareEntries = (a: Placed, b: Placed): number =>
  compare(a, b) || Number(a.type === "entry_voided") - Number(b.type === "entry_voided");

/** Moves the position over every number that follows it without a gap. */
function advance(timeline: Timeline): Timeline {
  let position = timeline.position;
  if (position === null) return timeline;
  const rest: Step[] = [];
  for (const step of [...timeline.ahead].sort(compare)) {
    if (compare(step, position) <= 0) continue;
    if (step.epoch === position.epoch && step.after <= position.seq) position = { epoch: step.epoch, seq: step.seq };
    else rest.push(step);
  }
  const expected = timeline.expected !== null && isAfter(timeline.expected, position) ? timeline.expected : null;
  return { ...timeline, position, ahead: rest, expected };
}

function isBeforeWindow(timeline: Timeline, position: Position, entry: Placed): boolean {
  const first = timeline.entries[0];
  return compare(entry, position) <= 0 && (first === undefined || compare(entry, first) < 0);
}

/** Later in the same epoch: what an epoch that is over had later is undone. */
const isAfter = (step: Position, position: Position): boolean =>
  step.epoch === position.epoch && step.seq > position.seq;

const later = (a: Position, b: Position): Position => (compare(a, b) < 0 ? b : a);
