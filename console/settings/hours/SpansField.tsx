/** The times of one day: from and to, as many as there are, or closed. */

import { Button, IconButton } from "../../shared/Button.tsx";
import { isOvernight, MOST_SPANS, withSpan, type Span, type Spans } from "./plan.ts";

interface Props {
  /** What the day is called, for whoever hears the fields. */
  readonly label: string;
  readonly spans: Spans;
  readonly onSpans: (spans: Spans) => void;
}

export function SpansField({ label, spans, onSpans }: Props) {
  const put = (at: number, span: Span): void => onSpans(spans.map((each, index) => (index === at ? span : each)));
  return (
    <div class="spans">
      {spans.length === 0 && <span class="off">Closed</span>}
      {spans.map((span, at) => {
        const [from, to] = span;
        const name = spans.length === 1 ? label : `${label}, ${at + 1}`;
        return (
          <div class="span" key={at}>
            <input type="time" required aria-label={`${name}: from`} value={from} onInput={(event) => put(at, [event.currentTarget.value, to])} />
            <span aria-hidden="true">–</span>
            <input type="time" required aria-label={`${name}: to`} value={to} onInput={(event) => put(at, [from, event.currentTarget.value])} />
            {isOvernight(span) && <i>next day</i>}
            <IconButton glyph="close" label={`Remove ${name}`} onClick={() => onSpans(spans.filter((_, index) => index !== at))} />
          </div>
        );
      })}
      {spans.length < MOST_SPANS && (
        <Button kind="link" onClick={() => onSpans(withSpan(spans))}>
          Add<span class="unseen"> times for {label}</span>
        </Button>
      )}
    </div>
  );
}
