"""One company with somebody of every kind at its doors, and one of every thing that a route may be about."""

from typing import Any
from uuid import UUID

import msgspec
import redis.asyncio as redis

from server.core.auth import API_KEY, RESET, SESSION, new_token
from server.core.config import Settings
from server.core.ids import uuid7
from server.core.partitions import Partitions
from server.core.permissions import Role
from server.domain.channels.actions import add_widget
from server.domain.channels.types import NewWidget
from server.domain.identity.actions import add_member, add_team
from server.domain.identity.types import NewMember
from server.protocol.server_frames import ConversationHeld
from tests.api.shapes import ids_in
from tests.browser import Answer, Browser, Data
from tests.machines import Bot, Robbie
from tests.people import eventually
from tests.servers import PASSWORD, House, Organization
from workers.__main__ import READERS

ROLES: tuple[Role, ...] = ("owner", "admin", "manager", "agent", "viewer")


# Decisions without a number, and whatever a reader of events has not looked at; those that sweep look now and then.
_UNDONE = """
select from event e
 where e.org_id = $1
   and (e.seq is null and e.subject_type = 'conversation' and e.conversation_id is not null
        and e.kind <> 'messages_posted'
        or exists (select
                     from unnest($2::text[], $3::text[]) as follows (reader, kind)
                     join reader r on r.name = follows.reader
                    where follows.kind = e.kind and (e.xid, e.id) > (r.xid, r.id)))
 union all
-- What a change has made to be done; mails wait for a worker that may send them.
select from job j where j.org_id = $1 and j.kind like 'knowledge.%' and j.done_at is null and j.failed_at is null
   and j.run_at <= now()
 limit 1
"""
_PARTITIONS = Partitions(int(str(Settings.__dataclass_fields__["partitions"].default)))
# What workers make of other tables in their own time, and what counts who reads and searches.
_DERIVED = {"audit_chain", "message_search", "article_passage", "article_index", "article_event", "article_figure"}
_FOLLOWS = [(name, kind) for name, _, kinds, older_than, _ in READERS if not older_than for kind in kinds]
_READERS = [name for name, _ in _FOLLOWS], [kind for _, kind in _FOLLOWS]


class Request(msgspec.Struct, frozen=True):
    """What is asked of a route."""

    method: str
    path: str
    body: Any = None
    # The path and body as they were filled in, by name.
    ids: dict[str, str] = {}
    query: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.path}{self.query} {msgspec.json.encode(self.body).decode()[:300]}"


class Caller:
    """Somebody who asks: a browser with a session, a program with a token, or nobody."""

    def __init__(self, house: House, *, session: str = "", bearer: str = "", id: str = "") -> None:
        self._browser = Browser(house)
        self._browser.token = session
        self.id, self.session, self.bearer = id, session, bearer

    async def ask(self, asked: Request, *, data: Data = None, **headers: str | None) -> Answer:
        """Ask; `data` in the place of the body."""
        if self.bearer:
            headers = {"Authorization": f"Bearer {self.bearer}", "Sec_Fetch_Site": None, **headers}
        body = None if data is not None else asked.body
        return await self._browser.ask(asked.method, asked.path + asked.query, body, data=data, **headers)

    async def does(self, asked: Request) -> Any:
        """What it is answered, where it must go well."""
        answer = await self.ask(asked)
        assert answer.status < 300, f"{asked} was answered {answer.status} {answer.text}"
        return answer.json if answer.text else None


