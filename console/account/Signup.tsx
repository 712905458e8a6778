/** A new organization, and its first member. */

import { signUp } from "../api/people.ts";
import { go } from "../app/router.ts";
import { enter } from "../app/session.ts";
import { Field, Form } from "../shared/Form.tsx";
import { useForm } from "../shared/form.ts";
import { explainDoor } from "./explain.ts";
import { PASSWORD_HINT, PASSWORD_LEAST } from "./password.ts";

export function Signup() {
  const form = useForm(
    { organization_name: "", name: "", email: "", password: "" },
    async (values) => {
      const me = await signUp({ ...values, email: values.email.trim() });
      // Before the desk opens, so that the first thing to be seen are the first steps.
      go("/console/start", { replace: true });
      await enter(me);
    },
    explainDoor,
  );
  const { values, set, troubleOf } = form;
  return (
    <>
      <h1>Sign up</h1>
      <p class="lead">A chat for your website, on your own server.</p>
      <Form form={form} save="Sign up" saved="Welcome" is_always>
        <Field label="Your company" autocomplete="organization" is_required is_first most={120} value={values.organization_name} onValue={(value) => set("organization_name", value)} trouble={troubleOf("organization_name")} hint="Visitors see this name." />
        <Field label="Your name" autocomplete="name" is_required most={120} value={values.name} onValue={(value) => set("name", value)} trouble={troubleOf("name")} />
        <Field label="E-mail" type="email" autocomplete="username" is_required most={254} value={values.email} onValue={(value) => set("email", value)} trouble={troubleOf("email")} />
        <Field label="Password" type="password" autocomplete="new-password" is_required least={PASSWORD_LEAST} hint={PASSWORD_HINT} value={values.password} onValue={(value) => set("password", value)} trouble={troubleOf("password")} />
      </Form>
      <p class="other">You have a login? <a href="/login">Log in</a></p>
    </>
  );
}
