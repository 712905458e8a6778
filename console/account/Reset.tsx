/** A new password: asked for by e-mail, and set by the link in it. */

import { useState } from "preact/hooks";
import { confirmReset, resetPassword } from "../api/people.ts";
import { place } from "../app/router.ts";
import { Blank } from "../shared/Blank.tsx";
import { Field, Form } from "../shared/Form.tsx";
import { useForm } from "../shared/form.ts";
import { toldOf } from "../shared/words.ts";
import { ApiError } from "../../client/src/errors.ts";
import { tokenIn } from "./fragment.ts";
import { PASSWORD_HINT, PASSWORD_LEAST } from "./password.ts";

export function Reset() {
  const token = tokenIn(place.value.hash);
  return token === "" ? <AskForLink /> : <SetPassword token={token} />;
}

function AskForLink() {
  const [is_sent, setSent] = useState(false);
  const form = useForm({ email: "" }, async ({ email }) => {
    await resetPassword({ email: email.trim() });
    setSent(true);
  }, explain);
  if (is_sent) {
    return (
      <Blank is_page glyph="mail" title="Look into your mailbox" told={`If ${form.values.email} has a login here, a link is on its way. It is good for an hour.`}>
        <a class="button plain" href="/login">Back to the login</a>
      </Blank>
    );
  }
  return (
    <>
      <h1>Forgot the password?</h1>
      <p class="lead">We send you a link to set a new one.</p>
      <Form form={form} save="Send the link" is_always>
        <Field label="E-mail" type="email" autocomplete="username" is_required is_first value={form.values.email} onValue={(value) => form.set("email", value)} trouble={form.troubleOf("email")} />
      </Form>
      <p class="other"><a href="/login">Back to the login</a></p>
    </>
  );
}

function explain(error: unknown): string {
  const is_unset = error instanceof ApiError && error.code === "forbidden";
  return is_unset ? "This server sends no e-mail. Ask the person who runs it to help you." : toldOf(error);
}

function SetPassword({ token }: { token: string }) {
  const [is_done, setDone] = useState(false);
  const form = useForm({ password: "" }, async ({ password }) => {
    await confirmReset({ token, password });
    setDone(true);
  }, (error) => (error instanceof ApiError && (error.status === 401 || error.status === 404) ? "This link was used or has expired. Ask for a new one." : toldOf(error)));
  if (is_done) {
    return (
      <Blank is_page glyph="check" title="Your new password is set" told="Everywhere else you were logged out.">
        <a class="button primary" href="/login">Log in</a>
      </Blank>
    );
  }
  return (
    <>
      <h1>Choose a new password</h1>
      <Form form={form} save="Set the password" is_always>
        <Field label="New password" type="password" autocomplete="new-password" is_required is_first least={PASSWORD_LEAST} hint={PASSWORD_HINT} value={form.values.password} onValue={(value) => form.set("password", value)} trouble={form.troubleOf("password")} />
      </Form>
      <p class="other"><a href="/reset">Ask for a new link</a></p>
    </>
  );
}
