/** Keeps what was written until the server has stored it, and sends it, in order, as often as that takes. */

import { createAllowance } from "./allowance.ts";
import { openDrafts, type Draft, type DraftStore, type Outgoing } from "./drafts.ts";
import { createEmitter, type Emitter } from "./emitter.ts";
import type { Clock } from "./ids.ts";
import { uuid7 } from "./ids.ts";
import type { Accepted, Position, Refused, RefusalCode, Uuid } from "./protocol.ts";
import type { Welcome } from "./protocol.ts";
import type { Incoming, Socket } from "./socket.ts";
import { createTabs } from "./tabs.ts";
import { compare } from "./timeline.ts";

export interface OutboxEvents {
  /** The drafts that are not stored yet, in order. */
  change: readonly Draft[];
}

export interface Outbox extends Pick<Emitter<OutboxEvents>, "on"> {
  readonly drafts: readonly Draft[];
  /** False: this browser keeps drafts only as long as the page. */
  readonly is_durable: boolean;
  add(frame: Outgoing): void;
  /** Sends a refused draft again. */
  retry(id: Uuid): void;
  discard(id: Uuid): void;
  find(id: Uuid): Draft | undefined;
  /** A connection is there: everything that is not stored goes out. */
  welcome(frame: Welcome): void;
  hear(frame: Incoming): void;
  close(): void;
}

/** These say "later", not "no". */
const LATER: ReadonlySet<RefusalCode> = new Set(["busy", "unavailable", "too_fast"]);
/** A refused id names nothing in the log, so the same text may go out under another. */
const NEEDS_NEW_ID: ReadonlySet<RefusalCode> = new Set(["bad_id", "id_taken"]);
/** Seconds. */
const DEFAULT_WAIT = 2;

