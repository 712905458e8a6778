// A bot in plain JavaScript, on nothing but Node 22 and docs/protocol.md: it says what it hears.
//
//     BOT_URL=http://127.0.0.1:8000 BOT_TOKEN=fdb_… node echo_bot.js

import { createHash } from "node:crypto";

const address = new URL("/ws", process.env.BOT_URL.replace(/^http/, "ws"));
const credentials = { kind: "bot", token: process.env.BOT_TOKEN, capacity: 50 };

/** Conversation → the turn that this bot holds, and where it stands in the log. */
const held = new Map();
/** Id → what was said and is not stored yet. */
const outbox = new Map();
let me = "";
let socket;
let attempt = 0;
let silence = 60_000;
let watchdog;

const isBefore = (a, b) => a.epoch < b.epoch || (a.epoch === b.epoch && a.seq < b.seq);
const send = (frame) => socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify(frame));

/** The same in every run: the time of what is answered, and 74 bits of SHA-256(bot ‖ answered ‖ n). */
function answerId(answered, n = 0) {
  const bytes = (id) => Buffer.from(id.replaceAll("-", ""), "hex");
  const number = Buffer.alloc(4);
  number.writeUInt32BE(n);
  const digest = createHash("sha256").update(Buffer.concat([bytes(me), bytes(answered), number])).digest();
  const random = BigInt(`0x${digest.subarray(0, 10).toString("hex")}`) >> 6n;
  const high = (BigInt(`0x${answered.replaceAll("-", "").slice(0, 12)}`) << 16n) | 0x7000n | (random >> 62n);
  const low = (2n << 62n) | (random & ((1n << 62n) - 1n));
  const hex = high.toString(16).padStart(16, "0") + low.toString(16).padStart(16, "0");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function say(message, body) {
  const { conversation_id } = message;
  const { turn } = held.get(conversation_id);
  const frame = { type: "post_message", id: answerId(message.id), conversation_id, body, turn };
  if (outbox.has(frame.id)) return;
  outbox.set(frame.id, { frame, at: null });
  send(frame);
}

function take(entry) {
  const place = held.get(entry.conversation_id);
  if (place === undefined || !isBefore(place, entry)) return;
  if (entry.epoch > place.epoch || (entry.after ?? 0) > place.seq) return ask(entry.conversation_id, place);
  place.seq = entry.seq;
  if (entry.type === "message_posted" && entry.sender.kind === "contact") say(entry, `You said: ${entry.body}`);
}

function ask(conversation_id, { epoch, seq }) {
  send({ type: "watch", resume: [{ conversation_id, position: { epoch, seq } }] });
}

function resume({ conversation_id, position, entries = [], recovered, has_more, refused, summary }) {
  const place = held.get(conversation_id);
  if (place === undefined || refused) return;
  stored(conversation_id, { epoch: position.epoch, seq: summary?.stored ?? 0 });
  // Of a tail, what somebody else of the team has answered is settled. What this bot has answered is harmless: the id
  // is known, and nothing is said twice.
  const isSettled = (each) => each.type === "message_posted" && !each.is_internal && ["member", "bot"].includes(each.sender.kind);
  const settled = recovered ? -1 : entries.findLastIndex((each) => isSettled(each) && each.sender.id !== me);
  for (const each of entries.slice(settled + 1)) {
    if (each.type === "message_posted" && each.sender.kind === "contact") say(each, `You said: ${each.body}`);
  }
  if (!recovered || isBefore(place, position)) Object.assign(place, position);
  if (has_more) ask(conversation_id, place);
}

/** Forgets what is stored; what an older epoch had accepted may be lost, and goes again. */
function stored(conversation_id, upto) {
  for (const [id, { frame, at }] of outbox) {
    if (frame.conversation_id !== conversation_id || at === null) continue;
    if (at.epoch < upto.epoch) send(frame);
    else if (!isBefore(upto, at)) outbox.delete(id);
  }
}

function hear(frame) {
  switch (frame.type) {
    case "welcome":
      me = frame.identity.id;
      attempt = 0;
      silence = 2_000 * frame.limits.ping_every + 5_000;
      (frame.resumed ?? []).forEach(resume);
      for (const each of outbox.values()) send(each.frame);
      console.log(`connected as ${frame.identity.name}`);
      return;
    case "ping":
      return send({ type: "pong" });
    case "question":
      return send({ type: "answer_question", id: frame.id, body: `You said: ${frame.body}` });
    case "conversation_held":
      held.set(frame.conversation_id, { epoch: 0, seq: 0, ...held.get(frame.conversation_id), turn: frame.turn });
      return resume(frame.resumed);
    case "conversation_left":
      return held.delete(frame.conversation_id);
    case "resumed":
      return frame.resumed.forEach(resume);
    case "accepted":
      if (outbox.has(frame.id)) outbox.get(frame.id).at = { epoch: frame.epoch, seq: frame.seq };
      return take(frame);
    case "stored":
      return stored(frame.conversation_id, { epoch: frame.epoch, seq: frame.upto });
    case "refused": {
      const later = frame.retry_after ?? (["busy", "unavailable", "too_fast"].includes(frame.code) ? 2 : null);
      if (frame.code === "stale_turn") held.delete(frame.conversation_id);
      if (later === null) return outbox.delete(frame.id);
      return setTimeout(() => outbox.has(frame.id) && send(outbox.get(frame.id).frame), later * 1000);
    }
    default:
      if ("seq" in frame && "conversation_id" in frame) take(frame);
  }
}

function connect() {
  const mine = (socket = new WebSocket(address));
  const listen = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => lost(1006, ""), silence);
  };
  const lost = (code, reason) => {
    if (mine !== socket) return;
    socket = undefined;
    clearTimeout(watchdog);
    mine.close();
    if (code >= 4500 && code <= 4999) return console.error(`the server wants this bot no more: ${code}`);
    if (code === 4006) for (const place of held.values()) Object.assign(place, { epoch: 0, seq: 0 });
    const asked = 1000 * (reason.startsWith("{") ? (JSON.parse(reason).retry_after ?? 0) : 0);
    const bound = Math.min(30_000, 1_500 * 2 ** attempt++);
    setTimeout(connect, Math.max(500, asked) + Math.random() * (bound - 500));
  };
  listen();
  mine.addEventListener("open", () => {
    const positions = [...held].filter(([, { epoch }]) => epoch > 0).slice(0, 50);
    const resumes = positions.map(([conversation_id, { epoch, seq }]) => ({ conversation_id, position: { epoch, seq } }));
    mine.send(JSON.stringify({ type: "hello", protocol: 1, credentials, resume: resumes }));
  });
  mine.addEventListener("message", ({ data }) => {
    if (mine !== socket) return;
    listen();
    hear(JSON.parse(data));
  });
  mine.addEventListener("close", ({ code, reason }) => lost(code, reason));
  mine.addEventListener("error", () => lost(1006, ""));
}

connect();
