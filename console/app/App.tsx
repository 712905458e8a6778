/** Which page is shown: by the address, and by who is here. */

import { useEffect } from "preact/hooks";
import { Blank } from "../shared/Blank.tsx";
import { Logo } from "../shared/Logo.tsx";
import { route } from "./here.ts";
import { lazy } from "./lazy.tsx";
import { go } from "./router.ts";
import { desk, stage } from "./session.ts";
import { Shell } from "./Shell.tsx";

const AccountPage = lazy(async () => (await import("../account/AccountPage.tsx")).AccountPage);

export function App() {
  const asked = route.value;
  const is_in = stage.value === "in" && desk.value !== null;
  const is_past = is_in && asked.page === "account" && (asked.name === "login" || asked.name === "signup");
  useEffect(() => {
    if (is_past) go("/console", { replace: true });
  }, [is_past]);
  if (asked.page === "account" && !is_past && (stage.value !== "looking" || asked.name !== "login")) {
    return <AccountPage name={asked.name} />;
  }
  if (is_in && desk.value !== null) return <Shell key={desk.value.me.organization_id} desk={desk.value} />;
  if (stage.value === "out") return <AccountPage name="login" />;
  if (stage.value === "away") {
    return (
      <main class="alone">
        <Blank is_page title="The server cannot be reached" told="This page tries again by itself." />
      </main>
    );
  }
  return (
    <main class="alone" aria-busy="true">
      <Logo />
      <p class="unseen" role="status">Loading</p>
    </main>
  );
}
