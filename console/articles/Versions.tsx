/** What an article has been; any of it can be so again. */

import { useState } from "preact/hooks";
import { listVersions, restoreArticle, type Article, type ArticleVersion } from "../api/knowledge.ts";
import { Button } from "../shared/Button.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import { momentOf } from "../shared/ages.ts";
import { useResource } from "../shared/resource.ts";
import { say, sayTrouble } from "../shared/toasts.tsx";
import { toldOf } from "../shared/words.ts";
import { Markdown } from "./Markdown.tsx";

interface Props {
  readonly article: Article;
  readonly onClose: () => void;
  readonly onRestored: (next: Article) => void;
}

export function Versions({ article, onClose, onRestored }: Props) {
  const versions = useResource(() => listVersions(article.id));
  const [chosen, setChosen] = useState<ArticleVersion | null>(null);
  const shown = chosen ?? versions.value?.[0] ?? null;

  async function restore(then: ArticleVersion): Promise<void> {
    try {
      const next = await restoreArticle(article.id, then.version);
      onClose();
      onRestored(next);
      say(`It is as in version ${then.version} again.`);
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  return (
    <Dialog label="Versions" onClose={onClose} class="versions">
      {versions.value === null && <p role="status">{versions.error === null ? "Loading…" : toldOf(versions.error)}</p>}
      <div class="past">
        <ul aria-label="Versions">
          {(versions.value ?? []).map((each) => (
            <li key={each.id}>
              <button type="button" aria-pressed={each.id === shown?.id} onClick={() => setChosen(each)}>
                <strong>Version {each.version}</strong>
                <small>{momentOf(each.created_at)}</small>
                {each.change_note !== null && <small><bdi>{each.change_note}</bdi></small>}
              </button>
            </li>
          ))}
        </ul>
        {shown !== null && (
          <div class="then">
            <h3><bdi>{shown.title}</bdi></h3>
            <div class="preview" tabIndex={0} role="region" aria-label={`Version ${shown.version}`}><Markdown text={shown.content} top={4} /></div>
            {shown.version !== article.version && <Button kind="primary" onClick={() => void restore(shown)}>Restore version {shown.version}</Button>}
          </div>
        )}
      </div>
    </Dialog>
  );
}
