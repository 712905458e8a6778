/** A flag of the company's own page: there is a conversation, with so many unread. Without one only the button is loaded. */

const nameOf = (widget_key: string): string => `frontdesk:${widget_key}`;

/** How many were unread the last time; null for somebody who has no conversation. */
export function recall(widget_key: string): number | null {
  try {
    const kept = localStorage.getItem(nameOf(widget_key));
    return kept === null ? null : Number(kept);
  } catch {
    return null;
  }
}

export function remember(widget_key: string, unread: number | null): void {
  try {
    if (unread === null) localStorage.removeItem(nameOf(widget_key));
    else localStorage.setItem(nameOf(widget_key), String(unread));
  } catch {
    // A browser that keeps nothing: the badge comes when the chat is opened.
  }
}
