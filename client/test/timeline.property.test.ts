import fc from "fast-check";
import { expect, test } from "vitest";
import { linesOf } from "../src/lines.ts";
import type { Accepted, ConversationEntry, Position, Resumed, Stored } from "../src/protocol.ts";
import { emptyTimeline, hasHole, placeAccepted, placeEntry, takeResumed, takeStored } from "../src/timeline.ts";
import type { Placed, Timeline } from "../src/timeline.ts";
import { isPublic, Log, type Audience } from "./log.ts";

type Draft = ConversationEntry & { readonly type: "message_posted" | "message_edited" | "message_deleted" };
type Frame = Placed | Accepted | Stored | ({ readonly type: "answer" } & Resumed);

/** One tab with a bad network: frames to it may overtake each other, and are lost with the connection. */
class Tab {
  timeline: Timeline = emptyTimeline("c");
  drafts: Draft[] = [];
  up: (() => void)[] = [];
  down: Frame[] = [];
  asked: Position | null = null;
  is_asking = false;
  is_connected = false;
  is_behind = false;

  constructor(
    readonly name: string,
    readonly audience: Audience,
    readonly log: Log,
  ) {}

  connect(): void {
    this.is_connected = true;
    this.is_behind = false;
    this.ask();
    for (const draft of this.drafts) this.send(draft);
  }

  drop(): void {
    this.is_connected = false;
    // A void has no number of its own: one that is lost with a connection is learned of at the next load only.
    const voids = this.down.filter((frame) => frame.type === "entry_voided");
    [this.up, this.down, this.is_asking] = [[], voids, false];
  }

  write(draft: Draft): void {
    this.drafts.push(draft);
    if (this.is_connected) this.send(draft);
  }

  hear(line: Placed): void {
    if (!this.is_connected || (this.audience === "public" && !isPublic(line))) return;
    const seen = this.log.seenBy(this.audience);
    const after = seen.filter((each) => each.seq < line.seq).at(-1)?.seq ?? 0;
    this.down.push({ ...line, after });
  }

  ask(): void {
    if (this.is_asking || !this.is_connected) return;
    const asked = this.timeline.position;
    [this.asked, this.is_asking] = [asked, true];
    this.up.push(() => this.down.push({ type: "answer", ...this.log.resume(asked, this.audience) }));
  }

  /** One frame arrives: one of the first few, because two nodes send. */
  take(which: number): void {
    const [frame] = this.down.splice(Math.min(which, this.down.length - 1), 1);
    if (frame === undefined) return;
    if (frame.type === "answer") {
      this.timeline = takeResumed(this.timeline, frame, this.asked);
      this.is_asking = false;
      this.forgetStored();
      if (frame.has_more === true) this.ask();
    } else if (frame.type === "accepted") {
      const draft = this.drafts.find((each) => each.id === frame.id) ?? null;
      this.timeline = placeAccepted(this.timeline, frame, draft);
    } else if (frame.type === "stored") {
      this.timeline = takeStored(this.timeline, frame);
      this.forgetStored();
    } else {
      this.timeline = placeEntry(this.timeline, frame);
    }
    if (hasHole(this.timeline)) this.ask();
  }

  /** Everything that the network still owes is delivered. */
  settle(): void {
    for (let turns = 0; this.up.length + this.down.length > 0; turns++) {
      if (turns > 500) throw new Error(`${this.name} asks for ever`);
      this.up.shift()?.();
      this.take(0);
    }
  }

  private send(draft: Draft): void {
    this.up.push(() => {
      const accepted = this.log.accept(draft, this);
      const seen = this.log.seenBy(this.audience).filter((line) => line.seq < accepted.seq);
      this.down.push({ ...accepted, after: seen.at(-1)?.seq ?? 0 });
    });
  }

  private forgetStored(): void {
    const stored = this.timeline.stored.seq;
    const safe = new Set(this.log.lines.filter((line) => line.seq <= stored).map((line) => line.id));
    this.drafts = this.drafts.filter((draft) => !safe.has(draft.id));
  }
}

const tab = fc.nat({ max: 2 });
const deed = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant("write" as const), tab, is_internal: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("edit" as const), tab, which: fc.nat({ max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("delete" as const), tab, which: fc.nat({ max: 9 }) }) },
  { weight: 12, arbitrary: fc.record({ what: fc.constant("down" as const), tab, which: fc.nat({ max: 2 }) }) },
  { weight: 10, arbitrary: fc.record({ what: fc.constant("up" as const), tab }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("drop" as const), tab }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant("connect" as const), tab }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("store" as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("lose" as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("repeat" as const), which: fc.nat({ max: 9 }) }) },
);

