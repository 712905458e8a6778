/** A server's log as the contract has it: numbers, audiences, epochs, repeats, voids, the stored mark. */

import type { Accepted, ConversationEntry, Position, Resumed, Stored } from "../src/protocol.ts";
import type { Placed } from "../src/timeline.ts";

export type Audience = "public" | "team";
type Unnumbered = ConversationEntry & { readonly type: "message_posted" | "message_edited" | "message_deleted" };

/** Small, so that answers are cut and tails are shorter than logs. */
const LIMIT = 3;

export class Log {
  epoch = 1;
  stored = 0;
  lines: Placed[] = [];
  readonly announce: (line: Placed, but: unknown) => void;

  constructor(announce: (line: Placed, but: unknown) => void) {
    this.announce = announce;
  }

  accept(entry: Unnumbered, by: unknown): Accepted {
    const known = this.lines.find((line) => line.id === entry.id);
    if (known !== undefined) return this.accepted(known);
    const line = this.append(entry);
    this.announce(line, by);
    return this.accepted(line);
  }

  /** The log forgot that it knew this id, and learns of it from the database: the second number becomes a void. */
  repeat(index: number): void {
    const known = this.lines[index];
    if (known?.type !== "message_posted") return;
    const line = this.append(known);
    this.announce(line, null);
    const { epoch, seq, after, at, conversation_id, sender } = line;
    const gone: Placed = {
      type: "entry_voided", id: `void-${seq}-${epoch}`, voided_id: known.id, epoch, seq, after, at, conversation_id, sender,
    };
    this.lines = this.lines.map((each) => (each === line ? gone : each));
    this.announce(gone, null);
  }

  store(): Stored {
    this.stored = this.last;
    return { type: "stored", conversation_id: "c", epoch: this.epoch, upto: this.stored };
  }

  /** A failover: what was not stored is gone, and its numbers are given out again under the next epoch. */
  lose(): void {
    this.epoch += 1;
    this.lines = this.lines.filter((line) => line.seq <= this.stored);
  }

  resume(position: Position | null, audience: Audience): Resumed {
    const seen = this.seenBy(audience);
    const recovered = position !== null && this.isKnown(position);
    const rest = recovered ? seen.filter((line) => line.seq > position.seq) : seen.slice(-LIMIT);
    const entries = rest.slice(0, LIMIT).map((line) => ({ ...line, after: seen[seen.indexOf(line) - 1]?.seq ?? 0 }));
    const has_more = rest.length > LIMIT;
    const end = { epoch: this.epoch, seq: Math.max(seen.at(-1)?.seq ?? 0, recovered ? position.seq : 0) };
    const last = has_more ? (entries.at(-1) ?? end) : end;
    const summary = { status: "open", turn: 0, version: 1, stored: this.stored } as const;
    return {
      conversation_id: "c", recovered, position: { epoch: last.epoch, seq: last.seq }, entries, summary,
      has_more,
    };
  }

  private isKnown({ epoch, seq }: Position): boolean {
    if (seq === 0) return true;
    return epoch === this.epoch ? seq <= this.last : this.lines.some((line) => line.epoch === epoch && line.seq === seq);
  }

  seenBy(audience: Audience): Placed[] {
    return this.lines.filter((line) => audience === "team" || isPublic(line));
  }

  private get last(): number {
    return this.lines.at(-1)?.seq ?? 0;
  }

  private append(entry: Unnumbered): Placed {
    const line = { ...entry, epoch: this.epoch, seq: this.last + 1, after: this.last, at: this.last + 1 };
    this.lines = [...this.lines, line];
    return line;
  }

  private accepted({ id, epoch, seq, after, at }: Placed): Accepted {
    return { type: "accepted", id, conversation_id: "c", epoch, seq, after, at };
  }
}

export const isPublic = (line: Placed): boolean => !("is_internal" in line && line.is_internal === true);
