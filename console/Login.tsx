/** The way in. */

import { useState } from "preact/hooks";
import { login, type Member } from "../client/src/api.ts";
import { ApiError } from "../client/src/errors.ts";

export function Login({ onMember }: { onMember: (member: Member) => Promise<void> }) {
  const [trouble, setTrouble] = useState("");
  const [is_busy, setBusy] = useState(false);

  async function enter(form: HTMLFormElement): Promise<void> {
    const fields = new FormData(form);
    setBusy(true);
    setTrouble("");
    try {
      await onMember(await login(String(fields.get("email")), String(fields.get("password"))));
    } catch (error) {
      setTrouble(toldOf(error));
      setBusy(false);
    }
  }

  return (
    <main class="login">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void enter(event.currentTarget);
        }}
      >
        <h1>Frontdesk</h1>
        <p>Log in to answer your visitors.</p>
        <label>
          E-mail
          <input name="email" type="email" autocomplete="username" required autofocus />
        </label>
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        <p class="trouble" role="alert">{trouble}</p>
        <button type="submit" class="primary" disabled={is_busy}>
          {is_busy ? "Logging in…" : "Log in"}
        </button>
      </form>
    </main>
  );
}

function toldOf(error: unknown): string {
  if (!(error instanceof ApiError)) return "Something went wrong in this page. Reload it and try again.";
  if (error.code === "unauthenticated") return "This e-mail and password do not belong together.";
  if (error.code === "too_fast") return "Too many attempts. Wait a minute and try again.";
  return "The server cannot be reached now. Try again in a moment.";
}
