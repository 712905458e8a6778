/** Makes the ids of what a client writes: UUIDv7 (RFC 9562, section 5.7) by the server's clock. */

import type { Milliseconds, Uuid } from "./protocol.ts";

/** What time the server has, as far as this client knows. */
export interface Clock {
  now(): Milliseconds;
  /** Takes the server's time from an answer that has just arrived. */
  set(server_time: Milliseconds): void;
}

export function createClock(local: () => number = Date.now): Clock {
  let offset = 0;
  return {
    now: () => local() + offset,
    set(server_time) {
      offset = server_time - local();
    },
  };
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A new id whose first 48 bits are `at`. */
export function uuid7(at: Milliseconds): Uuid {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let index = 0, rest = at; index < 6; index++) {
    bytes[5 - index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const text = hex(bytes);
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}
