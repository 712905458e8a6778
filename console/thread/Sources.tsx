/** What a bot's answer comes from, and how sure the bot is of it. */

import type { Answer, Citation } from "../../client/src/protocol.ts";
import { shareOf } from "../shared/moods.ts";

interface Props {
  readonly citations: readonly Citation[];
  readonly answer: Answer | null;
}

export function Sources({ citations, answer }: Props) {
  if (citations.length === 0 && answer === null) return null;
  return (
    <p class="meta sources">
      {citations.length > 0 && <span>Answered from</span>}
      {citations.map(({ title, url = "" }) =>
        url === "" ? <bdi key={title}>{title}</bdi> : <a key={title} href={url} target="_blank" rel="noopener noreferrer"><bdi>{title}</bdi></a>,
      )}
      {answer !== null && <span title={toldInFull(answer)}>{toldOf(answer)}</span>}
    </p>
  );
}

const toldOf = ({ confidence = null, model = "" }: Answer): string =>
  [confidence === null ? "" : `${shareOf(confidence)} sure`, model].filter(Boolean).join(" · ");

function toldInFull({ intent = "", tokens_in = 0, tokens_out = 0, processing_ms = 0, tools_used = [], is_estimated = false }: Answer): string {
  return [
    intent && `Intent: ${intent}`,
    tokens_in + tokens_out > 0 && `${is_estimated ? "About " : ""}${tokens_in} tokens in, ${tokens_out} out`,
    processing_ms > 0 && `${processing_ms} ms`,
    tools_used.length > 0 && `Tools: ${tools_used.join(", ")}`,
  ].filter(Boolean).join("\n");
}
