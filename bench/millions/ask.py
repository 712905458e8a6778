"""What people ask of the millions, over HTTP and sockets like their consoles, and how long the answers take."""

import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode
from uuid import UUID

import aiohttp

from bench.millions.house import Known
from server.core.auth import Visitor, sign_visitor
from server.core.clock import now_ms
from server.protocol.values import Position
from tests.people import Agent
from tests.servers import House, Organization

Ask = Callable[[], Awaitable[object]]
# A page that is far down: so many times `limit` 100 were turned.
DEEP = 20


# Some of each, of somebody who has said something.
_SAMPLES = {
    "small": """
        select conversation_id::text from conversation_live
         where org_id = $1 and message_count between 5 and 40
           and conversation_id > uuid7_floor(now() - interval '400 days')
         order by conversation_id limit 4000
        """,
    "contact": """
        select id::text from contact
         where org_id = $1 and not is_anonymous and last_seen_at is not null limit 4000
        """,
    "name": "select name from contact where org_id = $1 and last_seen_at is not null limit 2000",
    "email": "select email from contact where org_id = $1 and email is not null limit 2000",
    "channel": "select id::text from channel where org_id = $1 order by name limit 3",
    "visitor": "select id from contact where org_id = $1 and last_seen_at is not null limit 2000",
    "number": r"""
        select substring(body from '#(\d{8})') from message
         where org_id = $1 and id > uuid7_floor(now() - interval '300 days') and body ~ '#\d{8}' limit 500
        """,
}


class Question(NamedTuple):
    """Something that is asked, in words and as it is done; each time of somebody or something else where it can be."""

    name: str
    told: str
    ask: Ask


