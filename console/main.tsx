/** Starts the console: who is here, and then the login page or the desk. */

import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { logout, whoAmI, type Member } from "../client/src/api.ts";
import { ApiError } from "../client/src/errors.ts";
import { delayBefore } from "../client/src/verdict.ts";
import { DeskPage } from "./DeskPage.tsx";
import { openDesk, type Desk } from "./desk.ts";
import { Login } from "./Login.tsx";

const desk = signal<Desk | null>(null);
const stage = signal<"looking" | "login" | "desk">("looking");

async function enter(member: Member): Promise<void> {
  desk.value = await openDesk(member);
  stage.value = "desk";
}

/** The socket was turned away for good: perhaps the session has ended, which only REST can tell. */
effect(() => {
  if (desk.value?.network.value.phase !== "stopped") return;
  whoAmI().catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 401) void leave();
  });
});

async function leave(): Promise<void> {
  desk.value?.leave();
  desk.value = null;
  stage.value = "login";
  await logout().catch(() => undefined); // The session ends by itself; this page has let go of it.
}

async function look(attempt = 0): Promise<void> {
  try {
    await enter(await whoAmI());
  } catch (error) {
    if (error instanceof ApiError && error.is_final) stage.value = "login";
    else setTimeout(() => void look(attempt + 1), delayBefore(attempt, 0));
  }
}

function Console() {
  if (stage.value === "login") return <Login onMember={enter} />;
  if (desk.value !== null) return <DeskPage desk={desk.value} onLeave={() => void leave()} />;
  return <p class="blank" role="status">Connecting…</p>;
}

render(<Console />, document.body);
void look();
