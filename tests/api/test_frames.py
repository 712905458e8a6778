"""Who may send which frame, over real sockets: every role, bots and visitors, with all that can be wrong in one."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import msgspec
import pytest

from server.core.ids import uuid7
from server.core.permissions import PERMISSIONS, needed
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from server.protocol.senders import SENDERS, Audience
from tests.api.makers import a_draft, consulted_by, helped_by
from tests.api.quiet import Quiet
from tests.api.samples import FRESH, SPECIAL, UNCHECKED, Values, id_fields, thing
from tests.api.shapes import body_of, fields_of, ids_in, texts_of, wrong_values
from tests.api.world import Caller, World
from tests.gateway.cases import HINTS, answers
from tests.machines import Bot
from tests.people import Agent, Person, Visitor
from tests.servers import PEOPLE

Frame = type[say.ClientFrame]
WHO = ("owner", "admin", "manager", "agent", "viewer", "bot", "visitor")
# Said once, before everything else.
AFTER_HELLO = [each for each in SENDERS if each is not say.Hello]
# What is edited or taken back is looked up by whoever shows it, as what is answered.
UNCHECKED_HERE = UNCHECKED | {"conversation_id", "message_id"}
FRAMES = pytest.mark.parametrize("kind", AFTER_HELLO, ids=lambda each: str(each.__struct_config__.tag))


@pytest.fixture(scope="module")
async def people(world: World) -> AsyncIterator[dict[str, Person]]:
    """One of each, connected."""
    names = {role: name for name, (_, role) in reversed(PEOPLE.items())}
    found: dict[str, Person] = {role: Agent(world.org, names[role]) for role in WHO if role in names}
    found |= {"bot": Bot(world.org), "visitor": Visitor(world.org)}
    async with AsyncExitStack() as stack:
        for person in found.values():
            stack.push_async_callback(person.leave)
            await person.connect()
        yield found


def audience(who: str) -> Audience:
    """What kind of client somebody is."""
    return who if who in {"bot", "visitor"} else "member"  # type: ignore[return-value]


async def values_for(world: World, kind: Frame, person: Person) -> Values:
    """What a frame needs to go well: as the route that does the same, in a conversation of the sender."""
    values: Values = dict(FRESH)
    if isinstance(person, Visitor):
        values["conversation_id"] = str(await person.start())
    elif isinstance(person, Bot) and kind is say.SuggestAnswer:
        values["conversation_id"] = await helped_by(world, person)
    elif kind is say.Contribute:
        values |= await a_draft(world, asked=person.id if isinstance(person, Bot) else None)
    elif isinstance(person, Bot) and kind is say.ConsultAgents:
        values["conversation_id"] = await consulted_by(world, person)
    elif isinstance(person, Bot):
        values["conversation_id"] = await world.held_by(person)
    verb = str(kind.__struct_config__.tag).split("_")[0]
    verb = {"hand": "hand_off", "set": "attributes"}.get(verb, verb)
    if made := SPECIAL.get(f"POST /api/conversations/{{conversation_id}}/{verb}"):
        asker = Caller(world.house, id=str(person.id)) if isinstance(person, Agent) else world.owner
        values |= await made(world, asker)
    if isinstance(person, Bot):
        values |= {"turn": 1} | ({"version": None} if kind is say.HandOffConversation else {})
    names = {field.encode_name for field in id_fields(kind)} | {"conversation_id"}
    for name in names - values.keys():
        values[name] = await thing(world, name)
    return values


async def frame_for(world: World, kind: Frame, person: Person, **fixed: Any) -> say.ClientFrame:
    """A frame that goes well for whoever may send it."""
    values = await values_for(world, kind, person)
    return msgspec.convert(body_of(kind, values | fixed), kind, strict=True)


def one_who_may(kind: Frame) -> str:
    """Somebody who may send a frame, of the public where that may."""
    return next(
        who for who, each in (("visitor", "visitor"), ("owner", "member"), ("bot", "bot")) if each in SENDERS[kind]
    )


def code_of(got: list[Any]) -> str:
    """How a frame was refused; nothing where it was not."""
    refused: list[Any] = [each.code for each in got if isinstance(each, hear.Refused)]
    refused += [each.refused for frame in got if isinstance(frame, hear.ResumedFrame) for each in frame.resumed]
    return next((str(each) for each in refused if each), "")


@FRAMES
@pytest.mark.parametrize("who", WHO)
async def test_a_frame_goes_as_the_table_says(world: World, people: dict[str, Person], who: str, kind: Frame) -> None:
    """Well, or forbidden, or not there for this kind of client."""
    person = people[who]
    frame = await frame_for(world, kind, person)
    code = code_of(await answers(person, frame))
    if audience(who) not in SENDERS[kind]:
        assert code == "unknown_frame", f"{frame} of {who}"
    elif who != "visitor" and (permission := needed(frame)) and permission not in PERMISSIONS[who]:
        assert code == "forbidden", f"{frame} of {who}"
    elif kind is say.AnswerQuestion:
        # tests/bots/test_aside.py asks.
        assert code == "not_found", f"{frame} of {who}"
    else:
        assert code == "", f"{frame} of {who}"


@pytest.mark.parametrize("who", WHO)
async def test_notes_need_their_own_permission(world: World, people: dict[str, Person], who: str) -> None:
    """For whoever is on the team; a visitor never writes or types one."""
    person = people[who]
    for kind in (say.PostMessage, say.SetTyping):
        frame = await frame_for(world, kind, person, is_internal=True)
        may = who != "visitor" and "conversation.note" in PERMISSIONS[who]
        assert code_of(await answers(person, frame)) == ("" if may else "forbidden"), f"{frame} of {who}"


@FRAMES
async def test_a_field_does_not_take_another_company_s_id(
    world: World, quiet: Quiet, people: dict[str, Person], kind: Frame
) -> None:
    """It is answered like an id that nobody has; the whole frame like one about no conversation."""
    person = people[one_who_may(kind)]
    names = {field.encode_name for field in fields_of(kind)}
    for name in {field.encode_name for field in id_fields(kind)} - UNCHECKED_HERE:
        for other in (quiet.things[name], str(uuid7())):
            got = await answers(person, await frame_for(world, kind, person, **{name: other}))
            assert code_of(got) in {"not_found", "invalid"}, f"{name} in {kind.__name__}: {got}"
    told: set[tuple[str, str]] = set()
    for other in (quiet.things["conversation_id"], str(uuid7()), str(world.org.id)):
        if "conversation_id" not in names and kind is not say.Watch:
            break
        got = await answers(person, await frame_for(world, kind, person, conversation_id=other))
        if kind not in {*HINTS, say.Unwatch}:
            assert code_of(got) == "not_found", f"{kind.__name__} about {other}: {got}"
        told |= {(each.code, each.message) for each in got if isinstance(each, hear.Refused)}
        shown = ids_in(msgspec.to_builtins(got))
        assert shown & quiet.ids <= {other}
    assert len(told) <= 1, told
    assert await quiet.changes() == []


@pytest.mark.parametrize("who", ["owner", "bot", "visitor"])
async def test_the_inbox_is_no_conversation(world: World, people: dict[str, Person], who: str) -> None:
    """Its feed goes by under the organization's id; nobody reads or writes it by that."""
    person = people[who]
    for kind in (say.PostMessage, say.EditMessage, say.DeleteMessage, say.Watch, say.FetchHistory):
        frame = await frame_for(world, kind, person, conversation_id=str(world.org.id))
        assert code_of(await answers(person, frame)) == "not_found", f"{frame} of {who}"


