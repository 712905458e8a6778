import { expect, test } from "vitest";
import { ARTICLES, pathToArticle, pathToConversation, pathToList, pathToSearch, pathToSettings, routeOf } from "../app/routes.ts";

const ID = "019aa1b2-0000-7000-8000-00000000000a";

test("every page is found again by its own address", () => {
  expect(routeOf(pathToList("mine"))).toEqual({ page: "inbox", list: "mine" });
  expect(routeOf(pathToList(`team:${ID}`))).toEqual({ page: "inbox", list: `team:${ID}` });
  expect(routeOf(pathToList(`agent:${ID}`))).toEqual({ page: "inbox", list: `agent:${ID}` });
  expect(routeOf(pathToList("queue"))).toEqual({ page: "inbox", list: "queue" });
  expect(routeOf(pathToList(`queue:${ID}`))).toEqual({ page: "inbox", list: `queue:${ID}` });
  expect(routeOf("/console/team")).toEqual({ page: "team" });
  expect(routeOf(ARTICLES)).toEqual({ page: "articles", id: null });
  for (const id of [ID, "new"]) expect(routeOf(pathToArticle(id))).toEqual({ page: "articles", id });
  expect(routeOf(pathToConversation(ID))).toEqual({ page: "conversation", conversation_id: ID, seq: null });
  const [path = "", query = ""] = pathToConversation(ID, 7).split("?");
  expect(routeOf(path, query)).toEqual({ page: "conversation", conversation_id: ID, seq: 7 });
  expect(routeOf("/console/search", pathToSearch("é & b").split("?")[1])).toEqual({ page: "search", words: "é & b" });
  expect(routeOf(pathToSettings("channels", ID))).toEqual({ page: "settings", name: "channels", id: ID });
});

test("the front door is the inbox, and doors for strangers stand beside the console", () => {
  for (const path of ["/", "/console", "/console/"]) expect(routeOf(path)).toEqual({ page: "inbox", list: null });
  expect(routeOf("/invite")).toEqual({ page: "account", name: "invite" });
  expect(routeOf("/console/settings")).toEqual({ page: "settings", name: "profile", id: null });
});

test.each(["/x", "/console/x", "/console/c/7", "/console/articles/7", "/console/c", "/console/inbox/x", "/console/inbox/mine/x", "/console/settings/x", "/login/x", `/console/settings/teams/${ID}`, `/console/c/${ID}/x/y`])(
  "%s is no page, and says so",
  (path) => expect(routeOf(path)).toEqual({ page: "missing" }),
);
