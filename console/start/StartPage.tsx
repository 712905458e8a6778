/** The first steps of a new organization, ticked off by what is so. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { go } from "../app/router.ts";
import { pathToList, pathToSettings } from "../app/routes.ts";
import type { Desk } from "../inbox/desk.ts";
import { InviteDialog } from "../settings/members/InviteDialog.tsx";
import { NewChannel } from "../settings/channels/ChannelsPage.tsx";
import { Button, IconButton } from "../shared/Button.tsx";
import { CopyField } from "../shared/CopyField.tsx";
import { Glyph } from "../shared/Glyph.tsx";
import { say } from "../shared/toasts.tsx";
import { isStarter, knownFacts, lookAtFacts, putAway, stepsOf } from "./steps.ts";
import "../settings/settings.css";
import "../settings/rows.css";
import "../settings/looks.css";
import "./start.css";

export function StartPage({ desk, onNav }: { desk: Desk; onNav: () => void }) {
  const [dialog, setDialog] = useState<"widget" | "invite" | null>(null);
  useEffect(() => {
    lookAtFacts(desk);
    // Whoever comes back from the try-out page finds it ticked off.
    const look = (): void => void (document.visibilityState === "visible" && lookAtFacts(desk));
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [desk]);
  const facts = knownFacts();
  const channel = facts?.channels[0];
  const steps = facts === null ? null : stepsOf(desk, facts);
  const first_name = desk.me.name.trim().split(/\s+/)[0] ?? "";
  const is_all_done = steps !== null && Object.values(steps).every(Boolean);
  return (
    <main class="page start" id="main" tabIndex={-1}>
      <div class="frame">
        <header>
          <IconButton glyph="menu" label="Lists and settings" onClick={onNav} class="narrow" />
          <div>
            <h1>{is_all_done ? "You are all set" : <>Welcome, <bdi>{first_name}</bdi></>}</h1>
            <p>{is_all_done ? "Everything stands. This list can go." : "Five minutes, and people on your website can talk to you."}</p>
          </div>
        </header>
        {!isStarter(desk) || steps === null ? (
          <div class="skeletons rows" role="status" aria-label="Loading"><i /><i /><i /></div>
        ) : (
          <ol class="steps">
            <Step is_done={steps.has_widget} title="Make your widget" told="Say which website it is for, and paste two lines into your page.">
              {channel === undefined ? (
                <Button kind="primary" onClick={() => setDialog("widget")}>Make it</Button>
              ) : (
                <>
                  <CopyField label="Before the end of the page’s body" text={channel.snippet} is_code />
                  <a class="button plain" href={pathToSettings("channels", channel.id)}>{steps.has_widget ? "Change its looks" : "Say which website"}</a>
                </>
              )}
            </Step>
            <Step is_done={steps.has_conversation} title="Try it" told="Talk to yourself: write as a visitor on the try-out page, and see it arrive here.">
              {channel === undefined ? <span class="none">After the first step.</span> : (
                <a class="button plain" href={`/console/try/${channel.id}`} target="_blank" rel="noopener">Open the try-out page <Glyph name="external" size={14} /></a>
              )}
            </Step>
            <Step is_done={steps.has_answer} title="Answer your first chat" told="Open it, take it, and write.">
              <Button onClick={() => go(pathToList("unassigned"))}>Go to the inbox</Button>
            </Step>
            <Step is_done={steps.has_colleague} title="Invite a colleague" told="Nobody should have to sit at the desk alone.">
              <Button onClick={() => setDialog("invite")}>Invite</Button>
            </Step>
          </ol>
        )}
        <Button
          kind="link"
          onClick={() => {
            putAway(desk);
            go("/console", { replace: true });
            say("The first steps are put away.");
          }}
        >
          Put this list away
        </Button>
      </div>
      {dialog === "widget" && <NewChannel is_first onClose={() => setDialog(null)} />}
      {dialog === "invite" && (
        <InviteDialog
          me={desk.me}
          onClose={() => {
            setDialog(null);
            lookAtFacts(desk);
          }}
        />
      )}
    </main>
  );
}

function Step({ is_done, title, told, children }: { is_done: boolean; title: string; told: string; children: ComponentChildren }) {
  return (
    <li data-done={is_done}>
      <span class="tickbox">{is_done ? <Glyph name="check" label="Done" /> : <span class="unseen">To do</span>}</span>
      <div>
        <h2>{title}</h2>
        <p>{told}</p>
        <div class="ways">{children}</div>
      </div>
    </li>
  );
}
