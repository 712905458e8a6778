/** The outside world of the client: a browser's sockets, events and locks, as far as the tests bend them. */

import type { Incoming } from "../src/socket.ts";
import type { ClientFrame, Welcome } from "../src/protocol.ts";
import { vi } from "vitest";

/** A WebSocket whose other end is the test. */
export class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;
  readonly heard: ClientFrame[] = [];

  constructor(readonly url: string) {
    super();
    FakeSocket.all.push(this);
  }

  static get last(): FakeSocket {
    const socket = FakeSocket.all.at(-1);
    if (socket === undefined) throw new Error("nobody has connected");
    return socket;
  }

  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.dispatchEvent(new Event("open"));
  }

  say(...frames: Incoming[]): void {
    for (const frame of frames) this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }

  /** The server, or the network, ends it. */
  end(code: number, reason = ""): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code, reason }));
  }

  send(text: string): void {
    this.heard.push(JSON.parse(text) as ClientFrame);
  }

  close(): void {
    this.readyState = 3;
  }

  frames<Type extends ClientFrame["type"]>(type: Type): Extract<ClientFrame, { type: Type }>[] {
    return this.heard.filter((frame): frame is Extract<ClientFrame, { type: Type }> => frame.type === type);
  }
}

/** Web Locks as the standard has them, for one lock manager shared by all tabs of the test. */
export class FakeLocks {
  private readonly queues = new Map<string, Promise<unknown>>();

  request(name: string, ...rest: unknown[]): Promise<unknown> {
    const act = rest.at(-1) as () => unknown;
    const { signal } = (rest.length > 1 ? rest[0] : {}) as { signal?: AbortSignal };
    const before = this.queues.get(name) ?? Promise.resolve();
    const turn = before.then(() => (signal?.aborted ? undefined : act()));
    this.queues.set(name, turn);
    return turn;
  }
}

export function stubBrowser(): { page: EventTarget & { visibilityState: string }; window: EventTarget } {
  const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const window = new EventTarget();
  FakeSocket.all = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("document", page);
  vi.stubGlobal("addEventListener", window.addEventListener.bind(window));
  vi.stubGlobal("removeEventListener", window.removeEventListener.bind(window));
  vi.stubGlobal("navigator", { locks: new FakeLocks() });
  return { page, window };
}

export const welcome = (more: Partial<Welcome> = {}): Welcome => ({
  type: "welcome",
  session_id: "s",
  identity: { kind: "contact", id: "me", name: "Visitor", organization_id: "o" },
  server_time: Date.now(),
  limits: { message_bytes: 16384, in_flight: 32, rate: 1000, burst: 1000, watched: 200, ping_every: 25 },
  ...more,
});
