"""The Big List of Naughty Strings through every text of every route and frame: shown exactly, or refused with a reason.

SOAK=1 sends every string to every place; else every string comes to some places, and every place gets some.
"""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import count
from typing import Any
from urllib.parse import quote
from uuid import UUID

import msgspec
import pytest

from server.core.endpoint import Endpoint, Who
from server.core.ids import uuid7
from server.domain import endpoints
from server.protocol import client_frames as say
from server.protocol import entries as heard
from server.protocol.values import Page
from tests.api.samples import SPECIAL, caller_of, id_fields, is_about_oneself, route_of, sample
from tests.api.test_frames import code_of
from tests.api.texts import WITH_MEANING, Place, clean, naughty_strings, places_of, texts_in, told
from tests.api.world import Caller, Request, World
from tests.browser import Answer, is_refusal
from tests.gateway.cases import answers
from tests.machines import Bot
from tests.people import Agent, Visitor

STRINGS = naughty_strings()
IS_SOAK = os.environ.get("SOAK") == "1"
# Of each route at least as many strings; together all of them several times.
EACH = 60
# A password takes 40 ms of one core, so that few are tried.
HASHED, FEW = {"password", "current"}, 12
WRITING = [each for each in endpoints() if places_of(each.body)]
ASKING = [each for each in endpoints() if places_of(each.query)]
# What a refusal of a text may be called; `conflict` where two would be the same in the end.
REASONS = {"invalid", "malformed", "conflict", "unauthenticated", "not_found"}
# Never read again: they are looked for, compared or hashed; of a page only its address is kept, and of first words
# nothing.
WRITE_ONLY: set[tuple[str, str]] = {
    ("DELETE /api/organization", "name"),
    # Whoever looks at the versions reads it there.
    ("PATCH /api/knowledge/articles/{article_id}", "change_note"),
    *(("POST /api/widget/conversations", name) for name in ("url", "title", "referrer", "words")),
    # What was said before a question; the message itself is told again.
    ("POST /api/agents/chat", "body"),
    # A card's and a form's are no names: they are kept as a message's words are.
    ("POST /api/conversations/{conversation_id}/messages", "title"),
    # It is looked at, and not kept.
    ("POST /api/intents/try", "text"),
    # Only what was there is taken away.
    ("POST /api/conversations/{conversation_id}/tag", "remove"),
    # It stands on the launcher, and the preview is of what is behind it.
    ("POST /api/channel-preview", "launcher_label"),
}


_ONE = "/api/conversations/{conversation_id}"


def dealt(routes: list[Endpoint], places: Any) -> list[tuple[Endpoint, list[tuple[Place, str]]]]:
    """What is sent to each route: everything, or where the last route stopped and so many strings further."""
    hand, number = [], count()
    for route in routes:
        found = places(route)
        if IS_SOAK:
            hand.append((route, [(place, text) for place in found for text in STRINGS]))
            continue
        most = FEW if any(place.name in HASHED for place in found) else max(EACH, 12 * len(found))
        texts = [STRINGS[next(number) % len(STRINGS)] for _ in range(most)]
        hand.append((route, [(found[at % len(found)], text) for at, text in enumerate(texts)]))
    return hand


def _id(value: Any) -> str:
    return route_of(value) if isinstance(value, Endpoint) else "strings"


@pytest.mark.timeout(3600 if IS_SOAK else 120)
@pytest.mark.parametrize(("endpoint", "hand"), dealt(WRITING, lambda each: places_of(each.body)), ids=_id)
async def test_a_text_is_shown_exactly_or_refused(
    world: World, endpoint: Endpoint, hand: list[tuple[Place, str]]
) -> None:
    """Read again from the answer, and from whatever shows the same thing."""
    caller = caller_of(world, endpoint)
    kept: dict[str, Any] = {}
    for at, (place, text) in enumerate(hand):
        if is_about_oneself(endpoint) and (at == 0 or endpoint.method == "POST"):
            caller = await world.somebody("owner")
        asked = await sample(world, endpoint, caller, **kept)
        kept = _kept(endpoint, asked)
        asked = msgspec.structs.replace(asked, body=place.put(asked.body, text))
        answer = await caller.ask(asked)
        await _assert_kept_or_refused(
            world, endpoint, caller, place, text, asked, answer, is_read=at % 3 == 0 or IS_SOAK
        )


def _kept(endpoint: Endpoint, asked: Request) -> dict[str, Any]:
    """The things that the next request is about, too, unless they are in another state after this one."""
    if endpoint.method == "PATCH":
        return dict(asked.ids)
    if endpoint.method == "DELETE" or route_of(endpoint) in SPECIAL:
        return {}
    named = {field.encode_name for field in id_fields(endpoint.body)}
    return asked.ids | {name: value for name, value in asked.body.items() if name in named}


