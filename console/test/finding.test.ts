import { expect, test, vi } from "vitest";
import { fit, fitting } from "../palette/matching.ts";
import { spelled } from "../palette/spelling.ts";
import { partsOf } from "../search/marks.ts";
import { originOf } from "../settings/channels/origins.ts";
import { givableBy, mayChange } from "../settings/members/roles.ts";
import { deviceOf } from "../shared/device.ts";
import { sentence } from "../shared/words.ts";

test("names are found by any of their words, without accents, the best first", () => {
  expect(fit("Zoë Müller", "muller")).toBe(1);
  expect(fit("Zoë Müller", "zo mu")).toBe(1);
  expect(fit("Zoë Müller", "xyz")).toBeNull();
  expect(fitting(["Canada", "Anna", "Joanna"], "an", (name) => name)).toEqual(["Anna", "Canada", "Joanna"]);
});

test("what was found is marked, and marks that are wrong break nothing", () => {
  expect(partsOf("where is my order", [[9, 11], [12, 17]]).filter((part) => part.is_found).map((part) => part.text)).toEqual(["my", "order"]);
  for (const marks of [[[5, 2]], [[-3, 4], [2, 99]], [[40, 50]], []] as [number, number][][]) {
    expect(partsOf("where", marks).map((part) => part.text).join("")).toBe("where");
  }
});

test("no key means two things", async () => {
  // The table acts on a page, of which there is none here.
  vi.stubGlobal("location", { pathname: "/console", search: "", hash: "" });
  vi.stubGlobal("history", { state: null });
  vi.stubGlobal("innerWidth", 1280);
  const { ACTIONS } = await import("../act/actions.ts");
  const keys = ACTIONS.flatMap((action) => action.keys);
  expect(new Set(keys).size).toBe(keys.length);
  const begins = keys.filter((each) => each.includes(" ")).map((each) => each.split(" ")[0]);
  for (const key of begins) expect(keys).not.toContain(key);
});

test.each([
  ["https://www.example.com/shop?x=1", "https://www.example.com"],
  [" example.com ", "https://example.com"],
  ["localhost:3000", "http://localhost:3000"],
  ["HTTP://Example.com:80/", "http://example.com"],
  ["https://münchen.example", "https://xn--mnchen-3ya.example"],
])("%j is the website %s", (typed, origin) => expect(originOf(typed)).toBe(origin));

test.each(["", "javascript:alert(1)", "ftp://example.com", "https://*.example.com", "not a site", "https://me@example.com", "https://"])("%j is no website", (typed) =>
  expect(originOf(typed)).toBeNull(),
);

test("tags have one spelling", () => {
  expect(spelled("  Very   Important ")).toBe("very important");
  expect(spelled("x".repeat(60))).toHaveLength(40);
});

test("nobody gives a role above the own, and only an owner makes owners", () => {
  expect(givableBy("owner").map(({ value }) => value)).toEqual(["owner", "admin", "manager", "agent", "viewer"]);
  expect(givableBy("manager").map(({ value }) => value)).toEqual(["manager", "agent", "viewer"]);
  expect([mayChange("admin", "owner"), mayChange("admin", "admin"), mayChange("admin", "agent"), mayChange("owner", "owner")]).toEqual([false, false, true, true]);
});

test("a browser is told by two words", () => {
  expect(deviceOf("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1")).toBe("Safari on iPhone");
  expect(deviceOf("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0")).toBe("Edge on Windows");
  expect(deviceOf("curl/8.5.0")).toBe("curl/8.5.0");
});

test("the server's words become a sentence", () => {
  expect(sentence("there is a team of this name")).toBe("There is a team of this name.");
  expect(sentence("Expected `str` of length >= 1 - at `$.name`")).toBe("This is needed.");
  expect(sentence("Expected `str` of length <= 40 - at `$.name`")).toBe("At most 40 characters.");
});