class World:
    """A company, who may come to its doors, and its things."""

    def __init__(self, org: Organization, house: House) -> None:
        # The web that is asked, which may be another one than where the company was founded.
        self.org, self.house = org, house
        self.nobody = Caller(house)
        self.owner: Caller
        self.visitor: Caller
        self.members: dict[Role, Caller] = {}
        self._known: list[tuple[str, str]] = []
        self._answering: Robbie | None = None

    @classmethod
    async def of(cls, house: House) -> "World":
        """A new company."""
        world = cls(await house.organization(), house)
        found = await house.glance(
            "select m.role, min(m.id::text) as id from member m where m.org_id = $1 group by 1", world.org.id
        )
        for row in found:
            world.members[row["role"]] = await world.signed_in(row["id"])
        world.owner = world.members["owner"]
        world.visitor = await world.a_visitor()
        return world

    async def signed_in(self, agent_id: str) -> Caller:
        """A member with a session of its own; put straight into its table, because passwords are slow on purpose."""
        return Caller(self.house, session=await self._token(agent_id, "session", SESSION, []), id=agent_id)

    async def program(self, role: Role, *scopes: str) -> Caller:
        """A program with an API token that a member made."""
        maker = self.members[role].id
        return Caller(self.house, bearer=await self._token(maker, "api_key", API_KEY, list(scopes)), id=maker)

    async def _token(self, agent_id: str, kind: str, prefix: str, scopes: list[str]) -> str:
        token, hashed = new_token(prefix)
        await self.house.rows(
            "insert into auth_token (org_id, kind, agent_id, token_hash, scopes, expires_at)"
            " values ($1, $2, $3, $4, $5, now() + interval '1 day')",
            self.org.id, kind, UUID(agent_id), hashed, scopes,
        )  # fmt: skip
        return token

    async def somebody(self, role: Role) -> Caller:
        """A new member with this role, for what ends sessions or seats."""
        return await self.signed_in(await self.a_member(role))

    def bot(self) -> Caller:
        """The company's bot, at a door for people."""
        return Caller(self.house, bearer=self.org.bot_token)

    async def a_visitor(self) -> Caller:
        """A new visitor."""
        asked = Request("POST", "/api/widget/sessions", {"widget_key": self.org.widget_key})
        found = await self.nobody.does(asked)
        return Caller(self.house, bearer=found["token"], id=found["contact_id"])

    # One of each thing.

    async def an_offered_conversation(self, agent_id: str) -> str:
        """A new conversation that a member is asked to take; put straight into its tables, as no console is open."""
        conversation_id = await self.a_conversation()
        await self.house.rows(
            """
            with asked as (
              insert into assignment (org_id, conversation_id, agent_id, turn, state, offered_at, deadline_at)
              values ($1, $2, $3, 0, 'offered', now(), now() + interval '1 hour')
              returning *)
            update conversation c
               set offered_agent_id = asked.agent_id, offer_deadline_at = asked.deadline_at
              from asked
             where c.org_id = asked.org_id and c.id = asked.conversation_id
            """,
            self.org.id, UUID(conversation_id), UUID(agent_id),
        )  # fmt: skip
        return conversation_id

    async def a_joined_conversation(self, agent_id: str) -> str:
        """A new conversation that a member takes part in; put straight into its table, as not everybody may join."""
        conversation_id = await self.a_conversation()
        joined = "update conversation set supervisor_ids = array[$3::uuid] where org_id = $1 and id = $2"
        await self.house.rows(joined, self.org.id, UUID(conversation_id), UUID(agent_id))
        return conversation_id

    async def a_suggestion(self, _: object = None) -> dict[str, str]:
        """What a bot suggests in a new conversation; put straight into its table, as no bot is connected."""
        conversation_id, made = await self.a_conversation(), str(uuid7())
        await self.house.rows(
            "insert into suggestion (org_id, id, conversation_id, bot_id, message_id, body)"
            " select $1, $2, $3, id, $2, 'It left today' from bot where org_id = $1 limit 1",
            self.org.id, UUID(made), UUID(conversation_id),
        )  # fmt: skip
        return {"conversation_id": conversation_id, "suggestion_id": made}

    async def a_bot_that_answers(self) -> str:
        """The company's bot, which is connected and answers what it is asked outside of conversations."""
        if self._answering is None:
            self._answering = Robbie(self.org)
            await self._answering.connect()
        return str(self._answering.id)

    async def held_by(self, bot: Bot) -> str:
        """A new conversation that a bot holds, which is connected and knows it."""
        conversation_id = await self.a_conversation()
        await bot.is_there()
        await self.decide(conversation_id, "assign", agent_id=str(bot.id))
        await bot.hears(ConversationHeld, lambda each: str(each.conversation_id) == conversation_id)
        return conversation_id

    async def a_member(self, role: Role = "agent") -> str:
        """A new member's id."""
        email = f"m-{uuid7()}@people.example"
        body = NewMember(name="Mia Member", email=email, password=PASSWORD, role=role)  # type: ignore[arg-type]
        return str((await add_member(self.house.db, self.house.passwords, self.org.id, body)).agent_id)

    async def a_channel(self) -> str:
        """A new channel's id."""
        return str((await add_widget(self.house.db, self.org.id, NewWidget(name=f"Shop {uuid7()}")))[0])

    async def an_article(self) -> str:
        """A new article's id, published."""
        body = {"title": f"Returns {uuid7()}", "content": "Within thirty days.", "status": "published"}
        made = await self.owner.does(Request("POST", "/api/knowledge/articles", body))
        return str(made["id"])

    async def a_team(self) -> str:
        """A new team's id."""
        return str(await add_team(self.house.db, self.org.id, f"Team {uuid7()}", []))

    async def an_invitation(self) -> str:
        """The token from a new invitation's link."""
        made = await self.owner.does(Request("POST", "/api/invitations", {"role": "agent"}))
        return str(made["link"].partition("#token=")[2])

    async def a_reset(self) -> str:
        """The token from a mail with which somebody new chooses another password."""
        return await self._token(await self.a_member(), "password_reset", RESET, [])

    async def a_conversation(self, visitor: Caller | None = None) -> str:
        """A new conversation, waiting, with its first message stored."""
        conversation_id = str(uuid7())
        visitor = visitor or self.visitor
        await visitor.does(Request("POST", "/api/widget/conversations", {"id": conversation_id}))
        return conversation_id

    async def a_message(self, conversation_id: str, caller: Caller | None = None) -> str:
        """A new message of the owner."""
        body = {"id": str(uuid7()), "body": "As you can see"}
        await (caller or self.owner).does(Request("POST", f"/api/conversations/{conversation_id}/messages", body))
        return body["id"]

    async def decide(self, conversation_id: str, what: str, **more: Any) -> None:
        """Take, close or reopen a conversation as the owner, whatever its version is."""
        found = await self.house.glance(
            "select version from conversation where org_id = $1 and id = $2", self.org.id, UUID(conversation_id)
        )
        body = {"id": str(uuid7()), "version": found[0]["version"], **more}
        await self.owner.does(Request("POST", f"/api/conversations/{conversation_id}/{what}", body))

    async def a_contact(self) -> str:
        """Somebody who has talked to the company."""
        visitor = await self.a_visitor()
        await self.a_conversation(visitor)
        return visitor.id

    async def settled(self) -> dict[str, str]:
        """The company's rows in every table, as soon as the workers have nothing left to do for it."""
        await eventually(self._is_at_rest, patience=60.0)
        return await self.rows()

    async def _is_at_rest(self) -> bool:
        return await self._is_stored() and not await self.house.glance(_UNDONE, self.org.id, *_READERS)

    async def _is_stored(self) -> bool:
        async with (
            redis.from_url(self.house.databases.valkey.url) as valkey,
            valkey.pipeline(transaction=False) as asked,
        ):
            for each in _PARTITIONS.all:
                asked.hmget(each.shard, "n", "stored")
            return all(int(given or 0) == int(stored or 0) for given, stored in await asked.execute())

    async def rows(self) -> dict[str, str]:
        """A sum of the company's rows in every table, past every wall."""
        # When a token was last shown is no secret and no change of anything.
        each = [
            f"select '{table}' as name, count(*)::text || ' ' || coalesce(md5(string_agg("
            f"(to_jsonb(t) - 'last_used_at' - 'last_seen_at')::text, '' order by t::text)), '') as sum"
            f" from {table} t where t.{key} = $1"
            for table, key in await self._tables()
        ]
        found = await self.house.glance(" union all ".join(each), self.org.id)
        return {row["name"]: row["sum"] for row in found}

    async def every_id(self) -> set[str]:
        """Whatever names a row of the company, in whichever table and column."""
        each = [
            f"select to_jsonb(t)::text as row from {table} t where t.{key} = $1" for table, key in await self._tables()
        ]
        found = await self.house.glance(" union all ".join(each), self.org.id)
        return set().union(*(ids_in(msgspec.json.decode(row["row"])) for row in found))

    async def _tables(self) -> list[tuple[str, str]]:
        if not self._known:
            found = await self.house.glance(
                "select c.relname as name, max(a.attname) as key"
                " from pg_class c join pg_attribute a on a.attrelid = c.oid"
                " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition"
                " and (a.attname = 'org_id' or (c.relname = 'organization' and a.attname = 'id')) group by 1"
            )
            self._known = [(row["name"], row["key"]) for row in found if row["name"] not in _DERIVED]
        return self._known