@FRAMES
async def test_a_field_that_cannot_be_taken_is_refused(world: World, people: dict[str, Person], kind: Frame) -> None:
    """Of every other type, too long, too large, missing; a text that Postgres cannot keep; the socket goes on."""
    person = people[one_who_may(kind)]
    body = msgspec.to_builtins(await frame_for(world, kind, person), str_keys=True)
    bad: list[tuple[str, str]] = []
    for field in fields_of(kind):
        name = field.encode_name
        bad += [(f"{name} = {str(each)[:40]}", _json(body | {name: each})) for each in wrong_values(field)]
        if field.required:
            bad.append((f"no {name}", _json({key: each for key, each in body.items() if key != name})))
    for field in texts_of(kind):
        for raw in ("\\ud800", "\\udc00\\ud800", "\x00", "\x1b"):
            bad.append(
                (f"{raw!r} in {field.encode_name}", _json(body | {field.encode_name: "x-?-x"}).replace("x-?-x", raw))
            )
    for told, text in bad:
        assert code_of(await answers(person, text)) == "malformed", f"{told} in {kind.__name__}"
    for field in texts_of(kind):
        frame = _json(body | {field.encode_name: "a\0b"})
        assert code_of(await answers(person, frame)) in {"invalid", "malformed"}, f"NUL in {field.encode_name}"


def _json(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=lambda each: str(each) if isinstance(each, UUID) else each).decode()
