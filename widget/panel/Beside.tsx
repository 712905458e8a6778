/** The marks in the words of a message, and what stands under them: where they come from, cards, a form, answers to tap. Loaded with the first. */

import { submissionId } from "../../client/src/ids.ts";
import type { ContentCard, ContentForm, FormField } from "../../client/src/protocol.ts";
import type { MessageRow } from "../../client/src/rows.ts";
import style from "./beside.css?inline";
import { Helpful, opened } from "./Helpful.tsx";
import type { Props } from "./Panel.tsx";
import { wear } from "./parts.ts";
import { words } from "./words.ts";

export { Words } from "./Marks.ts";

wear(style);

type OfRow = Props & { readonly row: MessageRow };

export function Beside({ row, view, acts }: OfRow) {
  const { citations = [], content } = row.line;
  const { cards = [], form, quick_replies = [] } = content ?? {};
  const is_answered = view.rows.slice(view.rows.indexOf(row)).some((each) => each.kind !== "event" && each.is_own);
  return (
    <>
      {citations.length > 0 && (
        <p class="meta from">
          {words.sources}
          {citations.map(({ title, url, article_id }) =>
            url ? (
              <a href={url} target="_blank" rel="noopener noreferrer" onClick={() => opened({ row, view, acts }, article_id)}><bdi>{title}</bdi></a>
            ) : (
              <bdi>{title}</bdi>
            ),
          )}
        </p>
      )}
      <Helpful row={row} view={view} acts={acts} />
      {cards.length > 0 && <ul class="cards" tabIndex={0}>{cards.map((card) => <Card card={card} />)}</ul>}
      {form && <Form row={row} form={form} view={view} acts={acts} />}
      {quick_replies.length > 0 && !is_answered && (
        <ul class="taps">
          {quick_replies.map(({ label, payload = "" }) => (
            <li key={label}>
              <button
                type="button"
                dir="auto"
                onClick={() => {
                  acts.write(label, { content: { reply: { message_id: row.line.id, payload } } });
                  point();
                }}
              >
                {label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Where the focus goes when what had it is gone: a phone's keyboard need not come up. */
const point = (): void => document.querySelector<HTMLElement>(".messages")?.focus();

function Card({ card: { title, text, image_url, buttons = [] } }: { readonly card: ContentCard }) {
  return (
    <li>
      {image_url && <img src={image_url} alt="" loading="lazy" />}
      <strong dir="auto">{title}</strong>
      {text && <p dir="auto">{text}</p>}
      {buttons.map(({ label, url }) => <a href={url} target="_blank" rel="noopener noreferrer nofollow" dir="auto">{label}</a>)}
    </li>
  );
}

function Form({ row, form, view, acts }: OfRow & { readonly form: ContentForm }) {
  const message_id = row.line.id;
  const id = submissionId(message_id, view.visit.session.contact_id);
  // What was filled in stands below, as the visitor's words.
  if (view.rows.some(({ key }) => key === id)) return null;
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const filled = form.fields.flatMap(({ name, label }) => {
      const value = String(given.get(name)).trim();
      return value === "" ? [] : [{ name, label, value }];
    });
    if (filled.length === 0) return;
    const values = Object.fromEntries(filled.map(({ name, value }) => [name, value]));
    acts.write(filled.map(({ label, value }) => `${label}: ${value}`).join("\n"), { id, content: { reply: { message_id, values } } });
    point();
  };
  return (
    <form class="asked" onSubmit={send}>
      {form.title && <strong dir="auto">{form.title}</strong>}
      {form.fields.map((field) => (
        <label key={field.name}>
          <span dir="auto">
            {field.label}
            {field.is_required && <i aria-hidden="true"> *</i>}
          </span>
          <Input field={field} />
        </label>
      ))}
      <button type="submit" dir="auto">{form.submit_label || words.send}</button>
    </form>
  );
}

function Input({ field: { name, type = "text", is_required = false, max_length = 200, choices = [] } }: { readonly field: FormField }) {
  if (type === "choice") {
    return (
      <select name={name} required={is_required}>
        <option value="">…</option>
        {choices.map((choice) => <option key={choice}>{choice}</option>)}
      </select>
    );
  }
  const given = { name, required: is_required, dir: "auto" } as const;
  if (type === "date") return <input type="date" {...given} />;
  // A number may have as many digits behind the point as it likes.
  if (type === "number") return <input type="number" step="any" {...given} />;
  return type === "email" ? <input type="email" maxLength={254} {...given} /> : <input type="text" maxLength={max_length} {...given} />;
}
