/** The doors: logging in, signing up, accepting an invitation, a new password. */

import { useEffect } from "preact/hooks";
import type { AccountName } from "../app/routes.ts";
import { farewell } from "../app/session.ts";
import { Logo } from "../shared/Logo.tsx";
import { Invite } from "./Invite.tsx";
import { Login } from "./Login.tsx";
import { Reset } from "./Reset.tsx";
import { Signup } from "./Signup.tsx";
import "./account.css";

const TITLES: Readonly<Record<AccountName, string>> = {
  login: "Log in",
  signup: "Sign up",
  invite: "You are invited",
  reset: "New password",
};

export function AccountPage({ name }: { name: AccountName }) {
  useEffect(() => void (document.title = `${TITLES[name]} · Frontdesk`), [name]);
  return (
    <main class="account">
      <div class="card-box">
        <Logo size={36} />
        {name === "login" && farewell.value !== "" && <p class="farewell" role="status">{farewell.value}</p>}
        {name === "login" && <Login />}
        {name === "signup" && <Signup />}
        {name === "invite" && <Invite />}
        {name === "reset" && <Reset />}
      </div>
    </main>
  );
}