test("any interleaving of frames, answers, resends and reconnects ends in the same state", () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 120, size: "max" }), (deeds) => {
      const log: Log = new Log((line, but) => tabs.forEach((each) => each === but || each.hear(line)));
      const tabs = [new Tab("visitor", "public", log), new Tab("ada", "team", log), new Tab("ben", "team", log)];
      tabs.forEach((each) => each.connect());
      const written: Draft[] = [];
      deeds.forEach((each, index) => {
        const who = "tab" in each ? tabs[each.tab] : undefined;
        switch (each.what) {
          case "write":
            written.push(message(index, who?.audience === "team" && each.is_internal, who?.name ?? ""));
            return who?.write(written.at(-1) as Draft);
          case "edit":
          case "delete":
            return who?.write(changeOf(written.filter((one) => who.audience === "team" || !isInternal(one)), each, index, who.name));
          case "down":
            return who?.take(each.which);
          case "up":
            return who?.up.shift()?.();
          case "drop":
            return who?.drop();
          case "connect":
            return who?.is_connected === false ? who.connect() : undefined;
          case "store": {
            const stored = log.store();
            return tabs.forEach((one) => one.is_connected && one.down.push(stored));
          }
          case "lose":
            tabs.forEach((one) => (one.is_behind = true));
            return log.lose();
          case "repeat":
            return log.repeat(each.which);
        }
      });
      // Whoever lived through a failover is sent away, as nodes do that lost their log; all others just go on.
      for (const each of tabs) {
        if (each.is_behind) each.drop();
        if (!each.is_connected) each.connect();
      }
      tabs.forEach((each) => each.settle());
      const stored = log.store();
      tabs.forEach((each) => (each.down.push(stored), each.settle()));
      for (const each of tabs) {
        const seen = log.seenBy(each.audience);
        const first = each.timeline.entries[0];
        const from = first === undefined ? 0 : seen.findIndex((line) => line.seq === first.seq && line.epoch === first.epoch);
        expect(from, `the first line of ${each.name} is in the log`).toBeGreaterThanOrEqual(0);
        expect(each.drafts, `drafts of ${each.name}`).toEqual([]);
        expect(drawn(each.timeline.entries), each.name).toEqual(expected(seen.slice(from)));
        expect(each.timeline.position?.seq ?? 0).toBe(seen.at(-1)?.seq ?? 0);
        expect(hasHole(each.timeline)).toBe(false);
      }
      for (const draft of written) expect(log.lines.filter((line) => line.id === draft.id)).toHaveLength(1);
    }),
    { numRuns: Number(process.env["RUNS"] ?? 500) },
  );
});

/** What a screen must show of these lines, told without the code under test. */
function expected(seen: readonly Placed[]): unknown {
  return seen.flatMap((line) => {
    if (line.type !== "message_posted") return [];
    const changes = seen.filter((each) => "message_id" in each && each.message_id === line.id && each.seq > line.seq);
    const own = changes.filter((each) => each.sender.id === line.sender.id);
    const end = own.findIndex((each) => each.type === "message_deleted");
    const edits = own.flatMap((each) => (each.type === "message_edited" ? [each.body] : []));
    return [[line.seq, line.epoch, end < 0 ? (edits.at(-1) ?? line.body) : "", end >= 0]];
  });
}

const drawn = (entries: readonly Placed[]): unknown =>
  linesOf(entries).map((line) => (line.kind === "message" ? [line.seq, line.epoch, line.body, line.is_deleted] : line.seq));

function message(index: number, is_internal: boolean, name: string): Draft {
  const sender = { kind: is_internal ? "member" : "contact", id: name } as const;
  return { type: "message_posted", id: `m${index}`, conversation_id: "c", sender, body: `text ${index}`, is_internal };
}

const isInternal = (draft: Draft): boolean => draft.is_internal === true;

function changeOf(known: Draft[], deed: { what: "edit" | "delete"; which: number }, index: number, name: string): Draft {
  const of = known[deed.which % Math.max(1, known.length)];
  const is_internal = of !== undefined && isInternal(of);
  const sender = { kind: "member", id: name } as const;
  const about = { id: `${deed.what}${index}`, conversation_id: "c", sender, is_internal, message_id: of?.id ?? "nothing" };
  return deed.what === "edit"
    ? { type: "message_edited", ...about, body: `edited ${index}` }
    : { type: "message_deleted", ...about };
}
