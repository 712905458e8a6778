/** The client: everything that a face, or a program of somebody else's in a browser, needs to talk to Frontdesk. */

export * from "./api.ts";
export * from "./ask.ts";
export * from "./drafts.ts";
export * from "./errors.ts";
export * from "./feed.ts";
export * from "./ids.ts";
export * from "./inbox.ts";
export * from "./lines.ts";
export * from "./outbox.ts";
export * from "./protocol.ts";
export * from "./rows.ts";
export * from "./socket.ts";
export * from "./talk.ts";
export * from "./times.ts";
export * from "./timeline.ts";
