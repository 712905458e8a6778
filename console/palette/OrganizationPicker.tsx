/** In which organization one works: the whole console changes with it. */

import { switchOrganization, type Me } from "../api/people.ts";
import { go } from "../app/router.ts";
import { enter } from "../app/session.ts";
import { sayTrouble } from "../shared/toasts.tsx";
import { toldOf } from "../shared/words.ts";
import { fitting } from "./matching.ts";
import { Picker, type Option } from "./Picker.tsx";

export function OrganizationPicker({ me, onClose }: { me: Me; onClose: () => void }) {
  async function move(organization_id: string): Promise<void> {
    if (organization_id === me.organization_id) return;
    try {
      const next = await switchOrganization(organization_id);
      // Before the desk opens: a conversation's address means nothing in another organization.
      go("/console", { replace: true });
      await enter(next);
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  const groups = (words: string) => [
    {
      title: "",
      options: fitting(me.organizations, words, ({ name }) => name).map((seat): Option => ({
        key: seat.organization_id,
        label: seat.name,
        hint: seat.role,
        glyph: "building",
        is_chosen: seat.organization_id === me.organization_id,
        run: () => void move(seat.organization_id),
      })),
    },
  ];
  return <Picker label="Switch the organization" placeholder="Switch to…" groups={groups} nothing={() => "You have no seat in such an organization."} onClose={onClose} />;
}
