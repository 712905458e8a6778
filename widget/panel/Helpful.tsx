/** Whether what a bot answered from the articles helped; asked beside the sources of the answer. */

import { ask } from "../../client/src/ask.ts";
import type { Uuid } from "../../client/src/protocol.ts";
import type { Vote, Votes } from "../../client/src/rest.ts";
import type { MessageRow } from "../../client/src/rows.ts";
import type { Props } from "./Panel.tsx";
import type { Settings } from "./settings.ts";
import { words } from "./words.ts";

type OfRow = Props & { readonly row: MessageRow };

const WORDS: Record<Settings["language"], readonly [asked: string, yes: string, no: string]> = {
  en: ["Was this helpful?", "Yes", "No"],
  de: ["War das hilfreich?", "Ja", "Nein"],
  es: ["¿Te ha ayudado?", "Sí", "No"],
  fr: ["Cela vous a-t-il aidé ?", "Oui", "Non"],
  ar: ["هل أفادك هذا؟", "نعم", "لا"],
};
const PATH = "/api/widget/votes";
/** What the visitor thinks of articles, by their ids; null until somebody has asked. */
let votes: Map<Uuid, boolean> | null = null;
/** The answer for which it did not work. */
let failed: Uuid = "";

const said = (method: string, path: string, token: string, body?: unknown): Promise<Votes> =>
  ask(method, path, body, { authorization: `Bearer ${token}` });
const keep = (found: readonly Vote[]): unknown => (votes = new Map(found.map(({ article_id, is_helpful }) => [article_id, is_helpful])));

/** The visitor opens what an answer cites: it is counted, and whether that works is nobody's trouble. */
export const opened = ({ view, row }: OfRow, article_id: Uuid | null | undefined): void => {
  const { id: message_id } = row.line;
  const conversation_id = view.visit.conversation();
  if (article_id) void said("POST", "/api/widget/views", view.visit.session.token, { conversation_id, message_id, article_id }).catch(() => undefined);
};

export function Helpful({ row, view, acts }: OfRow) {
  const { id: message_id, citations = [], sender, is_deleted } = row.line;
  const articles = citations.flatMap(({ article_id }) => article_id ?? []);
  if (articles.length === 0 || sender.kind !== "bot" || is_deleted) return null;
  const { token } = view.visit.session;
  const conversation_id = view.visit.conversation();
  if (votes === null) {
    votes = new Map();
    void said("GET", PATH, token).then(({ votes }) => keep(votes)).then(acts.redraw, () => undefined);
  }
  const chosen = votes.get(articles[0]!);
  const vote = async (is_helpful: boolean): Promise<void> => {
    try {
      keep((await said("POST", PATH, token, { conversation_id, message_id, is_helpful })).votes);
      failed = "";
    } catch {
      failed = message_id;
    }
    acts.redraw();
  };
  const [asked, yes, no] = WORDS[view.settings.language];
  return (
    <p class="meta helpful" role="group" aria-labelledby={`helpful-${message_id}`}>
      <span id={`helpful-${message_id}`}>{asked}</span>
      <button type="button" aria-pressed={chosen === true} onClick={() => void vote(true)}>{yes}</button>
      <button type="button" aria-pressed={chosen === false} onClick={() => void vote(false)}>{no}</button>
      <span role="status">{failed === message_id && words.try_later}</span>
    </p>
  );
}
