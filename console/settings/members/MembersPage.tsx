/** Who works here, what each may do, and who is invited. */

import { useState } from "preact/hooks";
import { changeMember, deactivateMember, listMembers, type Member, type Role } from "../../api/people.ts";
import { Button } from "../../shared/Button.tsx";
import { Face } from "../../shared/Face.tsx";
import { useResource } from "../../shared/resource.ts";
import { say, sayTrouble } from "../../shared/toasts.tsx";
import { toldOf } from "../../shared/words.ts";
import { Frame, Loaded, Part } from "../Frame.tsx";
import type { PageProps } from "../SettingsPage.tsx";
import { Abilities } from "./Abilities.tsx";
import { AbilityDialog } from "./AbilityDialog.tsx";
import { Invitations } from "./Invitations.tsx";
import { InviteDialog } from "./InviteDialog.tsx";
import { givableBy, mayChange, roleName } from "./roles.ts";

export function MembersPage({ desk }: PageProps) {
  const members = useResource(listMembers);
  const [is_inviting, setInviting] = useState(false);
  const [version, setVersion] = useState(0);
  const [able, setAble] = useState<Member | null>(null);
  const may_write = desk.may("member.write");
  const { me } = desk;

  async function change(member: Member, body: { role?: Role; is_active?: boolean }, told: string): Promise<void> {
    const before = { role: member.role, is_active: member.is_active };
    try {
      const next = body.is_active === false ? { ...member, is_active: false } : await changeMember(member.id, body);
      if (body.is_active === false) await deactivateMember(member.id);
      members.change((known) => known.map((each) => (each.id === member.id ? { ...each, ...next } : each)));
      desk.directory.forgetPeople();
      const back = body.role === undefined ? { is_active: before.is_active } : { role: before.role };
      say(told, () => void change({ ...member, ...body }, back, `${member.name} is as before.`));
    } catch (error) {
      sayTrouble(toldOf(error));
      members.again();
    }
  }

  return (
    <Frame
      title="Members"
      told="Who works here, and what each may do."
      actions={desk.may("member.invite") && <Button kind="primary" glyph="plus" onClick={() => setInviting(true)}>Invite</Button>}
      is_wide
    >
      <Loaded resource={members}>
        {(known) => (
          <ul class="rows people">
            {[...known].sort((a, b) => Number(b.is_active) - Number(a.is_active) || a.name.localeCompare(b.name)).map((member) => {
              const is_me = member.id === me.agent_id;
              const may_change = may_write && !is_me && mayChange(me.role, member.role);
              return (
                <li key={member.id} data-off={!member.is_active}>
                  <Face id={member.id} name={member.name} url={member.avatar_url ?? null} />
                  <div class="what">
                    <strong><bdi>{member.name}</bdi>{is_me && <i> you</i>}</strong>
                    <span><bdi>{member.email}</bdi>{!member.is_active && " · deactivated"}</span>
                    <Abilities member={member} />
                  </div>
                  {desk.may("routing.write") && member.is_active && (
                    <Button onClick={() => setAble(member)}>Skills<span class="unseen"> of {member.name}</span></Button>
                  )}
                  {may_change && member.is_active ? (
                    <select
                      aria-label={`Role of ${member.name}`}
                      value={member.role}
                      onChange={(event) => {
                        const role = event.currentTarget.value as Role;
                        void change(member, { role }, `${member.name} is ${roleName(role).toLowerCase()} now.`);
                      }}
                    >
                      {givableBy(me.role).map(({ value, label }) => <option key={value} value={value}>{label}</option>)}
                    </select>
                  ) : (
                    <span class="role">{roleName(member.role)}</span>
                  )}
                  {may_change && (
                    <Button
                      onClick={() =>
                        void (member.is_active
                          ? change(member, { is_active: false }, `${member.name} is out; every open session of theirs ended.`)
                          : change(member, { is_active: true }, `${member.name} may log in again.`))
                      }
                    >
                      {member.is_active ? "Deactivate" : "Activate"}
                    </Button>
                  )}
                </li>
              );
            })}
          </ul>
        )}
      </Loaded>
      {desk.may("member.invite") && (
        <Part title="Invitations">
          <Invitations key={version} />
        </Part>
      )}
      {able !== null && (
        <AbilityDialog
          member={able}
          may_limit={may_write && able.id !== me.agent_id}
          known={[...new Set(members.value?.flatMap(({ skills }) => skills.map(({ skill }) => skill)))].sort()}
          onClose={() => setAble(null)}
          onSaved={(next) => {
            members.change((all) => all.map((each) => (each.id === next.id ? next : each)));
            setAble(null);
          }}
        />
      )}
      {is_inviting && (
        <InviteDialog
          me={me}
          onClose={() => {
            setInviting(false);
            setVersion(version + 1);
          }}
        />
      )}
    </Frame>
  );
}