/** The outbox of one person: `name` tells them apart in this browser. */
export async function createOutbox(name: string, socket: Pick<Socket, "send">, clock: Clock): Promise<Outbox> {
  const { on, emit } = createEmitter<OutboxEvents>();
  const store: DraftStore = await openDrafts(name);
  const allowance = createAllowance();
  let drafts: readonly Draft[] = [];
  let is_durable = store.is_durable;
  let in_flight_most = 0;
  let last_order = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** What was sent on this connection, and the epoch that was known then. */
  const sent = new Map<Uuid, number>();
  const unwritten = new Set<Uuid>();
  const answered = new Set<Uuid>();
  const accepted = new Map<Uuid, Position>();
  /** By conversation: everything up to here is committed. Its epoch is the newest that is known. */
  const stored = new Map<Uuid, Position>();

  const set = (next: readonly Draft[]): void => {
    drafts = [...next].sort((a, b) => a.order - b.order);
    emit("change", drafts);
  };
  const keep = (draft: Draft): Promise<void> =>
    store.put(draft).catch(() => {
      is_durable = false;
      emit("change", drafts);
    });
  const replace = (draft: Draft): void => {
    set(drafts.map((each) => (each.id === draft.id ? draft : each)));
    void keep(draft);
  };
  const remove = (id: Uuid): void => {
    set(drafts.filter((each) => each.id !== id));
    void store.remove(id).catch(() => undefined); // It is sent once more after a reload, and answered as known.
  };
  const find = (id?: Uuid | null): Draft | undefined => drafts.find((each) => each.id === id);
  const storedOf = (conversation_id: Uuid): Position => stored.get(conversation_id) ?? { epoch: 0, seq: 0 };

  function pump(): void {
    clearTimeout(timer);
    // One of each conversation is on its way: a server that says "later" to it must not take the next one before it.
    const busy = new Set<Uuid>();
    for (const draft of drafts) {
      const { id, conversation_id, failure } = draft;
      const is_held = busy.has(conversation_id);
      // Words for a conversation that could not be started wait for that.
      if (failure === null ? !answered.has(id) : id === conversation_id) busy.add(conversation_id);
      if (failure !== null || sent.has(id) || is_held) continue;
      if (unwritten.has(id) || sent.size - answered.size >= in_flight_most) return;
      const wait = allowance.take();
      if (wait > 0) return void (timer = setTimeout(pump, wait));
      if (!socket.send(draft.frame)) return;
      sent.set(id, storedOf(conversation_id).epoch);
    }
  }

  function welcome({ limits, resumed }: Welcome): void {
    for (const each of [sent, answered]) each.clear();
    in_flight_most = limits.in_flight;
    allowance.set(limits.rate, limits.burst);
    hear({ type: "resumed", resumed: resumed ?? [] });
    pump();
  }

  function hear(frame: Incoming): void {
    if (frame.type === "accepted") return accept(frame);
    if (frame.type === "refused") return refuse(frame);
    if (frame.type === "stored") return store_upto(frame.conversation_id, { epoch: frame.epoch, seq: frame.upto });
    if (frame.type !== "resumed") return;
    for (const { conversation_id, position, summary } of frame.resumed) {
      if (conversation_id !== null) store_upto(conversation_id, { epoch: position.epoch, seq: summary?.stored ?? 0 });
    }
  }

  function accept({ id, epoch, seq, conversation_id }: Accepted): void {
    const draft = find(id);
    if (draft === undefined) return;
    // An answer of an epoch that was over when it was asked for can only have come from what is stored.
    const is_old = epoch < (sent.get(id) ?? 0);
    answered.add(id);
    accepted.set(id, { epoch, seq });
    // A conversation is a decision: it was committed before it was accepted.
    if (is_old || draft.frame.type === "start_conversation") remove(id);
    else settle(conversation_id);
    pump();
  }

  function store_upto(conversation_id: Uuid, upto: Position): void {
    if (compare(upto, storedOf(conversation_id)) <= 0) return;
    stored.set(conversation_id, upto);
    settle(conversation_id);
    pump();
  }

  /** Lets go of what is stored, and sends again what an older epoch had accepted and may have lost. */
  function settle(conversation_id: Uuid): void {
    const upto = storedOf(conversation_id);
    for (const draft of drafts.filter((each) => each.conversation_id === conversation_id)) {
      const at = accepted.get(draft.id);
      if (at === undefined) continue;
      if (at.epoch === upto.epoch && at.seq <= upto.seq) remove(draft.id);
      if (at.epoch >= upto.epoch) continue;
      for (const each of [sent, answered, accepted]) each.delete(draft.id);
    }
  }

  function refuse({ id, code, message, retry_after }: Refused): void {
    const draft = find(id);
    if (draft === undefined) return;
    if (LATER.has(code) || retry_after != null) {
      sent.delete(draft.id);
      clearTimeout(timer);
      allowance.pause((retry_after ?? DEFAULT_WAIT) * 1000);
      return pump();
    }
    answered.add(draft.id);
    const is_start = draft.frame.type === "start_conversation";
    const failed = drafts.filter((each) => each === draft || (is_start && each.conversation_id === draft.id));
    for (const each of failed) replace({ ...each, failure: { code, message } });
    pump();
  }

  const tabs = createTabs(name, async (owner) => {
    const adopted = await store.adopt(owner, tabs.owner).catch(() => []);
    const known = new Set(drafts.map((each) => each.id));
    set([...drafts, ...adopted.filter((each) => !known.has(each.id))]);
    pump();
  });
  for (const owner of await store.owners().catch(() => [])) tabs.follow(owner);

  return {
    on,
    get drafts() {
      return drafts;
    },
    get is_durable() {
      return is_durable;
    },
    add(frame) {
      last_order = Math.max(last_order + 1, Date.now());
      const conversation_id = frame.type === "start_conversation" ? frame.id : frame.conversation_id;
      const draft: Draft = {
        id: frame.id, conversation_id, frame, order: last_order, owner: tabs.owner, made_at: clock.now(), failure: null,
      };
      set([...drafts, draft]);
      // Written down before it is sent: what the server has must be known here after a crash.
      unwritten.add(draft.id);
      void keep(draft).then(() => {
        unwritten.delete(draft.id);
        pump();
      });
    },
    retry(id) {
      const start = find(id)?.conversation_id;
      const again = drafts.filter((each) => each.failure !== null && (each.id === id || each.id === start));
      for (const draft of again) {
        const is_spent = draft.failure !== null && NEEDS_NEW_ID.has(draft.failure.code);
        const frame = is_spent && draft.frame.type !== "start_conversation" ? { ...draft.frame, id: uuid7(clock.now()) } : draft.frame;
        for (const each of [sent, answered]) each.delete(draft.id);
        if (frame.id !== draft.id) remove(draft.id);
        const fresh = { ...draft, id: frame.id, frame, failure: null };
        set([...drafts.filter((each) => each.id !== draft.id), fresh]);
        void keep(fresh);
      }
      pump();
    },
    discard: remove,
    find,
    welcome,
    hear,
    close() {
      clearTimeout(timer);
      tabs.close();
      store.close();
    },
  };
}
