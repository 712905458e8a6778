/** Who is on the other side; what is known of them can be put right in place. */

import type { Card } from "../../client/src/protocol.ts";
import { blockContact, changeContact, unblockContact, type Contact, type Customer } from "../api/chat.ts";
import type { Desk } from "../inbox/desk.ts";
import { nameOf } from "../inbox/CardView.tsx";
import { Button } from "../shared/Button.tsx";
import { Face } from "../shared/Face.tsx";
import { say, sayTrouble } from "../shared/toasts.tsx";
import { toldOf } from "../shared/words.ts";
import { EditableLine } from "./EditableLine.tsx";

interface Props {
  readonly desk: Desk;
  readonly card: Card | undefined;
  readonly contact: Contact | null;
  readonly customer: Customer | null;
  readonly onContact: (contact: Contact) => void;
}

export function Person({ desk, card, contact, customer, onContact }: Props) {
  const may_write = desk.may("contact.write") && contact !== null;
  const name = contact?.name || (card === undefined ? "" : nameOf(card));
  const save = (field: "name" | "email" | "phone") => async (value: string): Promise<void> => {
    if (contact === null) return;
    onContact({ ...contact, ...(await changeContact(contact.id, { [field]: value === "" ? null : value })) });
  };
  async function use(email: string): Promise<void> {
    try {
      await save("email")(email);
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  async function block(is_blocked: boolean): Promise<void> {
    if (contact === null) return;
    try {
      onContact(await (is_blocked ? blockContact(contact.id) : unblockContact(contact.id)));
      say(is_blocked ? `${name} is blocked and can write no more.` : `${name} may write again.`, () => void block(!is_blocked));
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  return (
    <div class="block person">
      <Face id={card?.contact_id ?? null} name={name} url={contact?.avatar_url ?? null} of={(contact?.name || card?.contact_name || "") === "" ? "visitor" : "person"} size={56} />
      <EditableLine label="Name" value={contact?.name ?? card?.contact_name ?? ""} empty={may_write ? "Add a name" : "Visitor"} is_title may_write={may_write} onSave={save("name")} />
      {contact !== null && contact.blocked_at !== null && <p class="blocked">Blocked</p>}
      <EditableLine label="E-mail" glyph="mail" type="email" value={contact?.email ?? card?.contact_email ?? ""} empty="Add an e-mail" may_write={may_write} onSave={save("email")} />
      {contact !== null && contact.claimed_email !== null && contact.claimed_email !== contact.email && (
        <div class="beside">
          <p>Left in the chat: <bdi>{contact.claimed_email}</bdi></p>
          {may_write && <Button kind="link" onClick={() => void use(contact.claimed_email ?? "")}>Use this e-mail</Button>}
        </div>
      )}
      <EditableLine label="Phone" glyph="phone" type="tel" value={contact?.phone ?? ""} empty="Add a phone number" may_write={may_write} onSave={save("phone")} />
      {customer !== null && (
        <dl>
          <div>
            <dt>Customer</dt>
            <dd><bdi>{customer.company_name || customer.name || "Without a name"}</bdi></dd>
          </div>
          <div>
            <dt>Plan</dt>
            <dd>{customer.plan}</dd>
          </div>
        </dl>
      )}
      {may_write && (
        <div class="ways">
          <Button kind="link" glyph="ban" onClick={() => void block(contact.blocked_at === null)}>
            {contact.blocked_at === null ? "Block" : "Let them write again"}
          </Button>
        </div>
      )}
    </div>
  );
}
