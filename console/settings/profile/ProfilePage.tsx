/** Your own page: name, looks, news, password, devices. */

import { changeMe, changePassword, type Me } from "../../api/people.ts";
import { chooseAlerts, alerts, isBlocked, play, wantDesktop } from "../../shared/alerts.ts";
import { Button } from "../../shared/Button.tsx";
import { Face } from "../../shared/Face.tsx";
import { Check, Choice, Field, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { chooseSending, sends_with } from "../../shared/sending.ts";
import { chooseTheme, theme } from "../../shared/theme.ts";
import { sayTrouble } from "../../shared/toasts.tsx";
import { toldOf } from "../../shared/words.ts";
import { ApiError } from "../../../client/src/errors.ts";
import { PASSWORD_HINT, PASSWORD_LEAST } from "../../account/password.ts";
import { renew } from "../../app/session.ts";
import { Frame, Part } from "../Frame.tsx";
import type { PageProps } from "../SettingsPage.tsx";
import { Devices } from "./Devices.tsx";

export function ProfilePage({ desk }: PageProps) {
  return (
    <Frame title="Your profile" told="Who you are to visitors and colleagues, and how this browser behaves.">
      <Name me={desk.me} />
      <Looks />
      <News />
      <Password me={desk.me} />
      <Part title="Where you are logged in" told="End a session that you do not know, and change your password then.">
        <Devices />
      </Part>
    </Frame>
  );
}

function Name({ me }: { me: Me }) {
  const form = useForm({ name: me.name }, async ({ name }) => renew(await changeMe({ name: name.trim() })));
  return (
    <Part title="You">
      <div class="with-face">
        <Face id={me.agent_id} name={form.values.name} url={me.avatar_url} size={56} />
        <Form form={form} save="Save">
          <Field label="Name" autocomplete="name" is_required most={120} value={form.values.name} onValue={(value) => form.set("name", value)} trouble={form.troubleOf("name")} hint="Visitors see it beside your answers." />
          <Field label="E-mail" type="email" value={me.email} onValue={() => undefined} is_disabled />
        </Form>
      </div>
    </Part>
  );
}

function Looks() {
  return (
    <Part title="Looks and keys" told="For this browser only.">
      <div class="form">
        <Choice
          label="Theme"
          value={theme.value}
          onValue={chooseTheme}
          options={[{ value: "system", label: "As the system has it" }, { value: "light", label: "Light" }, { value: "dark", label: "Dark" }]}
        />
        <Choice
          label="Send with"
          value={sends_with.value}
          onValue={chooseSending}
          options={[{ value: "enter", label: "Enter (Shift Enter breaks the line)" }, { value: "ctrl-enter", label: "Ctrl Enter (Enter breaks the line)" }]}
        />
      </div>
    </Part>
  );
}

function News() {
  const { has_sound, has_desktop } = alerts.value;
  const blocked = isBlocked();
  async function choose(wanted: boolean): Promise<void> {
    if (!wanted) return chooseAlerts({ has_desktop: false });
    if (!(await wantDesktop())) sayTrouble("The browser does not allow notifications here. Look at its settings for this page.");
  }
  return (
    <Part title="News" told="What tells you of new conversations and answers while you look elsewhere.">
      <div class="form">
        <div class="beside">
          <Check label="A quiet sound" value={has_sound} onValue={(value) => chooseAlerts({ has_sound: value })} />
          <Button kind="link" onClick={() => play("news")}>Hear it</Button>
        </div>
        <Check
          label="A desktop notification"
          value={has_desktop && !blocked}
          onValue={(value) => void choose(value)}
          is_disabled={blocked}
          hint={blocked ? "The browser blocks notifications for this page; allow them in its settings." : "The browser asks you once."}
        />
      </div>
    </Part>
  );
}

function Password({ me }: { me: Me }) {
  const form = useForm(
    { current: "", password: "" },
    async ({ current, password }) => {
      await changePassword({ current, password });
      form.reset({ current: "", password: "" });
    },
    (error) => (error instanceof ApiError && error.code === "unauthenticated" ? "The current password is not right." : toldOf(error)),
  );
  const { values, set, troubleOf } = form;
  return (
    <Part title="Password">
      <Form form={form} save="Change the password" saved="Changed">
        <input type="text" class="unseen" autocomplete="username" value={me.email} readOnly tabIndex={-1} aria-hidden="true" />
        <Field label="Current password" type="password" autocomplete="current-password" is_required value={values.current} onValue={(value) => set("current", value)} trouble={troubleOf("current")} />
        <Field label="New password" type="password" autocomplete="new-password" is_required least={PASSWORD_LEAST} hint={PASSWORD_HINT} value={values.password} onValue={(value) => set("password", value)} trouble={troubleOf("password")} />
      </Form>
    </Part>
  );
}
