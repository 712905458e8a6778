/** The widget's own panel with these looks: what visitors will see, before it is saved. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Appearance } from "../../api/channels.ts";
import { Check } from "../../shared/Form.tsx";

const PAUSE = 150;

export function Preview({ widget_key, appearance }: { widget_key: string; appearance: Appearance }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const is_ready = useRef(false);
  const [is_talking, setTalking] = useState(false);
  const newest = useRef({ appearance, is_talking });
  newest.current = { appearance, is_talking };
  const tell = (): void =>
    frame.current?.contentWindow?.postMessage({ frontdesk: "preview", ...newest.current }, location.origin);

  useEffect(() => {
    const hear = (event: MessageEvent<{ frontdesk?: string } | null>): void => {
      if (event.source !== frame.current?.contentWindow || event.origin !== location.origin) return;
      if (event.data?.frontdesk !== "ready") return;
      is_ready.current = true;
      tell();
    };
    addEventListener("message", hear);
    return () => removeEventListener("message", hear);
  }, []);
  useEffect(() => {
    if (!is_ready.current) return;
    // Whoever types a greeting is not asked to look at every letter.
    const timer = setTimeout(tell, PAUSE);
    return () => clearTimeout(timer);
  }, [appearance, is_talking]);

  const address = `/widget/panel?${new URLSearchParams({ key: widget_key, preview: "1" })}#${location.origin}`;
  return (
    <div class="preview" data-position={appearance.position}>
      <Check label="With a conversation" value={is_talking} onValue={setTalking} />
      <iframe ref={frame} title="Preview of the widget" src={address} />
      <span class="launcher" aria-hidden="true" style={{ background: appearance.color }}>{appearance.launcher_label}</span>
    </div>
  );
}
