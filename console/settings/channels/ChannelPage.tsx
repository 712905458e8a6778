/** One widget: how it looks, beside what it looks like; where it works; and the two lines for the website. */

import { useState } from "preact/hooks";
import { changeChannel, removeChannel, showChannel, type Channel } from "../../api/channels.ts";
import { go } from "../../app/router.ts";
import { pathToSettings } from "../../app/routes.ts";
import type { Desk } from "../../inbox/desk.ts";
import type { Uuid } from "../../../client/src/protocol.ts";
import { Button } from "../../shared/Button.tsx";
import { CopyField } from "../../shared/CopyField.tsx";
import { Field, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { useResource } from "../../shared/resource.ts";
import { say, sayTrouble } from "../../shared/toasts.tsx";
import { toldOf } from "../../shared/words.ts";
import { Frame, Loaded, Part } from "../Frame.tsx";
import { AppearanceForm } from "./AppearanceForm.tsx";
import { DefaultTeam } from "./DefaultTeam.tsx";
import { GoesFirst } from "./GoesFirst.tsx";
import { IdentityKeys } from "./IdentityKeys.tsx";
import { Origins } from "./Origins.tsx";
import { Preview } from "./Preview.tsx";

export function ChannelPage({ desk, channel_id }: { desk: Desk; channel_id: Uuid }) {
  const channel = useResource(() => showChannel(channel_id), [channel_id]);
  const may_write = desk.may("channel.write");
  const back = { href: pathToSettings("channels"), label: "Channels" };
  return (
    <Loaded resource={channel} back={back}>
      {(known) => (
        <Frame
          title={known.name}
          told={known.is_active ? "A chat widget on your website." : "This widget is switched off: nobody sees it."}
          back={back}
          is_wide
          actions={
            <>
              <a class="button plain" href={pathToSettings("hours", known.id)}>Business hours</a>
              <a class="button plain" href={`/console/try/${known.id}`} target="_blank" rel="noopener">Try it</a>
            </>
          }
        >
          <OneChannel desk={desk} channel={known} may_write={may_write} onChannel={(next) => channel.change(() => next)} />
        </Frame>
      )}
    </Loaded>
  );
}

interface Props {
  readonly desk: Desk;
  readonly channel: Channel;
  readonly may_write: boolean;
  readonly onChannel: (channel: Channel) => void;
}

function OneChannel({ desk, channel, may_write, onChannel }: Props) {
  const [shown, setShown] = useState(channel.appearance);
  return (
    <>
      <Part title="Put it on your website" told="Paste this before the end of the page’s body, on every page that should have the chat.">
        <CopyField label="Snippet" text={channel.snippet} is_code />
      </Part>
      <Origins channel={channel} may_write={may_write} onChannel={onChannel} />
      <Part title="Looks" told="Every change shows at once in the preview; visitors see it when you save.">
        <div class="looks">
          <AppearanceForm channel={channel} may_write={may_write} onShown={setShown} onChannel={onChannel} />
          {channel.widget_key !== null && <Preview widget_key={channel.widget_key} appearance={shown} />}
        </div>
      </Part>
      <DefaultTeam desk={desk} channel={channel} may_write={may_write} onChannel={onChannel} />
      {desk.may("bot.read") && <GoesFirst channel={channel} may_write={may_write} onChannel={onChannel} />}
      <IdentityKeys channel={channel} may_write={may_write} onChannel={onChannel} />
      {may_write && <NameAndEnd channel={channel} onChannel={onChannel} />}
    </>
  );
}

function NameAndEnd({ channel, onChannel }: Omit<Props, "desk" | "may_write">) {
  const form = useForm({ name: channel.name, load_weight: String(channel.load_weight) }, async ({ name, load_weight }) =>
    onChannel(await changeChannel(channel.id, { name: name.trim(), load_weight: Number(load_weight) })),
  );
  async function turn(is_active: boolean): Promise<void> {
    try {
      onChannel(await changeChannel(channel.id, { is_active }));
      say(is_active ? "The widget is on." : "The widget is off: visitors see it no more.", () => void turn(!is_active));
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  async function remove(): Promise<void> {
    try {
      await removeChannel(channel.id);
      go(pathToSettings("channels"), { replace: true });
      say("The widget was removed. Its conversations stay.");
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  return (
    <Part title="Name, weight and end">
      <Form form={form} save="Save">
        <Field label="Name" is_required most={120} value={form.values.name} onValue={(value) => form.set("name", value)} trouble={form.troubleOf("name")} />
        <Field label="Weight of a conversation" type="number" step="any" is_required value={form.values.load_weight} onValue={(value) => form.set("load_weight", value)} trouble={form.troubleOf("load_weight")} hint="Counts against what an agent takes at a time: two of weight 0.5 fill the place of one." />
      </Form>
      <div class="ends apart">
        <Button onClick={() => void turn(!channel.is_active)}>{channel.is_active ? "Switch it off" : "Switch it on"}</Button>
        {!channel.is_active && <Button kind="danger" onClick={() => void remove()}>Remove it</Button>}
      </div>
    </Part>
  );
}
