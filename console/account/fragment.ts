/** The token of a link: after the #, so that it reaches no server's log and no referrer. */

export const tokenIn = (hash: string): string => new URLSearchParams(hash.replace(/^#/, "")).get("token") ?? "";
