"""For every route a request that goes well: made from its structs, and told by hand only where it must be.

A new route is in every walk of this folder at once. Where one fails because a value is unknown or refused, say here
which it must be: in THINGS (makers.py) what a new kind of id names, in SPECIAL what else a route needs.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import msgspec.inspect as mi

from server.core.endpoint import Endpoint, Who
from server.core.ids import uuid7
from server.domain import endpoints
from tests.api import makers
from tests.api.makers import MAKERS, THINGS, a_bot_tool, a_cited_answer, alone, something_to_note, something_to_see
from tests.api.shapes import Unknown, body_of, fields_of, is_id
from tests.api.world import Caller, Request, World
from tests.servers import PASSWORD, SHOP

# What is served under /api/ and is no JSON, with the permission that it needs: None where anybody may have it.
PLAIN: dict[str, str | None] = {"GET /api/audit/export": "audit.read"}
# Ids that are made by whoever asks.
OWN_IDS = {"id"}
# What one answers is looked up by whoever shows it, among the lines of the same conversation: a message passes the log
# without a look into Postgres.
# An external id is the company's own.
UNCHECKED = {"external_id", "reply_to_id", "attachment_ids", "suggestion_id"}

Values = dict[str, Any]
# What is so of everything that was made a moment ago.
FRESH: Values = {"version": 1}
Special = Callable[[World, Caller], Awaitable[Values]]
SPECIAL: dict[str, Special] = {**makers.DRAFTS}


def special(route: str) -> Callable[[Special], Special]:
    """Say what a route needs besides what its shape tells: values by the names of its path, body and query."""

    def keep(made: Special) -> Special:
        SPECIAL[route] = made
        return made

    return keep


@special("POST /api/login")
async def _log_in(world: World, caller: Caller) -> Values:
    return {"email": world.org.email("ada"), "password": PASSWORD}


@special("POST /api/signup")
async def _sign_up(world: World, caller: Caller) -> Values:
    return {"email": f"new-{uuid7()}@people.example", "password": PASSWORD}


@special("POST /api/me/password")
async def _new_password(world: World, caller: Caller) -> Values:
    return {"current": PASSWORD, "password": f"{PASSWORD} and more"}


@special("DELETE /api/me/sessions/{session_id}")
async def _own_session(world: World, caller: Caller) -> Values:
    await world.signed_in(caller.id)
    listed = await caller.does(Request("GET", "/api/me/sessions"))
    return {"session_id": next(each["id"] for each in listed["items"] if not each["is_this"])}


@special("POST /api/password-reset/confirm")
async def _reset(world: World, caller: Caller) -> Values:
    return {"token": await world.a_reset(), "password": f"{PASSWORD} and more"}


@special("POST /api/invitations")
async def _invite(world: World, caller: Caller) -> Values:
    return {"role": "agent"}


@special("POST /api/invitations/look")
async def _look(world: World, caller: Caller) -> Values:
    return {"token": await world.an_invitation()}


@special("POST /api/invitations/accept")
async def _accept(world: World, caller: Caller) -> Values:
    email = f"new-{uuid7()}@people.example"
    return {"token": await world.an_invitation(), "email": email, "name": "Nora", "password": PASSWORD}


@special("DELETE /api/organization")
async def _delete_organization(world: World, caller: Caller) -> Values:
    return {"name": (await caller.does(Request("GET", "/api/organization")))["name"]}


@special("POST /api/widget/sessions")
async def _visit(world: World, caller: Caller) -> Values:
    return {"widget_key": world.org.widget_key}


@special("PATCH /api/channels/{channel_id}")
async def _repaint(world: World, caller: Caller) -> Values:
    return {
        "channel_id": await world.a_channel(),
        "appearance": {"color": "#336699"},
        "allowed_origins": [SHOP],
        "load_weight": 2,
        "default_team_id": await thing(world, "team_id"),
        "default_bot_id": await thing(world, "bot_id"),
    }


@special("POST /api/channels")
async def _open_widget(world: World, caller: Caller) -> Values:
    return {"appearance": {"color": "#336699"}, "allowed_origins": [SHOP]}


@special("DELETE /api/channels/{channel_id}/identity-keys/{identity_key_id}")
async def _end_key(world: World, caller: Caller) -> Values:
    channel_id = await world.a_channel()
    made = await world.owner.does(Request("POST", f"/api/channels/{channel_id}/identity-keys", {}))
    return {"channel_id": channel_id, "identity_key_id": made["kid"]}


@special("PUT /api/organization/hours")
@special("PUT /api/teams/{team_id}/hours")
@special("PUT /api/channels/{channel_id}/hours")
async def _hours(world: World, caller: Caller) -> Values:
    days: list[Any] = [[] for _ in range(7)]
    return {"plan": {"timezone": "Europe/Berlin", "weekly": days, "holidays": [{"date": "2026-12-25", "name": "Day"}]}}


@special("GET /api/inbox/reads")
async def _conversations(world: World, caller: Caller) -> Values:
    return {"ids": f"{await world.a_conversation()},{uuid7()}"}


@special("POST /api/conversations/{conversation_id}/hand_off")
async def _hand_off(world: World, caller: Caller) -> Values:
    # To a team: a member who is not connected is not asked.
    return {"version": 1, "agent_id": None, "state": {"order": "1041"}}


@special("POST /api/agents/chat")
async def _ask_bot(world: World, caller: Caller) -> Values:
    return {"agent_id": await world.a_bot_that_answers(), "history": [{"by": "contact", "body": "Hello"}]}


@special("POST /api/conversations/{conversation_id}/assign")
async def _assign(world: World, caller: Caller) -> Values:
    return {"agent_id": await world.a_member()}


@special("POST /api/conversations/{conversation_id}/accept")
@special("POST /api/conversations/{conversation_id}/decline")
async def _offered(world: World, caller: Caller) -> Values:
    return {"conversation_id": await world.an_offered_conversation(caller.id)}


@special("PUT /api/routing/queue")
@special("PUT /api/teams/{team_id}/queue")
async def _queue(world: World, caller: Caller) -> Values:
    # By hand, so that the router leaves alone what other tests look at.
    return {"strategy": "manual", "overflow_team_id": await thing(world, "team_id"), "overflow_seconds": 86_400}


SPECIAL["POST /api/conversations/{conversation_id}/suggestions/{suggestion_id}/dismiss"] = World.a_suggestion
SPECIAL["POST /api/conversations/{conversation_id}/messages"] = something_to_see
SPECIAL["POST /api/widget/votes"] = SPECIAL["POST /api/widget/views"] = a_cited_answer
for _path in ("conversations/{conversation_id}/tag", "conversations/{conversation_id}/attributes"):
    SPECIAL[f"POST /api/{_path}"] = something_to_note
SPECIAL["POST /api/contacts/{contact_id}/attributes"] = something_to_note
SPECIAL["PATCH /api/bots/{bot_id}"] = alone
for _verb in ("GET", "PATCH", "DELETE"):
    SPECIAL[_verb + " /api/bots/{bot_id}/tools/{tool_id}"] = a_bot_tool


@special("POST /api/conversations/{conversation_id}/leave")
async def _joined(world: World, caller: Caller) -> Values:
    return {"conversation_id": await world.a_joined_conversation(caller.id)}


@special("POST /api/conversations/{conversation_id}/classify")
async def _classify(world: World, caller: Caller) -> Values:
    return {"interaction_type_id": await thing(world, "interaction_type_id")}


@special("POST /api/conversations/{conversation_id}/release")
async def _held(world: World, caller: Caller) -> Values:
    conversation_id = await world.a_conversation()
    await world.decide(conversation_id, "take")
    return {"conversation_id": conversation_id, "version": 2}


@special("POST /api/conversations/{conversation_id}/reopen")
async def _closed(world: World, caller: Caller) -> Values:
    conversation_id = await world.a_conversation()
    await world.decide(conversation_id, "close")
    return {"conversation_id": conversation_id, "version": 2}


def route_of(endpoint: Endpoint) -> str:
    """The route in words."""
    return f"{endpoint.method} {endpoint.path}"


# It ends the company, so that it is tried in one of its own.
ENDS_ALL = {"DELETE /api/organization"}


async def place_of(world: World, endpoint: Endpoint) -> World:
    """Where a route may do what it is for."""
    return await World.of(world.house) if route_of(endpoint) in ENDS_ALL else world


# Who acts on itself or ends its own session here: such a route gets somebody new each time.
def is_about_oneself(endpoint: Endpoint) -> bool:
    """Whether the route changes whoever asks."""
    return endpoint.who is Who.MEMBER and endpoint.permission is None and endpoint.method != "GET"


def caller_of(world: World, endpoint: Endpoint) -> Caller:
    """Who may certainly do it."""
    return {Who.MEMBER: world.owner, Who.VISITOR: world.visitor, Who.ANYONE: world.nobody}[endpoint.who]


async def sample(
    world: World, endpoint: Endpoint, caller: Caller | None = None, *, is_full: bool = False, **fixed: Any
) -> Request:
    """A request that goes well for whoever may ask, with fresh things; `fixed` values win over all others."""
    route = route_of(endpoint)
    values = FRESH | fixed
    try:
        if made := SPECIAL.get(route):
            values = FRESH | await made(world, caller or caller_of(world, endpoint)) | fixed
        for name in {*endpoint.ids, *_needed(endpoint)} - values.keys() - OWN_IDS:
            values[name] = await thing(world, name)
        body = body_of(endpoint.body, values, is_full=is_full) if endpoint.body is not None else None
        query = _query(endpoint, values)
    except Unknown as unknown:
        raise AssertionError(f"{route}: {unknown}") from None
    ids = {name: str(values[name]) for name in endpoint.ids}
    return Request(endpoint.method, endpoint.path.format(**ids), body, ids, query)


def _needed(endpoint: Endpoint) -> list[str]:
    shapes = [each for each in (endpoint.body, endpoint.query) if each is not None]
    return [field.encode_name for each in shapes for field in fields_of(each) if field.required and is_id(field.type)]


def _query(endpoint: Endpoint, values: Values) -> str:
    if endpoint.query is None:
        return ""
    needed = [field for field in fields_of(endpoint.query) if field.required or field.encode_name in values]
    asked = body_of(endpoint.query, values) if needed else {}
    names = {field.encode_name for field in needed}
    return "?" + "&".join(f"{name}={value}" for name, value in asked.items() if name in names) if needed else ""


def thing_of(name: str) -> str:
    """What a field or a part of a path is the id of."""
    return THINGS.get(name, name.removesuffix("_ids").removesuffix("_id"))


async def thing(world: World, name: str) -> Any:
    """A fresh thing that a field names: its id, or a list with it."""
    kind = thing_of(name)
    if maker := MAKERS.get(kind):
        made = await maker(world)
    else:
        route = next((each for each in endpoints() if _makes(each, kind)), None)
        if route is None:
            raise Unknown(f"tests/api/samples.py must say in THINGS or MAKERS what a `{name}` is and how one is made")
        asked = await sample(world, route)
        made = str((await world.owner.does(asked))["id"])
    return [made] if name.endswith("_ids") else made


def _makes(endpoint: Endpoint, kind: str) -> bool:
    # Whatever has routes of its own under …/{kind_id} is made by a POST to what stands before.
    if endpoint.method != "POST" or endpoint.answer is None:
        return False
    names = {field.encode_name for field in fields_of(endpoint.answer)}
    return "id" in names and any(each.path.startswith(f"{endpoint.path}/{{{kind}_id}}") for each in endpoints())


def decoded(endpoint: Endpoint, text: str) -> Any:
    """The answer as the struct that the route says; fails on any other."""
    return msgspec.json.decode(text, type=endpoint.answer, strict=True)


def id_fields(shape: Any) -> list[mi.Field]:
    """The fields of a body or a query that name somebody's thing."""
    return (
        []
        if shape is None
        else [each for each in fields_of(shape) if is_id(each.type) and each.encode_name not in OWN_IDS | UNCHECKED]
    )
