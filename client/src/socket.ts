/** Keeps one connection to the server alive: says hello, answers pings, notices death, comes back. */

import { createEmitter, type Emitter } from "./emitter.ts";
import { ApiError } from "./errors.ts";
import type { Clock } from "./ids.ts";
import { PROTOCOL, type AsBot, type AsMember, type AsVisitor, type ClientFrame, type Page } from "./protocol.ts";
import { type Entry, type Resume, type ServerFrame, type Welcome } from "./protocol.ts";
import { delayBefore, verdictOf, type Verdict } from "./verdict.ts";

export type Phase = "idle" | "connecting" | "live" | "waiting" | "stopped";

/** What arrives: answers and news, and the entries of what is followed. */
export type Incoming = ServerFrame | Entry;

export interface SocketState {
  readonly phase: Phase;
  /** Failures since the last welcome. */
  readonly attempt: number;
  /** Why the server closed the last connection. */
  readonly close_code: number | null;
}

export interface SocketEvents {
  state: SocketState;
  welcome: Welcome;
  frame: Incoming;
}

export interface Door {
  readonly url: string;
  readonly clock: Clock;
  /** What to show; `renew` says that the last was turned away. An ApiError that is final stops the socket. */
  credentials(renew: boolean): Promise<AsVisitor | AsMember | AsBot>;
  page(): Page | null;
  /** Where this client stands in what it follows. */
  positions(): readonly Resume[];
  /** The server cannot go on from the positions. */
  forget(): void;
}

export interface Socket extends Pick<Emitter<SocketEvents>, "on"> {
  readonly state: SocketState;
  connect(): void;
  /** Sends a frame and tells whether there was a connection to send it on. */
  send(frame: ClientFrame): boolean;
  /** Ends the connection for good; `connect` starts anew. */
  close(): void;
}

const RESUME_MOST = 50;
const CONNECT_DEADLINE = 10_000;
/** Until welcome tells the real figure. */
const PING_EVERY = 25_000;
/** A busy phone may be late by this much without being dead. */
const GRACE = 5_000;
/** The server answers within two seconds, also when a part of it is away; silence after a question is a dead network. */
const ANSWER_WITHIN = 6_000;

export function createSocket(door: Door): Socket {
  const { on, emit } = createEmitter<SocketEvents>();
  let state: SocketState = { phase: "idle", attempt: 0, close_code: null };
  let current: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ping_every = PING_EVERY;
  let heard_at = 0;
  let doubt: ReturnType<typeof setTimeout> | undefined;
  let not_before = 0;
  let has_renewed = false;
  // Each attempt has a number, so that an answer which comes too late for its own attempt is recognised.
  let generation = 0;

  const become = (change: Partial<SocketState>): void => {
    state = { ...state, ...change };
    emit("state", state);
  };
  const after = (wait: number, act: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  };
  const drop = (): void => {
    generation++;
    clearTimeout(timer);
    clearTimeout(doubt);
    doubt = undefined;
    const old = current;
    current = null;
    old?.close();
  };

  async function open(renew: boolean): Promise<void> {
    drop();
    const mine = generation;
    become({ phase: "connecting" });
    after(CONNECT_DEADLINE, () => lost(verdictOf(1006, "")));
    try {
      const credentials = await door.credentials(renew);
      if (mine !== generation) return;
      attach(new WebSocket(door.url), mine, credentials);
    } catch (error) {
      if (mine !== generation) return;
      const is_final = error instanceof ApiError && error.is_final;
      const wait = error instanceof ApiError ? error.wait : 0;
      lost({ come_back: !is_final, renew: false, forget: false, wait });
    }
  }

  function attach(socket: WebSocket, mine: number, credentials: AsVisitor | AsMember | AsBot): void {
    current = socket;
    socket.addEventListener("open", () => {
      if (mine !== generation) return;
      const resume = door.positions().slice(0, RESUME_MOST);
      const hello: ClientFrame = { type: "hello", protocol: PROTOCOL, credentials, page: door.page(), resume };
      socket.send(JSON.stringify(hello));
    });
    socket.addEventListener("message", (event: MessageEvent<unknown>) => {
      if (mine === generation && typeof event.data === "string") hear(socket, JSON.parse(event.data) as Incoming);
    });
    socket.addEventListener("close", (event) => {
      if (mine !== generation) return;
      become({ close_code: event.code });
      lost(verdictOf(event.code, event.reason));
    });
  }

  function hear(socket: WebSocket, frame: Incoming): void {
    heard_at = Date.now();
    clearTimeout(doubt);
    doubt = undefined;
    if (frame.type === "welcome") {
      door.clock.set(frame.server_time);
      ping_every = frame.limits.ping_every * 1000;
      has_renewed = false;
      become({ phase: "live", attempt: 0, close_code: null });
      emit("welcome", frame);
    } else if (frame.type === "ping") {
      socket.send(JSON.stringify({ type: "pong" } satisfies ClientFrame));
    } else {
      emit("frame", frame);
    }
    // Two pings that did not come: the network is gone without a word, as it is after a phone changed cells.
    if (state.phase === "live" && socket === current) after(2 * ping_every + GRACE, () => void open(false));
  }

  function lost(verdict: Verdict): void {
    drop();
    if (verdict.forget) door.forget();
    if (!verdict.come_back || (verdict.renew && has_renewed)) return become({ phase: "stopped" });
    if (verdict.renew) {
      has_renewed = true;
      return void open(true);
    }
    const wait = delayBefore(state.attempt, verdict.wait);
    not_before = Date.now() + verdict.wait;
    become({ phase: "waiting", attempt: state.attempt + 1 });
    after(wait, () => void open(false));
  }

  /** The browser says that there is no network: find out, instead of waiting for silence. */
  const offline = (): void => void (state.phase === "live" && lost(verdictOf(1006, "")));

  /** The person is back at the page, or the network is: do not let them wait for a timer. */
  function wake(): void {
    const is_silent = state.phase === "live" && Date.now() - heard_at > ping_every + GRACE;
    if (is_silent || (state.phase === "waiting" && Date.now() >= not_before)) void open(false);
  }
  const wakeVisible = (): void => void (document.visibilityState === "visible" && wake());

  return {
    on,
    get state() {
      return state;
    },
    connect() {
      if (state.phase !== "idle" && state.phase !== "stopped") return;
      has_renewed = false;
      addEventListener("online", wake);
      addEventListener("offline", offline);
      addEventListener("pageshow", wake);
      document.addEventListener("visibilitychange", wakeVisible);
      void open(false);
    },
    send(frame) {
      if (state.phase !== "live" || current?.readyState !== WebSocket.OPEN) return false;
      current.send(JSON.stringify(frame));
      if (isAnswered(frame)) doubt ??= setTimeout(() => void open(false), ANSWER_WITHIN);
      return true;
    },
    close() {
      removeEventListener("online", wake);
      removeEventListener("offline", offline);
      removeEventListener("pageshow", wake);
      document.removeEventListener("visibilitychange", wakeVisible);
      drop();
      become({ phase: "idle", attempt: 0 });
    },
  };
}

const isAnswered = (frame: ClientFrame): boolean => "id" in frame || frame.type === "watch" || frame.type === "fetch_history";
