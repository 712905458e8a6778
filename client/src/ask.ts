/** One REST call: it answers, or throws an ApiError. */

import { ApiError } from "./errors.ts";
import type { RefusalCode } from "./protocol.ts";

interface Problem {
  readonly code?: RefusalCode;
  readonly message?: string;
  readonly retry_after?: number;
  readonly field?: string;
}

/** Longer than any answer takes, short enough that a dead network is noticed. */
const DEADLINE = 15_000;

export async function ask<Answer>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const request: RequestInit = { method, credentials: "same-origin", signal: AbortSignal.timeout(DEADLINE), headers };
  if (body !== undefined) {
    request.body = JSON.stringify(body);
    request.headers = { ...headers, "content-type": "application/json" };
  }
  const response = await fetch(path, request).catch((error: unknown) => {
    throw new ApiError(0, "unreachable", String(error));
  });
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as Answer;
  const problem = (await response.json().catch(() => ({}))) as Problem;
  const { code = "unavailable", message = response.statusText, retry_after = 0, field } = problem;
  throw new ApiError(response.status, code, message, retry_after * 1000, field);
}
