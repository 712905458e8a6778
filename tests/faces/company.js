/** The company behind the shop: it sets its widget up over the API, and signs who its visitors are. */

import { createHmac, randomUUID } from "node:crypto";

export class Company {
  /**
   * @param {string} web_url
   * @param {string} cookie
   */
  constructor(web_url, cookie) {
    this.web_url = web_url;
    this.cookie = cookie;
    /** @type {any} */
    this.channel = null;
    /** @type {any} */
    this.key = null;
  }

  /**
   * Logs in as somebody who may change channels.
   * @param {string} web_url
   * @param {string} shop_url
   * @param {{ email: string, password: string }} who
   */
  static async at(web_url, shop_url, who) {
    const answer = await fetch(`${web_url}/api/login`, { method: "POST", body: JSON.stringify(who), headers: { origin: web_url } });
    const company = new Company(web_url, (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "");
    const key = /data-key="([^"]+)"/.exec(await (await fetch(shop_url)).text())?.[1];
    const channels = (await company.ask("GET", "/api/channels")).items;
    company.channel = channels.find((/** @type {any} */ each) => each.widget_key === key);
    return company;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<any>}
   */
  async ask(method, path, body) {
    const headers = { origin: this.web_url, cookie: this.cookie };
    const sent = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const answer = await fetch(this.web_url + path, sent);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  }

  /** @param {Record<string, unknown>} appearance */
  async paint(appearance) {
    await this.ask("PATCH", `/api/channels/${this.channel.id}`, { appearance });
  }

  /**
   * A conversation as the inbox shows it.
   * @param {string} conversation_id
   */
  async card(conversation_id) {
    const { cards } = await this.ask("GET", "/api/inbox");
    return cards.find((/** @type {any} */ each) => each.conversation_id === conversation_id);
  }

  /** One more key, in the place of an older one where there are two. */
  async newKey() {
    const keys = `/api/channels/${this.channel.id}/identity-keys`;
    const [older, newer] = this.channel.identity_keys;
    if (newer !== undefined) await this.ask("DELETE", `${keys}/${older.kid}`);
    return this.ask("POST", keys, {});
  }

  /**
   * What the backend of the shop puts into its page for somebody who is logged in.
   * @param {string} sub
   * @param {Record<string, unknown>} [more]
   */
  async sign(sub, more = {}) {
    this.key ??= await this.newKey();
    const now = Math.floor(Date.now() / 1000);
    const part = (/** @type {unknown} */ value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const head = part({ alg: "HS256", typ: "JWT", kid: this.key.kid });
    const claims = part({ sub, aud: this.channel.widget_key, iat: now, exp: now + 300, jti: randomUUID(), ...more });
    const signature = createHmac("sha256", this.key.secret).update(`${head}.${claims}`).digest("base64url");
    return `${head}.${claims}.${signature}`;
  }
}
