/** How the console asks: as a member, by the session's cookie; whoever listens hears when the session has ended. */

import { ask } from "../../client/src/ask.ts";
import { createEmitter } from "../../client/src/emitter.ts";
import { ApiError } from "../../client/src/errors.ts";

/** One page of a list; no cursor means that this was the last. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next_cursor?: string | null;
}

type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export const session = createEmitter<{ ended: ApiError }>();

async function asked<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  try {
    return await ask<Answer>(method, path, body);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) session.emit("ended", error);
    throw error;
  }
}

export const get = <Answer>(path: string, query: Query = {}): Promise<Answer> => asked("GET", path + queryOf(query));
export const post = <Answer>(path: string, body: unknown = {}): Promise<Answer> => asked("POST", path, body);
export const put = <Answer>(path: string, body: unknown): Promise<Answer> => asked("PUT", path, body);
export const patch = <Answer>(path: string, body: unknown): Promise<Answer> => asked("PATCH", path, body);
export const remove = <Answer = void>(path: string, body?: unknown): Promise<Answer> => asked("DELETE", path, body);

/** Every item of a list that has few pages; `most` bounds a server that goes on and on. */
export async function all<Item>(path: string, query: Query = {}, most = 20): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor = "";
  for (let page = 0; page < most; page++) {
    const answer: Page<Item> = await get<Page<Item>>(path, { ...query, limit: 200, cursor });
    items.push(...answer.items);
    cursor = answer.next_cursor ?? "";
    if (cursor === "") break;
  }
  return items;
}

function queryOf(query: Query): string {
  const told = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === undefined || value === "" ? [] : [[name, String(value)]],
  );
  return told.length === 0 ? "" : `?${new URLSearchParams(told)}`;
}
