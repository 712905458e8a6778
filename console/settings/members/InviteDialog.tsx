/** Inviting somebody: by e-mail where the server can, and always by a link that is shown once. */

import { useState } from "preact/hooks";
import { invite, type MadeInvitation, type Me, type Role } from "../../api/people.ts";
import { Button } from "../../shared/Button.tsx";
import { CopyField } from "../../shared/CopyField.tsx";
import { Dialog } from "../../shared/Dialog.tsx";
import { Choice, Field, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { givableBy } from "./roles.ts";

export function InviteDialog({ me, onClose }: { me: Me; onClose: () => void }) {
  const [made, setMade] = useState<MadeInvitation | null>(null);
  const roles = givableBy(me.role);
  const form = useForm({ email: "", role: "agent" as Role }, async ({ email, role }) => {
    setMade(await invite({ role, ...(email.trim() !== "" && { email: email.trim() }) }));
  });
  const { values, set, troubleOf } = form;
  if (made !== null) {
    return (
      <Dialog label="The invitation is ready" onClose={onClose}>
        <p>{made.was_mailed ? `It was sent to ${made.email}. You can also pass on the link yourself.` : "Pass on this link. Whoever opens it can join, once."}</p>
        <CopyField label="Link" text={made.link} />
        <p class="hint">The link is shown here only. It is good for a week.</p>
        <div class="ends">
          <Button kind="primary" onClick={onClose}>Done</Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog label="Invite a colleague" onClose={onClose}>
      <Form form={form} save="Make the invitation" is_always>
        <Field label="E-mail" type="email" is_first most={254} value={values.email} onValue={(value) => set("email", value)} trouble={troubleOf("email")} hint="May be left empty: then whoever has the link can join." />
        <Choice label="Role" value={values.role} onValue={(value) => set("role", value)} options={roles} hint={roles.find(({ value }) => value === values.role)?.told} />
      </Form>
    </Dialog>
  );
}
