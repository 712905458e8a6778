import { expect, test } from "vitest";
import { createClock, uuid7 } from "../src/ids.ts";

test("an id carries its time, its version and its variant", () => {
  const id = uuid7(0x0193_8c5a_7f00);
  expect(id).toMatch(/^01938c5a-7f00-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuid7(0x0193_8c5a_7f00)).not.toBe(id);
});

test("a clock that is hours wrong makes ids of the server's time", () => {
  const clock = createClock(() => 5_000_000);
  clock.set(1_733_200_412_345);
  expect(clock.now()).toBe(1_733_200_412_345);
});