class Asker:
    """Everybody who asks, logged in."""

    def __init__(self, house: House, org: Organization, known: Known) -> None:
        self._house, self._org, self._known = house, org, known
        self._chance = random.Random(known.messages)
        self.agent, self.owner = Agent(org, "ada"), Agent(org, "olga")
        self._samples: dict[str, list[Any]] = {}
        self._cursors: dict[str, str] = {}

    async def prepare(self) -> None:
        """Log in, and find out whom and what to ask for."""
        await self.agent.connect()
        await self.owner.login()
        org = self._org.id
        for name, query in _SAMPLES.items():
            found = [next(iter(row.values())) for row in await self._house.rows(query, org)]
            self._chance.shuffle(found)
            self._samples[name] = found

    def one(self, of: str) -> Any:
        """Another one each time, so that no answer is at hand because it was just given."""
        kept = self._samples[of]
        kept.append(kept.pop(0))
        return kept[0]

    def questions(self) -> list[Question]:
        """All of them, the floors first."""
        get, giant = self._get, [UUID(each) for each in self._known.loaded["giants"]]
        length = self._known.messages // 200

        def listing(path: str, **query: Any) -> Ask:
            return lambda: get(f"{path}?{urlencode({'limit': 50} | query)}")

        def deep(path: str, **query: Any) -> Ask:
            key = f"{path} {query}"

            async def ask() -> object:
                if key not in self._cursors:
                    self._cursors[key] = await self._deep_cursor(path, query)
                return await get(f"{path}?{urlencode({'limit': 50, 'cursor': self._cursors[key]} | query)}")

            return ask

        def entries(of: Callable[[], object], before: int | None = None) -> Ask:
            at = "" if before is None else f"&before_epoch=1&before_seq={before}"
            return lambda: get(f"/api/conversations/{of()}/entries?limit=50{at}")

        def search(q: Callable[[], str]) -> Ask:
            return lambda: get(f"/api/search?q={quote(q())}")

        def one_giant() -> UUID:
            return self._chance.choice(giant)

        def of_contact(path: str, who: Agent | None = None) -> Ask:
            return lambda: get(path.format(self.one("contact")), who)

        lists = "/api/conversations"
        mine = {"assigned_agent_id": str(self.agent.id), "status": "assigned"}
        common, quiet = self._samples["channel"][1], self._samples["channel"][2]
        made = [
            ("get_me", "cheapest authenticated GET (/api/me)", lambda: get("/api/me")),
            ("by_key", "one contact by its key", lambda: get(f"/api/contacts/{self.one('contact')}")),
            ("inbox", "inbox snapshot, 200 cards with counts and unread", lambda: get("/api/inbox")),
            ("open_small", "open a small conversation", lambda: get(f"{lists}/{self.one('small')}")),
            ("entries_small", "its newest page", entries(lambda: self.one("small"))),
            ("open_giant", f"open a conversation of {length:,} messages", lambda: get(f"{lists}/{one_giant()}")),
            ("entries_giant", "its newest page", entries(one_giant)),
            ("entries_middle", "a page in its middle", entries(one_giant, length // 2)),
            ("resume_small", "resume of a small one from Postgres", lambda: self._resume(UUID(self.one("small")), 2)),
            ("resume_giant", "resume in the middle of the long one", lambda: self._resume(one_giant(), length // 2)),
            ("list_all", "list: all", listing(lists)),
            ("list_all_deep", "list: all, page 40", deep(lists)),
            ("list_mine", "list: mine", listing(lists, **mine)),
            ("list_unassigned", "list: unassigned", listing(lists, unassigned="true")),
            ("list_waiting", "list: waiting", listing(lists, status="waiting")),
            ("list_closed", "list: closed", listing(lists, status="closed")),
            ("list_closed_deep", "list: closed, page 40", deep(lists, status="closed")),
            ("list_resolved", "list: resolved (nothing is)", listing(lists, status="resolved")),
            ("list_channel", "list: a busy channel", listing(lists, channel_id=common)),
            ("list_channel_deep", "list: a busy channel, page 40", deep(lists, channel_id=common)),
            ("list_quiet", "list: a quiet channel", listing(lists, channel_id=quiet)),
            ("list_tag", "list: a common tag", listing(lists, tag="delivery")),
            ("list_tag_deep", "list: a common tag, page 40", deep(lists, tag="delivery")),
            ("list_rare_tag", "list: a rare tag", listing(lists, tag="legal")),
            ("list_no_tag", "list: a tag that nothing has", listing(lists, tag="nothing")),
            ("list_priority", "list: lowest priority", listing(lists, priority=1)),
            ("list_quiet_low", "list: a quiet channel, lowest priority", listing(lists, priority=1, channel_id=quiet)),
            ("list_word", "list: narrowed by a word", listing(lists, q="monstera")),
            ("list_name", "list: narrowed by a name", lambda: get(f"{lists}?limit=50&q={quote(self.one('name'))}")),
            ("search_common", "search: a common word", search(lambda: "thank")),
            ("search_phrase", "search: three words", search(lambda: "where is my parcel")),
            ("search_middling", "search: a word of few", search(lambda: "strelitzia oslo")),
            ("search_rare", "search: a number said once", search(lambda: str(self.one("number")))),
            ("search_piece", "search: a piece of a number", search(lambda: str(self.one("number"))[1:7])),
            ("search_nobody", "search: a word nobody said", search(lambda: f"xylo{self._chance.randrange(10**6)}")),
            ("search_letters", "search: common letters that no word has", search(lambda: "theingand")),
            ("search_name", "search: a contact's name", search(lambda: self.one("name"))),
            ("search_email", "search: a contact's e-mail", search(lambda: self.one("email"))),
            ("search_short", "search: two letters", search(lambda: "th")),
            ("contacts", "list of contacts", listing("/api/contacts")),
            ("contacts_deep", "list of contacts, page 40", deep("/api/contacts")),
            ("contacts_known", "list of known contacts", listing("/api/contacts", is_anonymous="false")),
            ("contacts_blocked", "list of blocked contacts (none)", listing("/api/contacts", is_blocked="true")),
            ("contacts_name", "contacts by name", lambda: get(f"/api/contacts?q={quote(self.one('name'))}")),
            ("contact_past", "one contact's conversations", of_contact("/api/contacts/{}/conversations")),
            ("audit", "audit log, newest page", lambda: self._get("/api/audit?limit=50", self.owner)),
            ("audit_deep", "audit log, page 40", self._audit_deep()),
            (
                "audit_thing", "audit log of one contact",
                of_contact("/api/audit?entity_type=contact&entity_id={}", self.owner),
            ),
            ("audit_kind", "audit log of a rare kind", lambda: get("/api/audit?entity_type=bot", self.owner)),
            ("unread", "how far one has read 50 conversations", self._unread),
            ("visitor_list", "a visitor's own conversations", self._visitor_list),
        ]  # fmt: skip
        return [Question(*each) for each in made]

    async def _get(self, path: str, who: Agent | None = None) -> object:
        return await (who or self.agent).get(path)

    async def _deep_cursor(self, path: str, query: dict[str, Any]) -> str:
        cursor = ""
        for _ in range(DEEP):
            page: Any = await self._get(f"{path}?{urlencode({'limit': 100, 'cursor': cursor} | query)}")
            if not page["next_cursor"]:
                break
            cursor = page["next_cursor"]
        return cursor

    def _audit_deep(self) -> Ask:
        async def ask() -> object:
            if "audit" not in self._cursors:
                cursor = ""
                for _ in range(DEEP):
                    page: Any = await self._get(f"/api/audit?limit=100&cursor={cursor}", self.owner)
                    cursor = page["next_cursor"] or cursor
                self._cursors["audit"] = cursor
            return await self._get(f"/api/audit?limit=50&cursor={self._cursors['audit']}", self.owner)

        return ask

    async def _unread(self) -> object:
        return await self._get(f"/api/inbox/reads?ids={','.join(self.one('small') for _ in range(50))}")

    async def _resume(self, conversation_id: UUID, after: int) -> object:
        self.agent.heard.clear()
        answer = await self.agent.watch(conversation_id, Position(1, after))
        assert answer.recovered, answer
        return answer

    async def _visitor_list(self) -> object:
        visitor = Visitor(self._org.id, self._org.channel_id, self.one("visitor"))
        token, _ = sign_visitor(self._known.secret, visitor, now_ms())
        headers = {"Authorization": f"Bearer {token}"}
        assert self.agent.http is not None
        async with self._bare.get(f"{self._house.url()}/api/widget/conversations", headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    @property
    def _bare(self) -> aiohttp.ClientSession:
        return self._house.http

    async def leave(self) -> None:
        """Everybody goes home."""
        await self.agent.leave()
        await self.owner.leave()


async def timed(ask: Ask) -> float:
    """Milliseconds from question to answer."""
    began = time.perf_counter()
    await ask()
    return (time.perf_counter() - began) * 1000


@asynccontextmanager
async def asker(house: House, org: Organization, known: Known) -> AsyncIterator[Asker]:
    """Somebody who may ask everything."""
    made = Asker(house, org, known)
    try:
        await made.prepare()
        yield made
    finally:
        await made.leave()
