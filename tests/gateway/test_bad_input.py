"""What a client says that cannot be taken: refused by name, and nobody else notices."""

from uuid import UUID

import msgspec
import pytest
import redis.asyncio as redis

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from server.protocol.values import Page
from tests.conftest import Cast
from tests.gateway.cases import refusal
from tests.gateway.conftest import Bystanders
from tests.gateway.raw import PING, PONG, TEXT, Raw, hello_of, masked
from tests.servers import House

ID = "01890000-0000-7000-8000-000000000000"


def post(**fields: object) -> str:
    """A post_message with some fields replaced, or left out where they are None."""
    frame = {"type": "post_message", "id": ID, "conversation_id": ID, "body": "Good", **fields}
    return json({name: value for name, value in frame.items() if value is not None})


def json(value: object) -> str:
    """A value as text to send."""
    return msgspec.json.encode(value).decode()


MALFORMED = {
    "nothing": "",
    "no JSON": "hello?",
    "half a frame": '{"type":"pong"',
    "two frames": '{"type":"pong"}{"type":"pong"}',
    "a list": "[]",
    "a number": "5",
    "nothing at all": "null",
    "no type": "{}",
    "a control character in a text": post(body="?").replace("?", "\x01"),
    "a NUL in a text": post(body="?").replace("?", "\0"),
    "half a pair of surrogates": post(body="?").replace("?", "\\ud800"),
    "surrogates the wrong way round": post(body="?").replace("?", "\\udc00\\ud800"),
    "a number for a text": post(body=5),
    "a text for a number": post(turn="5"),
    "a word for a truth": post(is_internal="yes"),
    "a text for a list": post(attachment_ids=ID),
    "no id where one must be": post(reply_to_id="the last one"),
    "an unknown message type": post(message_type="telegram"),
    "no body": post(body=None),
    "an empty body": post(body=""),
    "a body that is too long": post(body="x" * 8001),
    "no conversation": post(conversation_id=None),
    "no id": post(id=None),
    "too many attachments": post(attachment_ids=[ID] * 11),
    "a mark below nothing": json({"type": "mark_read", "conversation_id": ID, "upto": -1}),
    "a mark beyond every number": f'{{"type":"mark_read","conversation_id":"{ID}","upto":1e400}}',
    "a page of nothing": json(
        {"type": "fetch_history", "conversation_id": ID, "before": {"epoch": 1, "seq": 1}, "limit": 0}
    ),
    "a watch of nothing": '{"type":"watch","resume":[]}',
    "a watch of too many": json({"type": "watch", "resume": [{"conversation_id": ID}] * 51}),
    "lists in lists in lists": '{"type":"pong","deep":' + "[" * 15_000,
    "objects in objects in objects": '{"deep":' * 1500,
}
UNKNOWN = {
    "a type that is none": '{"type":"become_owner"}',
    "a type that only the server says": '{"type":"welcome"}',
    "a type that is no text": '{"type":5}',
    "a type of nothing": '{"type":null}',
    "a type that is none, and lists in lists": '{"type":"become_owner","deep":' + "[" * 15_000,
}


@pytest.mark.parametrize("what", [*MALFORMED, *UNKNOWN])
async def test_what_cannot_be_read_is_refused_and_harms_nobody(cast: Cast, bystanders: Bystanders, what: str) -> None:
    """The sender is told, its socket and everybody else's go on."""
    visitor = await cast.visitor()
    refused = await refusal(visitor, (MALFORMED | UNKNOWN)[what])
    assert refused.code == ("unknown_frame" if what in UNKNOWN else "malformed")
    await visitor.start("And now properly")
    await bystanders.go_on()


async def test_a_refusal_names_the_frame_that_could_not_be_read(cast: Cast) -> None:
    """The client takes it from its outbox instead of sending it for ever."""
    refused = await refusal(await cast.visitor(), post(body=""))
    assert (refused.id, refused.message) == (UUID(ID), "Expected `str` of length >= 1 - at `$.body`")


async def test_unknown_fields_are_ignored(cast: Cast) -> None:
    """A newer client may say more than we know."""
    visitor = await cast.visitor()
    conversation = await visitor.start()
    said = uuid7()
    await visitor.send_text(post(id=str(said), conversation_id=str(conversation), colour="blue"))
    await visitor.answer(said)


async def test_a_nul_is_refused_wherever_a_text_may_stand(cast: Cast, bystanders: Bystanders) -> None:
    """Postgres has no such character: it is said at once and not after the message was shown to everybody."""
    visitor, agent = await cast.visitor(), await cast.agent()
    conversation = await visitor.start()
    said = await visitor.say(conversation, "Good")
    for person, frame in (
        (visitor, visitor.draft(conversation, "a\0b")),
        (visitor, say.EditMessage(uuid7(), conversation, said.id, "\0")),
        (visitor, say.StartConversation(uuid7(), "\0")),
        (visitor, say.StartConversation(uuid7(), page=Page(url="https://shop.example/\0"))),
        (agent, say.CloseConversation(uuid7(), conversation, 1, "\0")),
    ):
        refused = await refusal(person, frame)
        assert (refused.code, refused.id) == ("invalid", frame.id)
    assert (await visitor.say(conversation, "Better")).seq == said.seq + 1
    await bystanders.go_on()


