/** Websites as browsers tell them apart: scheme, host and port, and nothing after it. */

/** The origin of what somebody typed or pasted, or null; a host alone is taken for https. */
export function originOf(typed: string): string | null {
  const text = typed.trim();
  if (text === "") return null;
  const is_local = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::|\/|$)/i.test(text);
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${is_local ? "http" : "https"}://${text}`;
  try {
    const url = new URL(whole);
    const is_site = (url.protocol === "https:" || url.protocol === "http:") && url.username === "" && url.hostname !== "";
    const is_host = /^(?:[\p{L}\p{N}-]+\.)*[\p{L}\p{N}-]+\.?$|^\[[0-9a-f:.]+\]$/iu.test(url.hostname);
    return is_site && is_host ? url.origin : null;
  } catch {
    return null;
  }
}
