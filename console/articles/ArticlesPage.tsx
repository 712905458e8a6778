/** What the company knows: every article, found by its title or by a question; one of them opens to be read or written. */

import { useState } from "preact/hooks";
import { shortAge } from "../../client/src/times.ts";
import type { Milliseconds, Uuid } from "../../client/src/protocol.ts";
import { listArticles, listCategories, type ArticleCard } from "../api/knowledge.ts";
import { pathToArticle } from "../app/routes.ts";
import type { Desk } from "../inbox/desk.ts";
import { Blank } from "../shared/Blank.tsx";
import { Button, IconButton } from "../shared/Button.tsx";
import { Choice } from "../shared/Form.tsx";
import { Glyph } from "../shared/Glyph.tsx";
import { momentOf } from "../shared/ages.ts";
import { useResource } from "../shared/resource.ts";
import { useNow } from "../shared/useNow.ts";
import { counted, toldOf } from "../shared/words.ts";
import { Answers } from "./Answers.tsx";
import { Categories } from "./Categories.tsx";
import { Editor } from "./Editor.tsx";
import { figuresOf, fits, FORS, ordered, STATES, type Narrowing } from "./narrowing.ts";
import { treeOf } from "./tree.ts";
import { Unanswered } from "./Unanswered.tsx";
import "./articles.css";

export function ArticlesPage({ desk, id, onNav }: { desk: Desk; id: Uuid | "new" | null; onNav: () => void }) {
  return (
    <main class="page articles" id="main" tabIndex={-1}>
      <div class="frame" data-wide="true">{id === null ? <List desk={desk} onNav={onNav} /> : <Editor key={id} desk={desk} id={id} onNav={onNav} />}</div>
    </main>
  );
}

function List({ desk, onNav }: { desk: Desk; onNav: () => void }) {
  const articles = useResource(listArticles);
  const categories = useResource(listCategories);
  const [wanted, setWanted] = useState<Narrowing>({ words: "", status: "", category_id: "", order: "" });
  const [is_sorting, setSorting] = useState(false);
  const now = useNow();
  const may_write = desk.may("knowledge.write");
  const known = articles.value ?? [];
  const found = ordered(known.filter((each) => fits(each, wanted)), wanted.order);
  const names = new Map(treeOf(categories.value ?? []).map(({ category: { id, name } }) => [id, name]));
  return (
    <>
      <header>
        <IconButton glyph="menu" label="Lists and settings" onClick={onNav} class="narrow" />
        <div>
          <h1>Articles</h1>
          <p>What is asked again and again, answered once: for the team, for visitors, and for bots.</p>
        </div>
        {may_write && (
          <div class="ways">
            <Button onClick={() => setSorting(true)}>Categories</Button>
            <a class="button primary" href={pathToArticle("new")}><Glyph name="plus" />New article</a>
          </div>
        )}
      </header>
      {articles.value === null && articles.error !== null && (
        <Blank glyph="alert" title="The articles could not be loaded" told={toldOf(articles.error)}><Button onClick={articles.again}>Try again</Button></Blank>
      )}
      {articles.value === null && articles.error === null && <div class="skeletons rows" role="status" aria-label="Loading"><i /><i /><i /></div>}
      {articles.value !== null && known.length === 0 && (
        <Blank glyph="book" title="No articles yet" told="Write down what you answer every week: how to return something, when you are open, what it costs. The search and your bots answer from it.">
          {may_write && <a class="button primary" href={pathToArticle("new")}>Write the first</a>}
        </Blank>
      )}
      {known.length > 0 && (
        <>
          <div class="narrows" role="search">
            <div class="seek">
              <Glyph name="search" />
              <input type="search" aria-label="Find an article, or ask a question" placeholder="Find an article, or ask a question" maxLength={200} value={wanted.words} onInput={(event) => setWanted({ ...wanted, words: event.currentTarget.value })} />
            </div>
            {may_write && <Choice is_bare label="Status" value={wanted.status} onValue={(status) => setWanted({ ...wanted, status })} options={[{ value: "", label: "Every status" }, { value: "published", label: "Published" }, { value: "draft", label: "Drafts" }, { value: "archived", label: "Archived" }]} />}
            {names.size > 0 && <Choice is_bare label="Category" value={wanted.category_id} onValue={(category_id) => setWanted({ ...wanted, category_id })} options={[{ value: "", label: "Every category" }, ...[...names].map(([value, label]) => ({ value, label }))]} />}
            <Choice is_bare label="Order" value={wanted.order} onValue={(order) => setWanted({ ...wanted, order })} options={[{ value: "", label: "Changed last" }, { value: "used", label: "Used most" }, { value: "failing", label: "Helping least" }, { value: "helpful", label: "Helping most" }, { value: "read", label: "Read most" }, { value: "title", label: "By title" }]} />
          </div>
          <p class="unseen" role="status">{counted(found.length, "article", "articles")}</p>
          <ul class="rows" aria-label="Articles">
            {found.map((each) => <Row key={each.id} card={each} category={each.category_id === null ? "" : (names.get(each.category_id) ?? "")} now={now} />)}
          </ul>
          {found.length === 0 && <p class="hint">No title has these words.</p>}
          <Answers question={wanted.words} />
          {may_write && wanted.words === "" && <Unanswered />}
        </>
      )}
      {is_sorting && (
        <Categories
          categories={categories.value ?? []}
          onClose={() => setSorting(false)}
          onChanged={() => {
            categories.again();
            articles.again();
          }}
        />
      )}
    </>
  );
}

function Row({ card, category, now }: { card: ArticleCard; category: string; now: Milliseconds }) {
  return (
    <li>
      <a class="what" href={pathToArticle(card.id)}>
        <strong>
          <bdi>{card.title}</bdi>
          {card.status !== "published" && <span class="state" data-status={card.status}>{STATES[card.status]}</span>}
          {card.visibility !== "public" && <span class="state">{FORS[card.visibility]}</span>}
        </strong>
        <span class="facts">
          {category !== "" && <bdi>{category}</bdi>}
          <span>{card.language.toUpperCase()}</span>
          <span>version {card.version}</span>
          {card.status === "published" && !card.is_indexed && <span>the search reads it in a moment</span>}
          {figuresOf(card).map((each) => <span key={each}>{each}</span>)}
        </span>
      </a>
      <time class="role" dateTime={new Date(card.updated_at).toISOString()} title={momentOf(card.updated_at)}>{shortAge(card.updated_at, now)}</time>
      <Glyph name="right" />
    </li>
  );
}