async def _assert_kept_or_refused(
    world: World, endpoint: Endpoint, caller: Caller, place: Place, text: str, asked: Request, answer: Answer,
    *, is_read: bool,
) -> None:  # fmt: skip
    tried = told(endpoint, place, text)
    if answer.status >= 400:
        assert answer.status < 500, f"{tried}: {answer.text}"
        assert is_refusal(answer, answer.status, answer.json["code"]), tried
        assert answer.json["code"] in REASONS, f"{tried}: {answer.text}"
        is_plain = place.fits(text) and place.shown(text).strip() and place.name not in WITH_MEANING
        is_plain = is_plain and (route_of(endpoint), place.name) not in WRITE_ONLY
        assert not is_plain or answer.json["code"] == "conflict", f"{tried} is refused for nothing: {answer.text}"
        return
    if place.name in WITH_MEANING or (route_of(endpoint), place.name) in WRITE_ONLY or not place.shown(text):
        return
    if not is_read and (endpoint.answer is None or "epoch" in answer.json):
        return
    shown = await _shown(world, endpoint, caller, asked, answer, is_read=is_read)
    assert shown, f"nothing shows {tried}: say in WRITE_ONLY of tests/api/test_naughty.py that nothing should"
    for where, texts in shown.items():
        assert place.shown(text) in texts, f"{tried} is shown otherwise by {where}: {sorted(texts)[:20]}"


async def _shown(
    world: World, endpoint: Endpoint, caller: Caller, asked: Request, answer: Answer, *, is_read: bool
) -> dict[str, set[str]]:
    """The texts of everything that shows what was made or changed."""
    found: dict[str, set[str]] = {}
    made = answer.json if answer.text else {}
    if endpoint.answer is not None and "epoch" not in made:
        found["its answer"] = texts_in(made)
    if not is_read:
        return found
    reads = {each.path: each for each in endpoints() if each.method == "GET"}
    ids = dict(asked.ids)
    path = endpoint.path
    if path not in reads or path.rsplit("/", 1)[-1] != f"{{{next(reversed(endpoint.ids), '')}}}":
        one = next((each for each in reads.values() if each.path.startswith(f"{path}/{{") and each.ids), None)
        if one is not None and isinstance(made, dict) and "id" in made and one.path.count("/") == path.count("/") + 1:
            path, ids = one.path, ids | {one.ids[-1]: made["id"]}
    if path in reads and "{" in path and reads[path].who is endpoint.who:
        again = await caller.does(Request("GET", path.format(**ids)))
        found[f"GET {path}"] = texts_in(again)
    if "epoch" in made:
        entries = await world.owner.does(Request("GET", f"/api/conversations/{_topic(asked)}/entries"))
        # Whoever begins a conversation may say the first words in the same breath.
        is_begun = route_of(endpoint) == "POST /api/conversations"
        texts = texts_in([each for each in entries["entries"] if is_begun or each["id"] == asked.body["id"]])
        if _ONE in reads:
            texts |= texts_in(await world.owner.does(Request("GET", _ONE.format(conversation_id=_topic(asked)))))
        found["the conversation and its history"] = texts
    return found


def _topic(asked: Request) -> Any:
    return asked.ids.get("conversation_id", asked.body["id"])


async def _heard(agent: Agent, entry_id: UUID) -> heard.ConversationTagged:
    return await agent.hears(heard.ConversationTagged, lambda each: each.id == entry_id)


@pytest.mark.parametrize(("endpoint", "hand"), dealt(ASKING, lambda each: places_of(each.query)), ids=_id)
async def test_whatever_is_looked_for_is_looked_for(
    world: World, endpoint: Endpoint, hand: list[tuple[Place, str]]
) -> None:
    """A search for it finds nothing, or something, or is refused with a reason."""
    caller = caller_of(world, endpoint)
    asked = await sample(world, endpoint, caller)
    for place, text in hand:
        answer = await caller.ask(msgspec.structs.replace(asked, query=f"?{place.name}={quote(text)}"))
        tried = told(endpoint, place, text)
        assert answer.status < 500, f"{tried}: {answer.text}"
        assert answer.status == 200 or is_refusal(answer, 422, "invalid"), tried


def test_every_text_of_a_struct_is_a_place() -> None:
    """The walk goes into structs and lists inside of bodies."""
    names = {(each.name, place.name) for each in WRITING for place in places_of(each.body)}
    assert {("tag_conversation", "add"), ("start_conversation", "url"), ("post_message", "body")} <= names
    assert all(each.who in Who for each in WRITING)


# Over sockets.


