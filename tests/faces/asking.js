/** Visitors without a face: they ask over their own socket, from a page of the server's origin. */

import { newId } from "./pictures/ids.js";

/** @import { BrowserContext, Page } from "playwright-core" */

export class Asking {
  /**
   * @param {Page} page
   * @param {string} widget_key
   */
  constructor(page, widget_key) {
    this.page = page;
    this.widget_key = widget_key;
  }

  /**
   * @param {BrowserContext} context
   * @param {string} web_url
   * @param {string} widget_key
   */
  static async at(context, web_url, widget_key) {
    const page = await context.newPage();
    await page.goto(`${web_url}/widget/panel?key=${widget_key}`);
    return new Asking(page, widget_key);
  }

  /**
   * A new visitor begins a conversation, which is stored when this is over.
   * @param {string} body
   * @returns {Promise<string>} its id
   */
  async ask(body) {
    return this.page.evaluate(begin, { widget_key: this.widget_key, id: newId(), message_id: newId(), body });
  }
}

/**
 * @param {{ widget_key: string, id: string, message_id: string, body: string }} told
 * @returns {Promise<string>}
 */
async function begin({ widget_key, id, message_id, body }) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch("/api/widget/sessions", { method: "POST", headers, body: JSON.stringify({ widget_key }) });
  if (!answer.ok) throw new Error(`no session: ${answer.status}`);
  const { token } = await answer.json();
  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws`);
  const say = (/** @type {object} */ frame) => socket.send(JSON.stringify(frame));
  let seq = Infinity;
  await new Promise((done, failed) => {
    socket.onopen = () => say({ type: "hello", protocol: 1, credentials: { kind: "visitor", widget_key, token } });
    socket.onclose = () => failed(new Error("the server closed a visitor's socket"));
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.type === "refused") failed(new Error(data));
      if (frame.type === "welcome") say({ type: "start_conversation", id });
      if (frame.type === "accepted" && frame.id === id) say({ type: "post_message", id: message_id, conversation_id: id, body });
      if (frame.type === "accepted" && frame.id === message_id) seq = frame.seq;
      if (frame.type === "stored" && frame.conversation_id === id && frame.upto >= seq) done(undefined);
    };
  });
  socket.close();
  return id;
}
