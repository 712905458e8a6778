/** Keys with which the company's own server says who a visitor is. Two at once, so that one can be changed for another. */

import { useState } from "preact/hooks";
import { addIdentityKey, removeIdentityKey, type Channel, type NewIdentityKey } from "../../api/channels.ts";
import { Button } from "../../shared/Button.tsx";
import { CopyField } from "../../shared/CopyField.tsx";
import { Dialog } from "../../shared/Dialog.tsx";
import { Glyph } from "../../shared/Glyph.tsx";
import { Question } from "../../shared/Question.tsx";
import { say, sayTrouble } from "../../shared/toasts.tsx";
import { toldOf } from "../../shared/words.ts";
import { Part } from "../Frame.tsx";

interface Props {
  readonly channel: Channel;
  readonly may_write: boolean;
  readonly onChannel: (channel: Channel) => void;
}

const MOST = 2;

export function IdentityKeys({ channel, may_write, onChannel }: Props) {
  const [asked, setAsked] = useState<string | null>(null);
  const [made, setMade] = useState<NewIdentityKey | null>(null);
  const keys = channel.identity_keys;
  async function add(): Promise<void> {
    try {
      const key = await addIdentityKey(channel.id);
      setMade(key);
      onChannel({ ...channel, identity_keys: [...keys, { kid: key.kid, created_at: key.created_at }] });
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  async function remove(kid: string): Promise<void> {
    try {
      await removeIdentityKey(channel.id, kid);
      onChannel({ ...channel, identity_keys: keys.filter((each) => each.kid !== kid) });
      say("The key was removed; what it signs is believed no more.");
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  return (
    <Part title="Known visitors" told="If people log in on your website, your server can say who they are: it signs a token with a key, and the widget shows it by frontdesk.identify(token).">
      <ul class="rows tight">
        {keys.map(({ kid }) => (
          <li key={kid}>
            <span class="sign"><Glyph name="key" /></span>
            <div class="what"><strong><code>{kid}</code></strong></div>
            {may_write && <Button onClick={() => setAsked(kid)}>Remove</Button>}
          </li>
        ))}
      </ul>
      {may_write && keys.length < MOST && <Button onClick={() => void add()}>New key</Button>}
      {asked !== null && (
        <Question label="Remove this key?" keeps="Keep it" does="Remove it" onClose={() => setAsked(null)} onYes={() => void remove(asked)}>
          Whoever comes with a token that <code>{asked}</code> has signed is an unknown visitor from then on.
        </Question>
      )}
      {made !== null && (
        <Dialog label="The key is ready" onClose={() => setMade(null)}>
          <p>Keep the secret on your server. It is shown here only.</p>
          <CopyField label="Key id (kid)" text={made.kid} is_code />
          <CopyField label="Secret" text={made.secret} is_code />
          <div class="ends"><Button kind="primary" onClick={() => setMade(null)}>I have kept it</Button></div>
        </Dialog>
      )}
    </Part>
  );
}
