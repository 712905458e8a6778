import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createFeed, type Feed } from "../src/feed.ts";
import { createClock } from "../src/ids.ts";
import { linesOf } from "../src/lines.ts";
import { createOutbox, type Outbox } from "../src/outbox.ts";
import type { Identity } from "../src/protocol.ts";
import { createSocket, type Socket } from "../src/socket.ts";
import { createTalk, type Talk } from "../src/talk.ts";
import { Connection, Server } from "./server.ts";
import { FakeSocket, stubBrowser } from "./world.ts";

/** One page: a real socket, outbox, inbox and talk, on a network that the test is. */
class Page {
  socket!: Socket;
  outbox!: Outbox;
  talk!: Talk;
  feed: Feed | null = null;
  readonly written: string[] = [];

  constructor(
    readonly name: string,
    readonly identity: Identity,
    readonly server: Server,
  ) {}

  async open(): Promise<void> {
    const clock = createClock();
    this.socket = createSocket({
      url: this.name, clock, page: () => null, positions: () => this.talk.positions(), forget: () => this.talk.forget(),
      credentials: () => Promise.resolve({ kind: "bot", token: "t" }),
    });
    this.outbox = await createOutbox(this.name, this.socket, clock);
    const snapshot = () => Promise.resolve(this.server.snapshot(this.identity));
    if (this.identity.kind === "member") this.feed = createFeed(snapshot);
    this.talk = createTalk(this.socket, this.outbox, this.feed);
    this.talk.follow("c");
    this.feed?.load();
    this.socket.connect();
  }

  /** The connection that its newest socket has, once the server has let it in. */
  get connection(): Connection | undefined {
    const socket = FakeSocket.all.findLast((each) => each.url === this.name);
    if (socket === undefined || socket.readyState > FakeSocket.OPEN) return undefined;
    const known = this.server.connections.find((each) => each.socket === socket);
    if (known !== undefined) return known;
    const made = new Connection(socket, this.identity);
    this.server.connections.push(made);
    socket.open();
    return made;
  }

  write(id: string, is_internal: boolean): void {
    this.written.push(id);
    this.outbox.add({ type: "post_message", id, conversation_id: "c", body: `text ${id}`, is_internal });
  }

  drop(): void {
    const connection = this.connection;
    if (connection === undefined) return;
    this.server.connections.splice(this.server.connections.indexOf(connection), 1);
    connection.socket.end(1006);
  }

  close(): void {
    this.socket.close();
    this.outbox.close();
  }
}

const member = (id: string): Identity => ({ kind: "member", id, name: id, organization_id: "o" });
const CONTACT: Identity = { kind: "contact", id: "v", name: "Vi", organization_id: "o" };

