/** Channels: all of them, or the one that was asked for. */

import { useState } from "preact/hooks";
import { addChannel, listChannels } from "../../api/channels.ts";
import { go } from "../../app/router.ts";
import { pathToSettings } from "../../app/routes.ts";
import { Blank } from "../../shared/Blank.tsx";
import { Button } from "../../shared/Button.tsx";
import { Dialog } from "../../shared/Dialog.tsx";
import { Field, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { Glyph } from "../../shared/Glyph.tsx";
import { useResource } from "../../shared/resource.ts";
import { Frame, Loaded } from "../Frame.tsx";
import type { PageProps } from "../SettingsPage.tsx";
import { ChannelPage } from "./ChannelPage.tsx";
import { originOf } from "./origins.ts";

export function ChannelsPage({ desk, id }: PageProps) {
  return id === null ? <AllChannels desk={desk} id={null} /> : <ChannelPage desk={desk} channel_id={id} />;
}

function AllChannels({ desk }: PageProps) {
  const channels = useResource(listChannels);
  const [is_adding, setAdding] = useState(false);
  const may_write = desk.may("channel.write");
  return (
    <Frame
      title="Channels"
      told="Where conversations come from: one widget for each website."
      actions={may_write && <Button kind="primary" glyph="plus" onClick={() => setAdding(true)}>New widget</Button>}
      is_wide
    >
      <Loaded resource={channels}>
        {(known) =>
          known.length === 0 ? (
            <Blank glyph="chat" title="No channels yet" told="A widget is the chat on your website: make one, paste two lines into your page, and people can write to you.">
              {may_write && <Button onClick={() => setAdding(true)}>Make your widget</Button>}
            </Blank>
          ) : (
            <ul class="rows">
              {known.map((channel) => (
                <li key={channel.id}>
                  <span class="swatch" style={{ background: channel.appearance.color }} aria-hidden="true"><Glyph name="chat" /></span>
                  <div class="what">
                    <strong><a class="whole" href={pathToSettings("channels", channel.id)}><bdi>{channel.name}</bdi></a></strong>
                    <span>{channel.allowed_origins.length === 0 ? "Not on any website yet" : channel.allowed_origins.map(bare).join(", ")}</span>
                  </div>
                  {!channel.is_active && <span class="role">Switched off</span>}
                  <Glyph name="right" />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {is_adding && <NewChannel onClose={() => setAdding(false)} />}
    </Frame>
  );
}

const bare = (origin: string): string => origin.replace(/^https?:\/\//, "");

export function NewChannel({ onClose, is_first = false }: { onClose: () => void; is_first?: boolean }) {
  const form = useForm({ name: is_first ? "Website" : "", site: "" }, async ({ name, site }) => {
    const origin = originOf(site);
    const made = await addChannel({ name: name.trim(), allowed_origins: origin === null ? [] : [origin] });
    onClose();
    go(pathToSettings("channels", made.id));
  });
  const { values, set, troubleOf } = form;
  const is_wrong = values.site.trim() !== "" && originOf(values.site) === null;
  return (
    <Dialog label={is_first ? "Make your widget" : "New widget"} onClose={onClose}>
      <Form form={form} save="Make it" is_always>
        <Field label="Name" is_required is_first most={120} value={values.name} onValue={(value) => set("name", value)} trouble={troubleOf("name")} hint="For your team: the website, or a part of it." />
        <Field
          label="Website"
          placeholder="https://www.example.com"
          value={values.site}
          onValue={(value) => set("site", value)}
          trouble={is_wrong ? "This is not the address of a website." : troubleOf("site")}
          hint={originOf(values.site) === null ? "The widget works on this site only. You can add more later." : `The widget works on ${originOf(values.site)}.`}
        />
      </Form>
    </Dialog>
  );
}
