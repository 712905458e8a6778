/**
 * Keeps a list where the person is reading. The list is laid out in reverse (column-reverse), so that browsers hold its
 * end by themselves through every resize: its scrollTop is 0 at the end and negative above.
 */

/** So many pixels from the end count as the end. */
const NEAR = 60;

/** Call it before drawing, and what it returns after; `to_end` leads there also somebody who has scrolled up. */
export function hold(find: () => Element | null): (to_end: boolean) => void {
  const before = find();
  const is_at_end = before === null || before.scrollTop > -NEAR;
  const anchor = before === null || is_at_end ? undefined : firstVisible(before);
  const top = anchor?.getBoundingClientRect().top ?? 0;
  return (to_end) => {
    const after = find();
    if (after === null) return;
    if (to_end || is_at_end) after.scrollTop = 0;
    else if (anchor?.isConnected === true) {
      const moved = anchor.getBoundingClientRect().top - top;
      // Set to what it is, it would still end a scroll that goes on.
      if (moved !== 0) after.scrollTop += moved;
    }
  };
}

function firstVisible(list: Element): Element | undefined {
  const edge = list.getBoundingClientRect().top;
  return [...list.querySelectorAll("[data-line]")].find((line) => line.getBoundingClientRect().bottom > edge);
}
