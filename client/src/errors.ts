/** What REST refused, or could not be reached for. */

import type { RefusalCode } from "./protocol.ts";

export class ApiError extends Error {
  constructor(
    /** The HTTP status; 0 when there was no answer at all. */
    readonly status: number,
    readonly code: RefusalCode | "unreachable",
    message: string,
    /** Milliseconds to wait before asking again. */
    readonly wait = 0,
    /** The field of the request that was refused, where there is one. */
    readonly field?: string,
  ) {
    super(message);
  }

  /** Asking again with the same things will not help. */
  get is_final(): boolean {
    return this.status >= 400 && this.status < 500 && this.status !== 408 && this.status !== 429;
  }
}
