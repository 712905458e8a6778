/** The way in. */

import { logIn, showDoors } from "../api/people.ts";
import { enter } from "../app/session.ts";
import { Field, Form } from "../shared/Form.tsx";
import { useForm } from "../shared/form.ts";
import { useResource } from "../shared/resource.ts";
import { explainDoor } from "./explain.ts";

export function Login() {
  const form = useForm({ email: "", password: "" }, async ({ email, password }) => enter(await logIn({ email: email.trim(), password })), explainDoor);
  const { values, set, troubleOf } = form;
  const doors = useResource(showDoors).value;
  return (
    <>
      <h1>Log in</h1>
      <p class="lead">Answer your visitors.</p>
      <Form form={form} save="Log in" saved="Welcome" is_always aside={doors?.may_reset_password === true && <a href="/reset">Forgot the password?</a>}>
        <Field label="E-mail" type="email" autocomplete="username" is_required is_first value={values.email} onValue={(value) => set("email", value)} trouble={troubleOf("email")} />
        <Field label="Password" type="password" autocomplete="current-password" is_required value={values.password} onValue={(value) => set("password", value)} trouble={troubleOf("password")} />
      </Form>
      {doors?.may_sign_up === true && <p class="other">New here? <a href="/signup">Sign up</a></p>}
    </>
  );
}
