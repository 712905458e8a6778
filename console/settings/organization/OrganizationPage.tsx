/** The organization's name, and the end of it. */

import { useState } from "preact/hooks";
import { changeOrganization, deleteOrganization, showOrganization, whoAmI, type Organization } from "../../api/people.ts";
import { go } from "../../app/router.ts";
import { leave, renew } from "../../app/session.ts";
import { Button } from "../../shared/Button.tsx";
import { Dialog } from "../../shared/Dialog.tsx";
import { Choice, Field, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { useResource } from "../../shared/resource.ts";
import { Frame, Loaded, Part } from "../Frame.tsx";
import { Queues } from "../queues/Queues.tsx";
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
            <Queues desk={desk} of="organization" />
            {desk.may("organization.delete") && <End name={known.name} />}
          </>
        )}
      </Loaded>
    </Frame>
  );
}

function Names({ organization, may_write }: { organization: Organization; may_write: boolean }) {
  const { name, website, timezone, late_minutes, retention_days } = organization;
  const initial = { name, website: website ?? "", timezone, late_minutes: String(late_minutes), retention_days: String(retention_days ?? "") };
  const form = useForm(initial, async (values) => {
    const known = { name: values.name.trim(), website: values.website.trim(), timezone: values.timezone };
    const days = values.retention_days === "" ? null : Number(values.retention_days);
    await changeOrganization({ ...known, late_minutes: Number(values.late_minutes), retention_days: days });
    renew(await whoAmI());
  });
  if (!may_write) return <Part title="Name"><p><bdi>{name}</bdi></p></Part>;
  const zones = [...new Set([timezone, ...Intl.supportedValuesOf("timeZone")])];
  return (
    <Part title="Who you are">
      <Form form={form} save="Save">
        <Field label="Name" is_required most={120} value={form.values.name} onValue={(value) => form.set("name", value)} trouble={form.troubleOf("name")} hint="Stands over every chat." />
        <Field label="Website" type="url" most={200} placeholder="https://www.example.com" value={form.values.website} onValue={(value) => form.set("website", value)} trouble={form.troubleOf("website")} />
        <Choice label="Time zone" value={form.values.timezone} options={zones.map((value) => ({ value, label: value.replace(/_/g, " ") }))} onValue={(value) => form.set("timezone", value)} hint="Days and weeks of your figures begin by it." />
        <Field label="Late after, in minutes" type="number" is_required value={form.values.late_minutes} onValue={(value) => form.set("late_minutes", value)} trouble={form.troubleOf("late_minutes")} hint="The clock on a conversation turns red when its visitor has waited this long for a person." />
        <Field label="Keep drafts and searches, in days" type="number" value={form.values.retention_days} onValue={(value) => form.set("retention_days", value)} trouble={form.troubleOf("retention_days")} hint="What bots suggested or would have said, and what was searched for in articles. Left out: for ever." />
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
