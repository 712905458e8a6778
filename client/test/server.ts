/** A server for whole clients: one conversation, the inbox over it, and for each connection what is under way to it. */

import type { Card, ClientFrame, Identity, InboxChanged, PostMessage, Resume, Resumed } from "../src/protocol.ts";
import type { Incoming } from "../src/socket.ts";
import type { Inbox as InboxSnapshot } from "../src/rest.ts";
import { Log, isPublic, type Audience } from "./log.ts";
import { type FakeSocket, welcome } from "./world.ts";

const CARD: Card = {
  conversation_id: "c", status: "open", version: 1, priority: 0, contact_id: null, contact_name: "Vi", channel_id: "ch",
  channel_name: "Shop", channel_kind: "web_widget", started_at: 0, last_seq: 0, message_count: 0,
};
/** So many changes of the inbox are remembered; whoever was away for longer loads it anew. */
const REMEMBERED = 4;

/** What goes to one socket: answers in their order, and what the bus brings, which two nodes may let overtake. */
export class Connection {
  answers: Incoming[] = [];
  bus: Incoming[] = [];
  taken = 0;
  is_welcome = false;
  follows = false;
  reads_along = false;
  /** Where it was told that its own words stand, and was not told yet that they are stored. */
  place: { readonly epoch: number; readonly seq: number } | null = null;

  constructor(
    readonly socket: FakeSocket,
    readonly identity: Identity,
  ) {}

  get audience(): Audience {
    return this.identity.kind === "contact" ? "public" : "team";
  }

  /** One frame arrives; nothing of the bus before the welcome. */
  deliver(which: number): void {
    const from_bus = which > 0 && this.bus.length > 0 && !this.answers.some((frame) => frame.type === "welcome");
    const [frame] = from_bus ? this.bus.splice(Math.min(which - 1, this.bus.length - 1), 1) : this.answers.splice(0, 1);
    if (frame !== undefined) this.socket.say(frame);
  }
}

export class Server {
  readonly connections: Connection[] = [];
  readonly log = new Log((line, but) => {
    for (const each of this.connections) {
      if (each === but || !each.follows || (each.audience === "public" && !isPublic(line))) continue;
      const after = this.log.seenBy(each.audience).filter((one) => one.seq < line.seq).at(-1)?.seq ?? 0;
      each.bus.push({ ...line, after });
    }
  });
  readonly reads = new Map<string, number>();
  /** The next so many posts are refused for now. */
  busy = 0;
  card = CARD;
  private feed: InboxChanged[] = [];
  private feed_epoch = 1;
  private feed_seq = 0;

  /** The server takes one frame of those that have arrived. */
  take(connection: Connection): void {
    const frame = connection.socket.heard[connection.taken];
    if (frame === undefined) return;
    connection.taken += 1;
    this.answer(connection, frame);
  }

  private answer(connection: Connection, frame: ClientFrame): void {
    const { identity } = connection;
    switch (frame.type) {
      case "hello":
        connection.is_welcome = true;
        connection.follows ||= identity.kind === "contact";
        return void connection.answers.push(welcome({ identity, resumed: this.resume(connection, frame.resume ?? []) }));
      case "watch":
        return void connection.answers.push({ type: "resumed", resumed: this.resume(connection, frame.resume) });
      case "post_message":
        return this.post(connection, frame);
      case "mark_read":
        this.reads.set(identity.id, Math.max(frame.upto, this.reads.get(identity.id) ?? 0));
        for (const each of this.connections.filter((one) => one.follows)) {
          const marks = { by: identity.id, kind: identity.kind, read: frame.upto };
          each.bus.push({ type: "marks_changed", conversation_id: "c", marks });
        }
        return;
      default:
        return;
    }
  }

  private post(connection: Connection, frame: PostMessage): void {
    if (this.busy > 0) {
      this.busy -= 1;
      const refused = { type: "refused", id: frame.id, code: "busy", message: "later", retry_after: 1 } as const;
      return void connection.answers.push(refused);
    }
    const { kind, id, name } = connection.identity;
    const accepted = this.log.accept({ ...frame, type: "message_posted", sender: { kind, id, name } }, connection);
    const after = this.log.seenBy(connection.audience).filter((line) => line.seq < accepted.seq).at(-1)?.seq ?? 0;
    connection.answers.push({ ...accepted, after });
    const { epoch, seq } = accepted;
    if (epoch < this.log.epoch || seq <= this.log.stored) {
      // Known since long: told at once, as the answer to a retry has it.
      const { epoch: here, stored: upto } = this.log;
      return void connection.answers.push({ type: "stored", conversation_id: "c", epoch: here, upto });
    }
    connection.place = { epoch, seq };
  }

  private resume(connection: Connection, asked: readonly Resume[]): Resumed[] {
    return asked.map(({ conversation_id, position }) => {
      if (conversation_id === null) {
        connection.reads_along = true;
        return this.resumeFeed(position ?? null);
      }
      connection.follows = true;
      return this.log.resume(position ?? null, connection.audience);
    });
  }

  private resumeFeed(position: { readonly epoch: number; readonly seq: number } | null): Resumed {
    const here = { epoch: this.feed_epoch, seq: this.feed_seq };
    const first = this.feed[0]?.after ?? this.feed_seq;
    const recovered = position !== null && position.epoch === this.feed_epoch && position.seq >= first;
    const entries = recovered ? this.feed.filter((each) => (each.seq ?? 0) > position.seq) : [];
    return { conversation_id: null, recovered, position: here, entries };
  }

  /** What `GET /api/inbox` answers to this person. */
  snapshot(identity: Identity): InboxSnapshot {
    const read = this.reads.get(identity.id);
    const reads = read === undefined ? [] : [{ conversation_id: "c", upto: read }];
    return { cards: [this.card], counts: { open: 1 }, reads, agents: [], position: { epoch: this.feed_epoch, seq: this.feed_seq } };
  }

  /** A worker stores everything; the inbox learns of it, and those who wait are told, unless nobody is listening. */
  store(is_told: boolean): void {
    const stored = this.log.store();
    const shown = this.log.lines.filter((line) => line.type === "message_posted").length;
    if (stored.upto > this.card.last_seq) {
      this.card = { ...this.card, last_seq: stored.upto, message_count: shown };
      const change: InboxChanged = {
        type: "inbox_changed", id: `i${this.feed_epoch}-${this.feed_seq + 1}`, epoch: this.feed_epoch, seq: this.feed_seq + 1,
        after: this.feed_seq, at: 0, card: this.card,
      };
      this.feed_seq += 1;
      this.feed = [...this.feed, change].slice(-REMEMBERED);
      for (const each of this.connections) if (each.reads_along) each.bus.push(change);
    }
    if (!is_told) return;
    for (const each of this.connections) if (each.place !== null) [each.place] = [null, each.answers.push(stored)];
  }

  /** What was not stored is gone; whoever waits for it is told that the log goes on in another epoch. */
  lose(): void {
    this.log.lose();
    const told = { type: "stored", conversation_id: "c", epoch: this.log.epoch, upto: 0 } as const;
    for (const each of this.connections) if (each.place !== null) each.answers.push(told);
  }

  loseFeed(): void {
    this.feed_epoch += 1;
    this.feed = [];
  }
}
