/** One article: read by those who may not write, and written with its preview beside it by those who may. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Uuid } from "../../client/src/protocol.ts";
import { addArticle, changeArticle, listCategories, removeArticle, showArticle, type Article } from "../api/knowledge.ts";
import { go } from "../app/router.ts";
import { ARTICLES, pathToArticle } from "../app/routes.ts";
import type { Desk } from "../inbox/desk.ts";
import { Blank } from "../shared/Blank.tsx";
import { Button, IconButton } from "../shared/Button.tsx";
import { Choice, Field } from "../shared/Form.tsx";
import { useForm } from "../shared/form.ts";
import { useResource } from "../shared/resource.ts";
import { say, sayTrouble } from "../shared/toasts.tsx";
import { toldOf } from "../shared/words.ts";
import { Markdown } from "./Markdown.tsx";
import { Versions } from "./Versions.tsx";
import { FORS, STATES } from "./narrowing.ts";

interface Props {
  readonly desk: Desk;
  readonly id: Uuid | "new";
  readonly onNav: () => void;
}

export function Editor({ desk, id, onNav }: Props) {
  const article = useResource(() => (id === "new" ? Promise.resolve(null) : showArticle(id)), [id]);
  const may_write = desk.may("knowledge.write");
  // What was typed gives way to what is restored, and to nothing else.
  const [restored, setRestored] = useState(0);
  if (article.error !== null) {
    return <Blank is_page glyph="book" title="This article is not here" told={toldOf(article.error)}><a class="button plain" href={ARTICLES}>All articles</a></Blank>;
  }
  if (article.is_loading && article.value === null && id !== "new") return <div class="skeletons rows" role="status" aria-label="Loading"><i /><i /><i /></div>;
  if (!may_write && article.value !== null) return <Reading article={article.value} onNav={onNav} />;
  return (
    <Writing
      key={restored}
      article={article.value}
      onNav={onNav}
      onChanged={(next) => article.change(() => next)}
      onRestored={(next) => {
        article.change(() => next);
        setRestored(restored + 1);
      }}
    />
  );
}

function Reading({ article, onNav }: { article: Article; onNav: () => void }) {
  return (
    <>
      <Head title={article.title} onNav={onNav} />
      <Markdown text={article.content} />
    </>
  );
}

function Head({ title, onNav, children }: { title: string; onNav: () => void; children?: preact.ComponentChildren }) {
  return (
    <header>
      <IconButton glyph="menu" label="Lists and settings" onClick={onNav} class="narrow" />
      <div>
        <p><a href={ARTICLES}>Articles</a></p>
        <h1><bdi>{title}</bdi></h1>
      </div>
      {children !== undefined && <div class="ways">{children}</div>}
    </header>
  );
}

interface Draft {
  readonly title: string;
  readonly content: string;
  readonly visibility: Article["visibility"];
  readonly language: string;
  readonly category_id: string;
  readonly keywords: string;
}

const LANGUAGES = ["en", "de", "es", "fr", "it", "nl", "pl", "pt", "tr", "ru", "ar", "ja", "ko", "zh", "th"] as const;
const listed = (text: string): string[] => text.split(",").map((each) => each.trim()).filter((each) => each !== "");

interface WritingProps {
  readonly article: Article | null;
  readonly onNav: () => void;
  readonly onChanged: (next: Article) => void;
  readonly onRestored: (next: Article) => void;
}

function Writing({ article, onNav, onChanged, onRestored }: WritingProps) {
  const categories = useResource(listCategories);
  const [is_past, setPast] = useState(false);
  const form = useForm<Draft>(
    {
      title: article?.title ?? "",
      content: article?.content ?? "",
      visibility: article?.visibility ?? "public",
      language: article?.language ?? "en",
      category_id: article?.category_id ?? "",
      keywords: article?.keywords.join(", ") ?? "",
    },
    (values) => save(values),
  );
  const { values, set, troubleOf } = form;

  async function save(given: Draft, status?: Article["status"]): Promise<void> {
    const body = { ...given, title: given.title.trim(), category_id: given.category_id || null, keywords: listed(given.keywords), ...(status !== undefined && { status }) };
    if (article === null) {
      const made = await addArticle(body);
      go(pathToArticle(made.id), { replace: true });
    } else {
      onChanged(await changeArticle(article.id, body));
    }
  }
  async function become(status: Article["status"]): Promise<void> {
    try {
      await save(values, status);
      form.reset(values);
      say(status === "published" ? "It is published: the search finds it in a moment." : status === "archived" ? "It is archived: nobody finds it any more." : "It is a draft again.");
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  async function throwAway(): Promise<void> {
    if (article === null) return;
    try {
      await removeArticle(article.id);
      go(ARTICLES);
      const { title, content, language, category_id, visibility, keywords, status, summary, tags } = article;
      say(`“${title}” was removed.`, () => {
        addArticle({ title, content, language, category_id, visibility, keywords, status, summary, tags }).then((made) => go(pathToArticle(made.id)), (error: unknown) => sayTrouble(toldOf(error)));
      });
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  useSaveKey(() => void form.submit());

  const status = article?.status ?? "draft";
  return (
    <>
      <Head title={article === null ? "New article" : article.title} onNav={onNav}>
        {article !== null && <span class="state" data-status={status}>{STATES[status]}</span>}
        {status !== "published" && <Button kind="primary" is_disabled={values.content.trim() === "" || values.title.trim() === ""} onClick={() => void become("published")}>Publish</Button>}
        {status === "published" && <Button onClick={() => void become("archived")}>Archive</Button>}
        {article !== null && <Button onClick={() => setPast(true)}>Versions</Button>}
      </Head>
      <form
        class="writing"
        onSubmit={(event) => {
          event.preventDefault();
          void form.submit();
        }}
      >
        <Field label="Title" is_required is_first={article === null} most={200} value={values.title} onValue={(value) => set("title", value)} trouble={troubleOf("title")} />
        <div class="sides">
          <Field label="Text, in Markdown" rows={18} most={60_000} value={values.content} onValue={(value) => set("content", value)} trouble={troubleOf("content")} hint={<><code>## Heading</code>, <code>**bold**</code>, <code>- list</code>, <code>[text](https://…)</code></>} />
          <div class="field">
            <span class="label" id="preview">Preview</span>
            <div class="preview" role="region" aria-labelledby="preview" tabIndex={0}>
              {values.content.trim() === "" ? <p class="hint">What you write is shown here as it will be read.</p> : <Markdown text={values.content} />}
            </div>
          </div>
        </div>
        <div class="pair">
          <Choice label="For" value={values.visibility} onValue={(value) => set("visibility", value)} options={(["public", "internal", "private"] as const).map((value) => ({ value, label: FORS[value] }))} />
          <Choice label="Category" value={values.category_id} onValue={(value) => set("category_id", value)} options={[{ value: "", label: "None" }, ...(categories.value ?? []).map(({ id, name }) => ({ value: id, label: name }))]} />
          <Choice label="Language" value={values.language} onValue={(value) => set("language", value)} options={[...new Set([...LANGUAGES, values.language])].map((value) => ({ value, label: nameOf(value) }))} />
        </div>
        <Field label="Other words for it" most={1000} placeholder="refund, money back" value={values.keywords} onValue={(value) => set("keywords", value)} trouble={troubleOf("keywords")} hint="What people say who do not know its name; the search knows them, nobody sees them." />
        <p class="trouble" role="alert">{form.trouble}</p>
        <div class="ends">
          <Button kind={status === "published" ? "primary" : "plain"} type="submit" is_busy={form.phase === "saving"} is_disabled={!form.is_changed}>{article === null ? "Save as a draft" : "Save"}</Button>
          {article !== null && <Button kind="link" onClick={() => void throwAway()}>Remove</Button>}
        </div>
      </form>
      {is_past && article !== null && <Versions article={article} onClose={() => setPast(false)} onRestored={onRestored} />}
    </>
  );
}

const names = new Intl.DisplayNames(["en"], { type: "language" });
const nameOf = (language: string): string => names.of(language) ?? language;

/** Ctrl+S saves, and not the page as a file. */
function useSaveKey(save: () => void): void {
  const newest = useRef(save);
  newest.current = save;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      newest.current();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
