/** The widget's own panel with these looks: what visitors will see, before it is saved. */

import { useEffect, useRef } from "preact/hooks";
import type { Appearance } from "../../api/channels.ts";

export function Preview({ widget_key, appearance }: { widget_key: string; appearance: Appearance }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const is_ready = useRef(false);
  const newest = useRef(appearance);
  newest.current = appearance;
  const tell = (): void =>
    frame.current?.contentWindow?.postMessage({ frontdesk: "appearance", appearance: newest.current }, location.origin);

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
    if (is_ready.current) tell();
  }, [appearance]);

  const address = `/widget/panel?${new URLSearchParams({ key: widget_key, preview: "1" })}#${location.origin}`;
  return (
    <div class="preview" data-position={appearance.position}>
      <iframe ref={frame} title="Preview of the widget" src={address} />
      <span class="launcher" aria-hidden="true" style={{ background: appearance.color }}>{appearance.launcher_label}</span>
    </div>
  );
}
