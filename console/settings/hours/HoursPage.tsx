/** When somebody is there: for the whole organization, and for teams and channels that keep hours of their own. */

import { listChannels } from "../../api/channels.ts";
import { showHours, type Whose } from "../../api/hours.ts";
import { listTeams, showOrganization } from "../../api/people.ts";
import { go } from "../../app/router.ts";
import { pathToSettings } from "../../app/routes.ts";
import { useResource } from "../../shared/resource.ts";
import { Frame, Loaded } from "../Frame.tsx";
import type { PageProps } from "../SettingsPage.tsx";
import { HoursForm } from "./HoursForm.tsx";
import "./hours.css";

export function HoursPage({ desk, id }: PageProps) {
  const page = useResource(async () => {
    const [organization, teams, channels] = await Promise.all([showOrganization(), listTeams(), listChannels()]);
    const all: readonly Whose[] = [
      { kind: "organization", id: null, name: organization.name },
      ...teams.map((each): Whose => ({ kind: "team", id: each.id, name: each.name })),
      ...channels.map((each): Whose => ({ kind: "channel", id: each.id, name: each.name })),
    ];
    const whose = all.find((each) => each.id === id) ?? all[0];
    return { all, whose: whose as Whose, timezone: organization.timezone, hours: await showHours(whose as Whose) };
  }, [id]);
  return (
    <Frame title="Business hours" told="When somebody is there. Outside these hours the widget says when you are back, and takes messages all the same." is_wide>
      <Loaded resource={page}>
        {({ all, whose, timezone, hours }) => (
          <>
            <label class="field whose">
              <span>Whose hours</span>
              <select value={whose.id ?? ""} onChange={(event) => go(pathToSettings("hours", event.currentTarget.value || undefined))}>
                <option value="">The whole organization</option>
                <Group label="Teams" found={all.filter(({ kind }) => kind === "team")} />
                <Group label="Channels" found={all.filter(({ kind }) => kind === "channel")} />
              </select>
            </label>
            <HoursForm key={whose.id} whose={whose} hours={hours} timezone={timezone} may_write={desk.may(`${whose.kind}.write`)} />
          </>
        )}
      </Loaded>
    </Frame>
  );
}

function Group({ label, found }: { label: string; found: readonly Whose[] }) {
  if (found.length === 0) return null;
  return <optgroup label={label}>{found.map(({ id, name }) => <option key={id} value={id ?? ""}>{name}</option>)}</optgroup>;
}
