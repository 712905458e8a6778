/** What a visitor was shown beside the words of a message, to be looked at: answers to tap, cards, a form. */

import type { Content } from "../../client/src/protocol.ts";

export function Shown({ content: { quick_replies = [], cards = [], form = null } }: { readonly content: Content }) {
  return (
    <>
      {cards.map(({ title, text = "", image_url = null, buttons = [] }, place) => (
        <div key={place} class="shown" dir="auto">
          {image_url !== null && <img src={image_url} alt="" loading="lazy" />}
          <strong>{title}</strong>
          {text !== "" && <p>{text}</p>}
          {buttons.map(({ label, url }, at) => <a key={at} href={url} title={url} target="_blank" rel="noopener noreferrer nofollow">{label}</a>)}
        </div>
      ))}
      {form !== null && (
        <div class="shown" dir="auto">
          <strong>{form.title || "Form"}</strong>
          <ul>{form.fields.map(({ name, label, is_required = false }) => <li key={name}>{label}{is_required && " *"}</li>)}</ul>
        </div>
      )}
      {quick_replies.length > 0 && (
        <ul class="taps" aria-label="Answers to tap">{quick_replies.map(({ label }) => <li key={label} dir="auto">{label}</li>)}</ul>
      )}
    </>
  );
}
