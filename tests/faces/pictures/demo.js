/** A fresh demo: `frontdesk up` on ports and a data folder of its own, which goes with it. */

import { spawn } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const PASSWORD = "frontdesk-demo";

/** @typedef {{ web_url: string, shop_url: string, stop: () => Promise<void> }} Demo */

const ROOT = resolve(import.meta.dirname, "../../..");
const PATIENCE = 120_000;
// Thousands come from one address here.
const UNHURRIED = { FRONTDESK_CONNECT_RATE: "1000", FRONTDESK_CONNECT_BURST: "5000", FRONTDESK_VISITOR_RATE: "5000", FRONTDESK_VISITOR_BURST: "5000" };

/**
 * @param {(text: string) => void} say
 * @returns {Promise<Demo>}
 */
export async function startDemo(say) {
  const { WEB_URL: web, SHOP_URL: shop } = process.env;
  if (web !== undefined && shop !== undefined) return { web_url: web, shop_url: shop, stop: async () => {} };
  const parent = await mkdtemp(join(tmpdir(), "frontdesk-pictures-"));
  // Where root starts them, the databases run as somebody else, who must pass.
  await chmod(parent, 0o711);
  const [port, shop_port] = [await freePort(), await freePort()];
  const told = { FRONTDESK_DATA: join(parent, "data"), PORT: String(port), FRONTDESK_SHOP_PORT: String(shop_port), ...UNHURRIED };
  const python = process.env["PYTHON"] ?? join(ROOT, ".venv/bin/python");
  const up = spawn(python, ["-m", "server", "up"], { cwd: ROOT, env: { ...process.env, ...told, FRONTDESK_LOG: "text" } });
  const ended = new Promise((done) => up.once("exit", done));
  const stop = async () => {
    up.kill("SIGTERM");
    await ended;
    await rm(parent, { recursive: true, force: true });
  };
  try {
    await ready(up, say);
  } catch (error) {
    await stop();
    throw error;
  }
  return { web_url: `http://127.0.0.1:${port}`, shop_url: `http://127.0.0.1:${shop_port}`, stop };
}

/**
 * @param {import("node:child_process").ChildProcessWithoutNullStreams} up
 * @param {(text: string) => void} say
 * @returns {Promise<void>}
 */
function ready(up, say) {
  return new Promise((done, failed) => {
    let heard = "";
    let is_ready = false;
    const late = setTimeout(() => failed(new Error(`the demo is not ready:\n${heard}`)), PATIENCE);
    /** @param {Buffer} bytes */
    const hear = (bytes) => {
      if (is_ready) return;
      heard += bytes.toString();
      is_ready = heard.includes("Frontdesk is ready");
      if (!is_ready) return;
      clearTimeout(late);
      say("The demo is ready.");
      done();
    };
    up.stdout.on("data", hear);
    up.stderr.on("data", hear);
    up.once("exit", (code) => failed(new Error(`the demo ended with ${code}:\n${heard}`)));
  });
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((done, failed) => {
    const door = createServer().once("error", failed);
    door.listen(0, "127.0.0.1", () => {
      const address = door.address();
      door.close(() => (address !== null && typeof address === "object" ? done(address.port) : failed(new Error("no port"))));
    });
  });
}
