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

/** The id of the message that fills in a form: made of the form's message and the visitor, so that it is sent once. */
export function submissionId(form: Uuid, contact: Uuid): Uuid {
  const [a, b] = [form, contact].map((id) => [...id.replaceAll("-", "")].map((digit) => parseInt(digit, 16))) as [number[], number[]];
  const mixed = a.map((digit, place) => (place < 12 ? digit : place === 12 ? 7 : digit ^ (b[place] as number)));
  mixed[16] = ((mixed[16] as number) & 3) | 8;
  return mixed.map((digit) => digit.toString(16)).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** A new id whose first 48 bits are `at`; 72 of the others are random, and the variant's nibble is always 8. */
export function uuid7(at: Milliseconds): Uuid {
  const time = Math.floor(at).toString(16).padStart(12, "0");
  const random = hex(crypto.getRandomValues(new Uint8Array(9)));
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6)}`;
}
