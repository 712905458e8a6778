import { expect, test } from "vitest";
import { delayBefore, verdictOf } from "../src/verdict.ts";

test.each([
  [1006, { come_back: true, renew: false, forget: false }],
  [1011, { come_back: true, renew: false, forget: false }],
  [4000, { come_back: true, renew: false, forget: false }],
  [4006, { come_back: true, renew: false, forget: true }],
  [4499, { come_back: true, renew: false, forget: false }],
  [4500, { come_back: false, renew: false, forget: false }],
  [4501, { come_back: true, renew: true, forget: false }],
  [4504, { come_back: false, renew: false, forget: false }],
])("close code %i tells whether to come back", (code, verdict) => {
  expect(verdictOf(code, "")).toMatchObject({ ...verdict, wait: 0 });
});

test("retry_after in the reason is obeyed, and any other reason is harmless", () => {
  expect(verdictOf(4004, '{"retry_after":3}').wait).toBe(3000);
  for (const reason of ["bye", "null", "[]", '{"retry_after":"soon"}', '{"retry_after":-1}']) {
    expect(verdictOf(4004, reason).wait).toBe(0);
  }
});

test("waits grow from half a second to half a minute and are spread out", () => {
  expect(delayBefore(0, 0, () => 0)).toBe(500);
  expect(delayBefore(0, 0, () => 1)).toBe(1500);
  expect(delayBefore(20, 0, () => 1)).toBe(30_000);
  expect(delayBefore(2, 3000, () => 0)).toBe(3000);
  expect(delayBefore(2, 3000, () => 0.5)).toBeGreaterThan(3000);
});
