/** Keeps a list at its end while the person is there, and where it is when they have scrolled up. */

/** So many pixels from the end count as the end. */
const NEAR = 60;

/** Call it before drawing, and what it returns after: lines that come above or below then move nothing away. */
export function hold(find: () => Element | null): () => void {
  const before = find();
  const height = before?.scrollHeight ?? 0;
  const first = before?.querySelector("[data-line]");
  const is_at_end = before === null || height - before.scrollTop - before.clientHeight < NEAR;
  const top = first?.getBoundingClientRect().top ?? 0;
  return () => {
    const after = find();
    if (after === null) return;
    if (is_at_end || after !== before) after.scrollTop = after.scrollHeight;
    else if (first?.isConnected === true) after.scrollTop += first.getBoundingClientRect().top - top;
  };
}