@pytest.fixture
async def talk(world: World) -> AsyncIterator[tuple[Visitor, Agent, UUID]]:
    """A visitor and an agent in a conversation."""
    async with AsyncExitStack() as stack:
        visitor, agent = Visitor(world.org), Agent(world.org, "olga")
        for person in (visitor, agent):
            stack.push_async_callback(person.leave)
            await person.connect()
        conversation = await visitor.start()
        await agent.watch(conversation)
        yield visitor, agent, conversation


@pytest.mark.parametrize("who", ["visitor", "agent", "bot"])
async def test_what_is_said_is_heard_exactly(world: World, talk: tuple[Visitor, Agent, UUID], who: str) -> None:
    """Every string, by the other side, in the history and in Postgres."""
    visitor, agent, conversation = talk
    bot = Bot(world.org)
    await bot.connect()
    if who == "bot":
        await bot.given(conversation, agent)
    sender = {"visitor": visitor, "agent": agent, "bot": bot}[who]
    texts = [each for each in STRINGS if each]
    for at, text in enumerate(texts):
        if who == "bot" and at % 10 == 0:
            # Where nobody says anything to it a bot is stopped.
            await visitor.say(conversation, "Go on")
        last = await sender.say(conversation, text)
    await sender.stored(last)
    listener = visitor if who != "visitor" else agent
    await listener.hears(heard.MessagePosted, lambda each: each.seq == last.seq)
    assert listener.lines(conversation) == texts
    rows = await world.house.rows(
        "select body from message where conversation_id = $1 and sender_kind = $2 order by seq",
        conversation, sender.welcome.identity.kind,
    )  # fmt: skip
    assert [row["body"] for row in rows] == texts
    found: list[str] = []
    before = f"before_seq={last.seq + 1}"
    while before:
        page = await agent.get(f"/api/conversations/{conversation}/entries?limit=200&{before}")
        found = [
            each["body"] for each in page["entries"]
            if each["type"] == "message_posted" and each["sender"]["kind"] == sender.welcome.identity.kind
        ] + found  # fmt: skip
        before = f"before_seq={page['entries'][0]['seq']}" if page["has_more"] else ""
    assert found == texts
    await bot.leave()


async def test_an_empty_message_is_refused(talk: tuple[Visitor, Agent, UUID]) -> None:
    """The only string of the list that is no message."""
    visitor, _, conversation = talk
    assert STRINGS.count("") == 1
    assert code_of(await answers(visitor, visitor.draft(conversation, ""))) == "malformed"


async def test_what_is_put_in_its_place_is_heard_exactly(world: World, talk: tuple[Visitor, Agent, UUID]) -> None:
    """Edits, too."""
    visitor, agent, conversation = talk
    said = await visitor.say(conversation, "First")
    texts = [each for each in STRINGS if each]
    for text in texts:
        frame = say.EditMessage(uuid7(), conversation, said.id, text)
        await visitor.send(frame)
        last = await visitor.answer(frame.id)
    await agent.hears(heard.MessageEdited, lambda each: each.seq == last.seq)
    assert [each.body for each in agent.heard if isinstance(each, heard.MessageEdited)] == texts
    await visitor.stored(last)
    rows = await world.house.rows("select body from message where conversation_id = $1", conversation)
    assert [row["body"] for row in rows] == [texts[-1]]


async def test_a_subject_and_a_page_are_shown_exactly(world: World, talk: tuple[Visitor, Agent, UUID]) -> None:
    """A few at a time, because each makes a conversation."""
    visitor, agent, _ = talk
    for text in STRINGS if IS_SOAK else STRINGS[::8]:
        if len(text) > 200:
            continue
        frame = say.StartConversation(uuid7(), text, Page(text, text, text))
        got = await answers(visitor, frame)
        assert code_of(got) == "", f"{text!r}: {got}"
        page = await agent.get(f"/api/conversations/{frame.id}/entries")
        assert page["entries"][0].get("subject", "") == text


async def test_tags_are_shown_trimmed_and_lower(talk: tuple[Visitor, Agent, UUID]) -> None:
    """Or refused, where nothing is left or too much."""
    _, agent, conversation = talk
    for text in STRINGS if IS_SOAK else STRINGS[::4]:
        frame = say.TagConversation(uuid7(), conversation, add=[text])
        code = code_of(await answers(agent, frame))
        if code:
            assert code in {"invalid", "conflict", "malformed"}, f"{text!r}: {code}"
            is_tag = len(clean(text)) > 0 and len(text) <= 40 and clean(text) == text.strip()
            assert not is_tag or code == "conflict", f"{text!r}: {code}"
            continue
        entry = await _heard(agent, frame.id)
        (added,) = entry.added
        assert added == clean(text).lower(), f"{text!r}"
        undo = say.TagConversation(uuid7(), conversation, remove=[added])
        assert code_of(await answers(agent, undo)) == ""
