import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../src/errors.ts";
import { createClock } from "../src/ids.ts";
import { createSocket, type Door, type Socket } from "../src/socket.ts";
import { FakeSocket, stubBrowser, welcome } from "./world.ts";

let browser: ReturnType<typeof stubBrowser>;
const credentials = vi.fn<Door["credentials"]>();
const forget = vi.fn();
let socket: Socket;

beforeEach(() => {
  vi.useFakeTimers();
  browser = stubBrowser();
  credentials.mockReset().mockResolvedValue({ kind: "visitor", widget_key: "k", token: "t" });
  forget.mockReset();
  const position = { epoch: 1, seq: 7 };
  const positions = () => [{ conversation_id: "c", position }];
  socket = createSocket({ url: "ws://here/ws", clock: createClock(), credentials, page: () => null, positions, forget });
});

afterEach(() => {
  socket.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function live(): Promise<FakeSocket> {
  socket.connect();
  await vi.advanceTimersByTimeAsync(0);
  FakeSocket.last.open();
  FakeSocket.last.say(welcome());
  return FakeSocket.last;
}

test("hello is the first frame and carries credentials and positions", async () => {
  const connection = await live();
  expect(connection.heard).toEqual([
    {
      type: "hello", protocol: 1, credentials: { kind: "visitor", widget_key: "k", token: "t" }, page: null,
      resume: [{ conversation_id: "c", position: { epoch: 1, seq: 7 } }],
    },
  ]);
  expect(socket.state.phase).toBe("live");
});

test("nothing is sent before welcome", async () => {
  socket.connect();
  await vi.advanceTimersByTimeAsync(0);
  FakeSocket.last.open();
  expect(socket.send({ type: "pong" })).toBe(false);
});

test("a ping is answered with a pong", async () => {
  const connection = await live();
  connection.say({ type: "ping", at: 1 });
  expect(connection.heard.at(-1)).toEqual({ type: "pong" });
});

test("two pings that do not come are taken as death, and one that comes as life", async () => {
  const connection = await live();
  await vi.advanceTimersByTimeAsync(50_000);
  connection.say({ type: "ping", at: 1 });
  await vi.advanceTimersByTimeAsync(54_000);
  expect(FakeSocket.all).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(FakeSocket.all).toHaveLength(2);
  expect(connection.readyState).toBe(3);
});

test("a lost connection comes back by itself, later each time", async () => {
  const connection = await live();
  connection.end(1006);
  expect(socket.state).toMatchObject({ phase: "waiting", attempt: 1 });
  await vi.advanceTimersByTimeAsync(1_500);
  expect(FakeSocket.all).toHaveLength(2);
  FakeSocket.last.end(1006);
  expect(socket.state.attempt).toBe(2);
});

test("retry_after holds back even a person who returns to the page", async () => {
  const connection = await live();
  connection.end(4004, '{"retry_after":20}');
  browser.window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(19_000);
  expect(FakeSocket.all).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(FakeSocket.all).toHaveLength(2);
});

test.each(["online", "pageshow"])("%s ends the wait at once", async (event) => {
  (await live()).end(1006);
  browser.window.dispatchEvent(new Event(event));
  await vi.advanceTimersByTimeAsync(0);
  expect(FakeSocket.all).toHaveLength(2);
});

test("a tab that becomes visible after a long sleep does not trust its connection", async () => {
  await live();
  vi.setSystemTime(Date.now() + 31_000);
  browser.page.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(0);
  expect(FakeSocket.all).toHaveLength(2);
});

test("a question without an answer is taken as death, typing without one is not", async () => {
  await live();
  socket.send({ type: "set_typing", conversation_id: "c" });
  await vi.advanceTimersByTimeAsync(7_000);
  expect(FakeSocket.all).toHaveLength(1);
  socket.send({ type: "post_message", id: "m", conversation_id: "c", body: "hello?" });
  await vi.advanceTimersByTimeAsync(7_000);
  expect(FakeSocket.all).toHaveLength(2);
});

test("a browser that says it is offline is believed at once", async () => {
  await live();
  browser.window.dispatchEvent(new Event("offline"));
  expect(socket.state.phase).toBe("waiting");
});

test.each([4500, 4502, 4503, 4504, 4505])("close code %i ends it", async (code) => {
  (await live()).end(code);
  browser.window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.all).toHaveLength(1);
  expect(socket.state).toMatchObject({ phase: "stopped", close_code: code });
});

test("4501 gets new credentials once", async () => {
  (await live()).end(4501);
  await vi.advanceTimersByTimeAsync(0);
  expect(credentials.mock.calls).toEqual([[false], [true]]);
  FakeSocket.last.end(4501);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.all).toHaveLength(2);
  expect(socket.state.phase).toBe("stopped");
});

test("4006 comes back with no positions", async () => {
  (await live()).end(4006);
  expect(forget).toHaveBeenCalledOnce();
  expect(socket.state.phase).toBe("waiting");
});

test("credentials that are refused for good stop it, credentials out of reach do not", async () => {
  credentials.mockRejectedValueOnce(new ApiError(0, "unreachable", "no network"));
  socket.connect();
  await vi.advanceTimersByTimeAsync(0);
  expect(socket.state.phase).toBe("waiting");
  credentials.mockRejectedValueOnce(new ApiError(401, "unauthenticated", "logged out"));
  await vi.advanceTimersByTimeAsync(1_500);
  expect(socket.state.phase).toBe("stopped");
});

test("a server that never says welcome is left after ten seconds", async () => {
  socket.connect();
  await vi.advanceTimersByTimeAsync(0);
  FakeSocket.last.open();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(socket.state.phase).toBe("waiting");
});