async def test_a_nul_right_behind_the_hello_is_refused_too(house: House, cast: Cast) -> None:
    """Frames that come before the welcome are looked at like all others."""
    visitor = await cast.visitor()
    conversation = await visitor.start()
    async with Raw(house) as raw:
        await raw.shake_hands()
        bad, good = visitor.draft(conversation, "a\0b"), visitor.draft(conversation, "Good")
        await raw.send(
            *(masked(TEXT, each) for each in (await hello_of(visitor), *map(msgspec.json.encode, (bad, good))))
        )
        assert (await raw.hears(hear.Refused)).id == bad.id
        assert (await raw.hears(hear.Accepted)).id == good.id


async def test_the_letters_of_an_escaped_nul_are_text(house: House, cast: Cast) -> None:
    """Who writes about JSON may write backslash, u and four noughts; it is shown and stored exactly."""
    visitor, agent = await cast.visitor(), await cast.agent()
    conversation = await visitor.start()
    await agent.watch(conversation)
    text = r"In JSON a NUL is \u0000, and a backslash \\u0000"
    await visitor.stored(await visitor.say(conversation, text))
    await agent.hears_line(text)
    assert await house.rows("select body from message where conversation_id = $1", conversation) == [{"body": text}]


async def test_the_longest_text_is_taken_and_shown_whole(cast: Cast) -> None:
    """8,000 letters, of whatever script fits into a frame."""
    visitor, agent = await cast.visitor(), await cast.agent()
    conversation = await visitor.start()
    await agent.watch(conversation)
    for text in ("x" * 8000, "ü" * 8000, "👋" * 4000, "\u202e\u200b\u0627\u0647\ttab\nline"):
        await visitor.say(conversation, text)
        await agent.hears_line(text)


async def test_a_number_that_no_column_holds_is_refused(cast: Cast, bystanders: Bystanders) -> None:
    """It changes nothing, and the next decision is taken."""
    visitor, agent = await cast.visitor(), await cast.agent()
    conversation = await visitor.start()
    for number in (2**31, 2**63, 2**64, 2**70, -(2**70)):
        frame = say.CloseConversation(uuid7(), conversation, number)
        assert (await refusal(agent, frame)).id == frame.id
    await agent.take(conversation)
    await bystanders.go_on()


async def test_frames_before_the_welcome_are_taken_in_their_order(house: House, cast: Cast) -> None:
    """Whoever talks on while the server still looks up what was missed is not put behind its later words."""
    visitor = await cast.visitor()
    conversation = await visitor.start()
    drafts = [visitor.draft(conversation, str(number)) for number in range(4)]
    hello = say.Hello(1, await visitor.credentials(), resume=[say.Resume(conversation)])
    async with Raw(house) as raw, redis.from_url(house.databases.valkey.url) as valkey:
        await raw.shake_hands()
        # What was missed cannot be looked up for half a second.
        await valkey.client_pause(500)
        await raw.send(masked(TEXT, msgspec.json.encode(hello)), masked(TEXT, msgspec.json.encode(drafts[0])))
        for _ in range(50):
            await raw.send(masked(PING))
            assert (await raw.frame()).opcode == PONG
        for draft in drafts[1:]:
            await raw.say(draft)
        accepted = [(await raw.hears(hear.Accepted)).id for _ in drafts]
    assert accepted == [draft.id for draft in drafts]


async def test_a_second_hello_is_refused(cast: Cast) -> None:
    """Who one is was settled once."""
    visitor = await cast.visitor()
    assert (await refusal(visitor, say.Hello(1, await visitor.credentials()))).code == "unknown_frame"


async def test_somebody_else_s_message_is_not_edited_or_deleted(house: House, cast: Cast) -> None:
    """Neither side can change the other's words: in Postgres they stay as they were said."""
    visitor, agent = await cast.visitor(), await cast.agent()
    conversation = await visitor.start()
    await agent.watch(conversation)
    asked, replied = await visitor.say(conversation, "Asked"), await agent.say(conversation, "Replied")
    for person, message in ((visitor, replied), (agent, asked)):
        for frame in (
            say.EditMessage(uuid7(), conversation, message.id, "Forged"),
            say.DeleteMessage(uuid7(), conversation, message.id),
        ):
            await person.send(frame)
            await person.stored(await person.answer(frame.id))
    query = "select body, edited_at, deleted_at from message where conversation_id = $1 order by seq"
    assert await house.rows(query, conversation) == [
        {"body": body, "edited_at": None, "deleted_at": None} for body in ("Asked", "Replied")
    ]
