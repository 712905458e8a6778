/** The organization's name, and the end of it. */

import { useState } from "preact/hooks";
import { changeOrganization, deleteOrganization, showOrganization, whoAmI, type Organization } from "../../api/people.ts";
import { go } from "../../app/router.ts";
import { leave, renew } from "../../app/session.ts";
import { Button } from "../../shared/Button.tsx";
import { Dialog } from "../../shared/Dialog.tsx";
import { Field, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { useResource } from "../../shared/resource.ts";
import { Frame, Loaded, Part } from "../Frame.tsx";
import type { PageProps } from "../SettingsPage.tsx";

export function OrganizationPage({ desk }: PageProps) {
  const organization = useResource(showOrganization);
  const may_write = desk.may("organization.write");
  return (
    <Frame title="Organization" told={may_write ? "What visitors and colleagues see as your name." : "Only an admin can change these."}>
      <Loaded resource={organization}>
        {(known) => (
          <>
            <Names organization={known} may_write={may_write} />
            {desk.may("organization.delete") && <End name={known.name} />}
          </>
        )}
      </Loaded>
    </Frame>
  );
}

function Names({ organization, may_write }: { organization: Organization; may_write: boolean }) {
  const form = useForm({ name: organization.name }, async ({ name }) => {
    await changeOrganization({ name: name.trim() });
    renew(await whoAmI());
  });
  if (!may_write) return <Part title="Name"><p dir="auto">{organization.name}</p></Part>;
  return (
    <Part title="Name">
      <Form form={form} save="Save">
        <Field label="Name" is_required most={120} value={form.values.name} onValue={(value) => form.set("name", value)} trouble={form.troubleOf("name")} hint="Stands over every chat." />
      </Form>
    </Part>
  );
}

/** The one thing that cannot be undone, so that the name has to be typed. */
function End({ name }: { name: string }) {
  const [is_asking, setAsking] = useState(false);
  return (
    <Part title="Delete the organization" told="Every conversation, person and setting goes with it. Nobody can bring it back.">
      <Button kind="danger" onClick={() => setAsking(true)}>Delete…</Button>
      {is_asking && <Sure name={name} onClose={() => setAsking(false)} />}
    </Part>
  );
}

function Sure({ name, onClose }: { name: string; onClose: () => void }) {
  const form = useForm({ name: "" }, async (values) => {
    await deleteOrganization(values.name);
    go("/login", { replace: true });
    await leave();
  });
  const is_right = form.values.name.trim() === name.trim();
  return (
    <Dialog label="Delete the organization" onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (is_right) void form.submit();
        }}
      >
        <Field label={`Type “${name}” to delete it for good`} is_first value={form.values.name} onValue={(value) => form.set("name", value)} trouble={form.trouble || form.troubleOf("name")} />
        <div class="ends">
          <Button kind="danger" type="submit" is_disabled={!is_right} is_busy={form.phase === "saving"}>Delete for good</Button>
          <Button onClick={onClose}>Keep it</Button>
        </div>
      </form>
    </Dialog>
  );
}
