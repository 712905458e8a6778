/** Who is here, as signals: nobody knows yet, nobody, or a member at a desk. */

import { effect, signal } from "@preact/signals";
import { ApiError } from "../../client/src/errors.ts";
import { delayBefore } from "../../client/src/verdict.ts";
import { logOut, whoAmI, type Me } from "../api/people.ts";
import { session } from "../api/rest.ts";
import { openDesk, type Desk } from "../inbox/desk.ts";

export type Stage = "looking" | "away" | "out" | "in";

export const stage = signal<Stage>("looking");
export const desk = signal<Desk | null>(null);
/** Why somebody who was in is out, in words; empty for whoever comes or left. */
export const farewell = signal("");

/** Somebody logged in, or changed the organization. */
export async function enter(me: Me): Promise<void> {
  desk.value?.leave();
  desk.value = await openDesk(me);
  farewell.value = "";
  stage.value = "in";
}

/** The member's own facts changed: names, not the desk. */
export function renew(me: Me): void {
  if (desk.value !== null) desk.value = { ...desk.value, me };
}

/** The member leaves; where they are now is where they come back to after the next login. */
export async function leave(): Promise<void> {
  await logOut().catch(() => undefined); // The session ends by itself; this page has let go of it.
  end("");
}

function end(told: string): void {
  if (stage.value === "out") return;
  desk.value?.leave();
  desk.value = null;
  farewell.value = told;
  stage.value = "out";
}

const ENDED = "Your session has ended. Log in to go on where you were.";

export async function look(attempt = 0): Promise<void> {
  try {
    await enter(await whoAmI());
  } catch (error) {
    if (error instanceof ApiError && error.is_final) return end("");
    stage.value = "away";
    setTimeout(() => void look(attempt + 1), delayBefore(attempt, error instanceof ApiError ? error.wait : 0));
  }
}

/** Watches for the end of the session, wherever it is told. */
export function watchSession(): void {
  session.on("ended", () => {
    if (stage.peek() === "in") end(ENDED);
  });
  // The socket was turned away for good: perhaps the session has ended, which only REST can tell.
  effect(() => {
    if (desk.value?.network.value.phase !== "stopped") return;
    whoAmI().catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 401) end(ENDED);
    });
  });
}
