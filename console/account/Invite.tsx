/** An invitation: from whom, to what; whoever has a login already shows it, everybody else makes one. */

import { useState } from "preact/hooks";
import { acceptInvitation, lookAtInvitation, type ShownInvitation } from "../api/people.ts";
import { place, go } from "../app/router.ts";
import { enter } from "../app/session.ts";
import { Blank } from "../shared/Blank.tsx";
import { Button } from "../shared/Button.tsx";
import { Field, Form } from "../shared/Form.tsx";
import { useForm } from "../shared/form.ts";
import { useResource } from "../shared/resource.ts";
import { toldOf } from "../shared/words.ts";
import { ApiError } from "../../client/src/errors.ts";
import { explainDoor } from "./explain.ts";
import { tokenIn } from "./fragment.ts";
import { PASSWORD_HINT, PASSWORD_LEAST } from "./password.ts";

export function Invite() {
  const token = tokenIn(place.value.hash);
  const invited = useResource(() => lookAtInvitation(token), [token]);
  if (invited.error !== null) {
    const is_final = invited.error instanceof ApiError && invited.error.is_final;
    return (
      <Blank is_page title={is_final ? "This invitation is no longer good" : "The invitation could not be read"} told={is_final ? "It was used, withdrawn, or has expired. Ask for a new one." : toldOf(invited.error)}>
        {is_final ? <a class="button plain" href="/login">Log in</a> : <Button onClick={invited.again}>Try again</Button>}
      </Blank>
    );
  }
  if (invited.value === null) return <p class="loading" role="status">Reading the invitation…</p>;
  return <Accept token={token} invited={invited.value} />;
}

function Accept({ token, invited }: { token: string; invited: ShownInvitation }) {
  // An invitation by link alone does not know who comes: that person says whether there is a login already.
  const [is_known, setKnown] = useState(invited.is_known);
  const form = useForm(
    { email: invited.email, name: "", password: "" },
    async ({ email, name, password }) => {
      const who = invited.email === "" ? { email: email.trim() } : {};
      const me = await acceptInvitation({ token, password, ...who, ...(!is_known && { name }) });
      go("/console", { replace: true });
      await enter(me);
    },
    explainDoor,
  );
  const { values, set, troubleOf } = form;
  return (
    <>
      <h1>Join <bdi>{invited.organization_name}</bdi></h1>
      <p class="lead">
        <bdi>{invited.inviter_name || "A colleague"}</bdi> invites you as {invited.role === "agent" || invited.role === "admin" || invited.role === "owner" ? "an" : "a"} {invited.role}.
      </p>
      <Form form={form} save="Join" saved="Welcome" is_always>
        <Field label="E-mail" type="email" autocomplete="username" is_required is_disabled={invited.email !== ""} is_first={invited.email === ""} value={values.email} onValue={(value) => set("email", value)} trouble={troubleOf("email")} />
        {!is_known && (
          <Field label="Your name" autocomplete="name" is_required is_first={invited.email !== ""} most={120} value={values.name} onValue={(value) => set("name", value)} trouble={troubleOf("name")} />
        )}
        <Field
          label={is_known ? "Your password" : "Choose a password"}
          type="password"
          autocomplete={is_known ? "current-password" : "new-password"}
          is_required
          {...(!is_known && { least: PASSWORD_LEAST })}
          hint={is_known ? "You have a login with this e-mail already." : PASSWORD_HINT}
          value={values.password}
          onValue={(value) => set("password", value)}
          trouble={troubleOf("password")}
        />
      </Form>
      {invited.email === "" && (
        <p class="other">
          <Button kind="link" onClick={() => setKnown(!is_known)}>{is_known ? "I have no login yet" : "I have a login already"}</Button>
        </p>
      )}
    </>
  );
}
