/** Somebody's face: the picture that the server draws for an id, or the first letters while there is none. */

import { useState } from "preact/hooks";
import type { ShownAvailability, Uuid } from "../../client/src/protocol.ts";

type Size = 20 | 24 | 28 | 32 | 56;

interface Props {
  readonly id: Uuid | null;
  readonly name: string;
  readonly size?: Size;
  readonly url?: string | null;
  /** Who has told no name gets no face of a person. */
  readonly of?: "person" | "visitor" | "bot";
  /** Whether this colleague is there, as a dot. */
  readonly status?: ShownAvailability | null;
}

/** What the server calls somebody who has told no name. */
const STRANGER = /^Visitor [0-9A-F]{4}$/;

export function Face({ id, name, size = 32, url, of = "person", status = null }: Props) {
  const [has_failed, setFailed] = useState<string | null>(null);
  const drawn = of === "person" && STRANGER.test(name) ? "visitor" : of;
  const source = url || (id === null ? null : `/portraits/${id}.svg?of=${drawn}`);
  const face = (
    <span class="face" data-size={size} aria-hidden="true">
      {source === null || has_failed === source ? (
        lettersOf(name)
      ) : (
        <img src={source} alt="" width={size} height={size} loading="lazy" decoding="async" onError={() => setFailed(source)} />
      )}
    </span>
  );
  if (status === null) return face;
  return <span class="with-dot">{face}<Dot status={status} /></span>;
}

/** The status in a colour and a form; whoever shows it says it in a word as well. */
export function Dot({ status }: { status: ShownAvailability }) {
  return <i class="dot" data-status={status} aria-hidden="true" />;
}

function lettersOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0] ?? "");
  return letters.join("").toUpperCase() || "?";
}