beforeEach(() => {
  vi.useFakeTimers();
  stubBrowser();
  // Drafts in memory: what survives a reload is told by outbox.test.ts.
  vi.stubGlobal("indexedDB", { open: () => { throw new Error("blocked"); } });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const page = fc.nat({ max: 3 });
const deed = fc.oneof(
  { weight: 8, arbitrary: fc.record({ what: fc.constant("write" as const), page, is_internal: fc.boolean() }) },
  { weight: 10, arbitrary: fc.record({ what: fc.constant("up" as const), page }) },
  { weight: 14, arbitrary: fc.record({ what: fc.constant("down" as const), page, which: fc.nat({ max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("wait" as const), seconds: fc.constantFrom(0.05, 0.2, 1, 3) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("read" as const), page }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("drop" as const), page }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("store" as const), is_told: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("lose" as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("loseFeed" as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("busy" as const) }) },
);
type Deed = typeof deed extends fc.Arbitrary<infer Each> ? Each : never;

async function play(server: Server, pages: readonly Page[], deeds: readonly Deed[]): Promise<void> {
  for (const [index, each] of deeds.entries()) {
    const who = "page" in each ? pages[each.page] : undefined;
    if (each.what === "write") who?.write(`m${index}`, who.feed !== null && each.is_internal);
    else if (each.what === "up" && who?.connection !== undefined) server.take(who.connection);
    else if (each.what === "down") who?.connection?.deliver(each.which);
    else if (each.what === "read") who?.talk.read("c");
    else if (each.what === "drop") who?.drop();
    else if (each.what === "store") server.store(each.is_told);
    else if (each.what === "lose") server.lose();
    else if (each.what === "loseFeed") server.loseFeed();
    else if (each.what === "busy") server.busy += 1;
    await vi.advanceTimersByTimeAsync(each.what === "wait" ? each.seconds * 1000 : 0);
  }
}

/** A calm network for most of a minute, with a worker that stores: everything under way arrives, everything asked is answered. */
async function settle(server: Server, pages: readonly Page[]): Promise<void> {
  server.busy = 0;
  for (let second = 0; second < 45; second++) {
    for (const { connection } of pages) {
      if (connection === undefined) continue;
      while (connection.taken < connection.socket.heard.length) server.take(connection);
      const { answers, bus } = connection;
      while (answers.length + bus.length > 0) connection.deliver(answers.length > 0 ? 0 : 1);
    }
    server.store(true);
    await vi.advanceTimersByTimeAsync(1_000);
  }
}

function shownBy(page: Page): unknown[] {
  const lines = linesOf(page.talk.timeline("c")?.entries ?? []);
  return lines.map((line) => (line.kind === "message" ? [line.epoch, line.seq, line.body] : line));
}

test("whole clients end where the log is, with nothing left to send, however the network and the server behave", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 80, size: "max" }), async (deeds) => {
      FakeSocket.all = [];
      const server = new Server();
      const people: Record<string, Identity> = {
        visitor: CONTACT, ada: member("ada"), "ada's phone": member("ada"), ben: member("ben"),
      };
      const pages = Object.entries(people).map(([name, identity]) => new Page(name, identity, server));
      for (const each of pages) await each.open();
      try {
        await play(server, pages, deeds);
        await settle(server, pages);
        // Whoever has heard nothing of another epoch hears of it with the next word.
        pages[1]?.write("last", false);
        await settle(server, pages);
        for (const each of pages) {
          expect(each.outbox.drafts, `drafts of ${each.name}`).toEqual([]);
          const seen = server.log.seenBy(each.identity.kind === "contact" ? "public" : "team");
          const told = seen.map((line) => [line.epoch, line.seq, line.type === "message_posted" ? line.body : ""]);
          const [timeline, shown] = [each.talk.timeline("c"), shownBy(each)];
          // Who had to load anew has the end of it, and asks for the rest when the person scrolls up.
          expect(shown.length, `lines of ${each.name}`).toBeGreaterThan(0);
          expect(shown, each.name).toEqual(told.slice(-shown.length));
          for (const id of each.written) {
            const [line, ...more] = server.log.lines.filter((one) => one.id === id);
            expect(more, `${id} a second time`).toEqual([]);
            expect(line?.seq, `${id}, and up to where it is stored`).toBeLessThanOrEqual(timeline?.stored.seq ?? 0);
          }
          if (each.feed === null) continue;
          const known = server.reads.get(each.identity.id) ?? 0;
          const read = each.feed.inbox.reads["c"] ?? 0;
          expect(known, `what ${each.name} has read, as the server knows it`).toBeGreaterThanOrEqual(read);
          expect(each.feed.inbox.cards["c"], `card of ${each.name}`).toEqual(server.card);
          expect(each.feed.inbox.position, `inbox of ${each.name}`).toEqual(server.snapshot(each.identity).position);
        }
        const calm = !deeds.some(({ what }) => what === "lose");
        const ids = server.log.lines.map((line) => line.id);
        for (const each of calm ? pages : []) {
          const own = ids.filter((id) => each.written.includes(id));
          expect(own, `the order in which ${each.name} wrote`).toEqual(each.written);
        }
        // In the end each reads everything, on one device: nothing is unread on the other.
        pages[1]?.talk.read("c");
        pages[3]?.talk.read("c");
        await settle(server, pages);
        for (const each of pages) {
          if (each.feed === null) continue;
          expect(each.feed.inbox.reads["c"] ?? 0, `read by ${each.name}`).toBe(server.reads.get(each.identity.id) ?? 0);
        }
      } finally {
        for (const each of pages) each.close();
      }
    }),
    { numRuns: Number(process.env["RUNS"] ?? 150) },
  );
}, 120_000);
