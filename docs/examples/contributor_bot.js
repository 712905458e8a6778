// A bot in plain JavaScript that works with others, on nothing but Node 22 and docs/protocol.md: other bots ask it, it
// approves what they would say, and where somebody rejects what it says itself, it says it better.
//
//     BOT_URL=http://127.0.0.1:8000 BOT_TOKEN=fdb_… node contributor_bot.js
//
// How answers survive a crash, and lost connections their messages, is in echo_bot.js.

import { randomBytes } from "node:crypto";

const address = new URL("/ws", process.env.BOT_URL.replace(/^http/, "ws"));
const credentials = { kind: "bot", token: process.env.BOT_TOKEN, capacity: 50 };

/** Conversation → the turn that this bot holds. */
const held = new Map();
/** Drafts that were rejected: each is said better once. */
const settled = new Set();
let me = "";
let socket;

const send = (frame) => socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify(frame));

function uuid7() {
  const hex = Date.now().toString(16).padStart(12, "0") + randomBytes(10).toString("hex");
  const variant = ((parseInt(hex[16], 16) & 3) | 8).toString(16);
  return [hex.slice(0, 8), hex.slice(8, 12), `7${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20)].join("-");
}

/** What it says to another bot's question; of a `verification` the question is what the other one would say. */
function opinion({ collaboration_type, body }) {
  if (collaboration_type !== "verification") return { body: "30 days, by law.", confidence: 0.9, agrees: true };
  return body.includes("for ever") ? { verdict: "reject", body: "Say until when." } : { verdict: "approve" };
}

function say(conversation_id, body) {
  if (held.has(conversation_id)) send({ type: "post_message", id: uuid7(), conversation_id, body, turn: held.get(conversation_id) });
}

function read(entry) {
  if (entry?.type === "message_posted" && entry.sender.kind === "contact") say(entry.conversation_id, `About ${entry.body}: for ever.`);
}

/** What became of something that it said: a draft's `id` is that of the message, and the visitor reads only what was approved. */
function settle({ id, conversation_id, coordinator_id, outcome, contributions = [] }) {
  if (coordinator_id !== me || outcome !== "rejected" || settled.has(id)) return;
  settled.add(id);
  const { agent_name, body } = contributions.findLast(({ verdict }) => verdict === "reject");
  console.log(`${agent_name} rejected it: ${body}`);
  say(conversation_id, `Only for so long: ${body}`);
}

function hear(frame) {
  switch (frame.type) {
    case "welcome":
      me = frame.identity.id;
      return console.log(`connected as ${frame.identity.name}`);
    case "ping":
      return send({ type: "pong" });
    case "contribution_requested": {
      const { id, conversation_id, round } = frame;
      return send({ type: "contribute", id, conversation_id, round, ...opinion(frame) });
    }
    case "collaboration_changed":
      return settle(frame.collaboration);
    case "conversation_held":
      held.set(frame.conversation_id, frame.turn);
      return read(frame.resumed.entries?.at(-1));
    case "conversation_left":
      return held.delete(frame.conversation_id);
    case "message_posted":
      return read(frame);
  }
}

function connect() {
  socket = new WebSocket(address);
  socket.addEventListener("open", () => send({ type: "hello", protocol: 1, credentials }));
  socket.addEventListener("message", ({ data }) => hear(JSON.parse(data)));
  socket.addEventListener("close", ({ code }) => {
    if (code >= 4500 && code <= 4999) console.error(`the server wants this bot no more: ${code}`);
    else setTimeout(connect, 500 + Math.random() * 5_000);
  });
}

connect();
