/** Where the visitor is now, and what they came with. */

import type { Conversation } from "../api/chat.ts";
import { Address } from "../shared/Address.tsx";
import { Glyph } from "../shared/Glyph.tsx";
import { deviceOf } from "../shared/device.ts";

export function Visit({ conversation }: { conversation: Conversation }) {
  const { page_url, referrer, user_agent, address, locale } = conversation;
  const rows = [
    page_url && { told: "Page", shown: <Page url={page_url} /> },
    referrer && { told: "Came from", shown: <Page url={referrer} /> },
    user_agent && { told: "Device", shown: <span title={user_agent}>{deviceOf(user_agent)}</span> },
    address && { told: "Address", shown: address },
    locale && { told: "Language", shown: languageOf(locale) },
  ].filter((row) => !!row);
  if (rows.length === 0) return null;
  return (
    <div class="block">
      <h2>Visit</h2>
      <dl>
        {rows.map(({ told, shown }) => (
          <div key={told}>
            <dt>{told}</dt>
            <dd><bdi>{shown}</bdi></dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** German, for `de-AT`. */
function languageOf(locale: string): string {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(locale) ?? locale;
  } catch {
    return locale;
  }
}

/** A visitor's page says its address itself: only one that a browser opens safely becomes a link. */
function Page({ url }: { url: string }) {
  const shown = url.replace(/^https?:\/\/(www\.)?/, "").replace(/\/$/, "");
  if (!/^https?:\/\//i.test(url)) return <Address text={shown} />;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow" title={url}>
      <Address text={shown} /> <Glyph name="external" size={14} />
    </a>
  );
}
