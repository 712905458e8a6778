"""What a bot shows beside its words, and how a visitor answers: taps, cards, forms."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from server.core.ids import uuid7
from server.domain.chat.answering import submission_id
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol.content import Content, ContentCard, ContentForm, ContentReply, FormField, LinkButton, QuickReply
from server.protocol.server_frames import History
from server.protocol.values import Position
from tests.conftest import Cast
from tests.machines import Bot
from tests.people import Agent, Refused, Visitor

TAPS = Content(quick_replies=[QuickReply("Yes, please", "yes"), QuickReply("No", "no")])
CARDS = Content(cards=[ContentCard("Ficus", "Likes light", None, [LinkButton("Look", "https://plants.example/ficus")])])
FORM = Content(
    form=ContentForm(
        [
            FormField("order", "Order", "number", is_required=True),
            FormField("email", "E-mail", "email"),
            FormField("why", "Why", "choice", choices=["Broken", "Too big"]),
            FormField("day", "Day", "date"),
            FormField("more", "More", max_length=10),
        ],
        "Send it back",
    )
)
GOOD = {"order": "1041", "email": "zoe@people.example", "why": "Broken", "day": "2026-11-30", "more": "Sorry"}


class Show:
    """A bot talks to a visitor, and Ada looks on."""

    def __init__(self, visitor: Visitor, ada: Agent, bot: Bot, conversation_id: UUID) -> None:
        self.visitor, self.ada, self.bot, self.conversation_id = visitor, ada, bot, conversation_id

    async def shows(self, content: Content) -> UUID:
        """The bot says something with content, and the visitor has it."""
        said = await self.bot.say(self.conversation_id, "Look at this", content=content)
        line = await self.visitor.hears(told.MessagePosted, lambda each: each.id == said.id)
        assert line.content == content
        return said.id

    async def fills(self, form_id: UUID, values: dict[str, str], **fields: Any) -> told.MessagePosted:
        """The visitor sends the form, and the bot hears of it."""
        fields = {"id": submission_id(form_id, self.visitor.welcome.identity.id)} | fields
        content = Content(reply=ContentReply(form_id, values=values))
        frame = msgspec.structs.replace(self.visitor.draft(self.conversation_id, "Whatever", content=content), **fields)
        await self.visitor.send(frame)
        await self.visitor.answer(frame.id)
        return await self.bot.hears(told.MessagePosted, lambda each: each.id == frame.id)


@pytest.fixture
async def show(people: Cast) -> Show:
    """A bot that holds a visitor's conversation."""
    visitor, ada, bot = await people.visitor(), await people.agent(), await people.bot()
    conversation_id = await visitor.start()
    await ada.watch(conversation_id)
    await bot.given(conversation_id, ada)
    return Show(visitor, ada, bot, conversation_id)


async def _past(who: Any, conversation_id: UUID) -> dict[UUID, Any]:
    before = len(who.heard)
    await who.send(say.FetchHistory(conversation_id, Position(2**31, 2**53 - 1)))
    history = await who.hears(History, lambda each: each in who.heard[before:])
    return {each.id: each.content for each in history.entries if isinstance(each, told.MessagePosted)}


async def test_what_is_shown_is_there_for_all_and_later(show: Show) -> None:
    """Live, from the past, and not any more when the message was taken back."""
    ids = {await show.shows(each): each for each in (TAPS, CARDS, FORM)}
    await show.ada.hears_line("Look at this")
    seen = {each.id: each.content for each in show.ada.heard if isinstance(each, told.MessagePosted)}
    assert all(seen[message_id] == content for message_id, content in ids.items())
    last = await show.bot.say(show.conversation_id, "That is all")
    await show.bot.stored(last)
    for each in (show.visitor, show.ada):
        past = await _past(each, show.conversation_id)
        assert {message_id: past[message_id] for message_id in ids} == ids
    first = next(iter(ids))
    await show.bot.decide(say.DeleteMessage(uuid7(), show.conversation_id, first))
    await show.bot.stored(await show.bot.say(show.conversation_id, "Now it is gone"))
    assert (await _past(show.visitor, show.conversation_id))[first] is None


async def test_a_tap_says_its_label_and_the_bot_gets_the_payload(show: Show) -> None:
    """Nothing that was not offered is taken for a tap."""
    shown = await show.shows(TAPS)
    content = Content(reply=ContentReply(shown, "yes"))
    said = await show.visitor.say(show.conversation_id, "Yes, please", content=content)
    heard = await show.bot.hears(told.MessagePosted, lambda each: each.id == said.id)
    assert (heard.body, heard.content) == ("Yes, please", content)
    for body, payload in (("Yes, please", "admin"), ("Everything", "yes")):
        with pytest.raises(Refused, match="invalid"):
            await show.visitor.say(show.conversation_id, body, content=Content(reply=ContentReply(shown, payload)))
    with pytest.raises(Refused, match="not_found"):
        await show.visitor.say(show.conversation_id, "No", content=Content(reply=ContentReply(uuid7(), "no")))


async def test_a_form_is_filled_in_once(show: Show, people: Cast) -> None:
    """Its values are checked, the text is made of them; a second time, from wherever, is the first one."""
    form_id = await show.shows(FORM)
    heard = await show.fills(form_id, GOOD | {"order": " 1041 "})
    assert heard.content == Content(reply=ContentReply(form_id, values=GOOD))
    assert heard.body == "Order: 1041\nE-mail: zoe@people.example\nWhy: Broken\nDay: 2026-11-30\nMore: Sorry"
    assert (await show.ada.hears(told.MessagePosted, lambda each: each.id == heard.id)).content == heard.content
    again = await show.fills(form_id, {"order": "7"})
    assert again.content == heard.content
    with pytest.raises(Refused, match="bad_id"):
        await show.fills(form_id, GOOD, id=uuid7())
    stranger = await people.visitor()
    frame = stranger.draft(show.conversation_id, "Me", content=Content(reply=ContentReply(form_id, values=GOOD)))
    frame = msgspec.structs.replace(frame, id=submission_id(form_id, stranger.welcome.identity.id))
    await stranger.send(frame)
    with pytest.raises(Refused, match="not_found"):
        await stranger.answer(frame.id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"order": ""}, {"order": "many"}, {"order": "inf"}, {"order": "1_000"}, {"email": "nobody"},
        {"why": "Because"}, {"day": "30.11.2026"}, {"day": "2026-02-30"}, {"more": "eleven char"}, {"admin": "yes"},
    ],
    ids=str,
)  # fmt: skip
async def test_a_form_takes_what_it_asks_for(show: Show, wrong: dict[str, str]) -> None:
    """And nothing else; what is wrong may be sent again."""
    form_id = await show.shows(FORM)
    with pytest.raises(Refused, match="invalid"):
        await show.fills(form_id, GOOD | wrong)
    # The answer to the second try has the same id.
    show.visitor.heard.clear()
    await show.fills(form_id, GOOD)


async def test_content_is_the_teams_and_its_answer_the_visitors(show: Show) -> None:
    """A visitor shows nothing, the team answers nothing, and a note holds none."""
    with pytest.raises(Refused, match="forbidden"):
        await show.visitor.say(show.conversation_id, "Tap me", content=TAPS)
    reply = Content(reply=ContentReply(uuid7(), "yes"))
    for content, fields in ((reply, {}), (Content(), {}), (TAPS, {"is_internal": True})):
        with pytest.raises(Refused, match="forbidden"):
            await show.bot.say(show.conversation_id, "Yes", content=content, **fields)


async def test_over_rest_it_is_the_same(show: Show) -> None:
    """A program shows what a bot shows, a visitor answers it as ever, and the same is refused."""
    path = f"/api/conversations/{show.conversation_id}/messages"
    await show.ada.post(path, {"id": str(uuid7()), "body": "Look", "content": msgspec.to_builtins(FORM)})
    line = await show.visitor.hears(told.MessagePosted, lambda each: each.body == "Look")
    assert line.content == FORM
    filled = await show.fills(line.id, GOOD)
    assert filled.content is not None
    assert filled.content.reply is not None
    assert filled.content.reply.values == GOOD
    reply = {"reply": {"message_id": str(line.id), "payload": "yes"}}
    twice = {"form": {"fields": [{"name": "a", "label": "x"}, {"name": "a", "label": "y"}]}}
    far = {"cards": [{"title": "x", "image_url": "https://evil.example/pixel.png"}]}
    for content, more, status in (
        # What only visitors say is nothing here.
        (reply, {}, 403), ({}, {}, 403), (far, {}, 422), (twice, {}, 422),
        (msgspec.to_builtins(TAPS), {"is_internal": True}, 403),
    ):  # fmt: skip
        assert show.ada.http is not None
        body = {"id": str(uuid7()), "body": "Look", "content": content, **more}
        url = show.ada.org.house.url(show.ada.node)
        async with show.ada.http.post(url + path, json=body, headers={"Origin": url}) as answer:
            assert answer.status == status, await answer.text()


@pytest.mark.parametrize(
    "content",
    [
        Content(quick_replies=[QuickReply("x")] * 11),
        Content(quick_replies=[QuickReply("x" * 81)]),
        Content(cards=[ContentCard("x", image_url="https://evil.example/pixel.png")]),
        Content(cards=[ContentCard("x", image_url="//evil.example/pixel.png")]),
        Content(cards=[ContentCard("x", buttons=[LinkButton("x", "javascript:alert(1)")])]),
        Content(cards=[ContentCard("x", buttons=[LinkButton("x", "/api/logout")])]),
        Content(form=ContentForm([])),
        Content(form=ContentForm([FormField("Admin Name", "x")])),
        Content(form=ContentForm([FormField("a", "x"), FormField("a", "y")])),
        Content(form=ContentForm([FormField("a", "x", "choice")])),
    ],
    ids=lambda each: str(each)[8:70],
)
async def test_what_is_shown_has_bounds(show: Show, content: Content) -> None:
    """In number, in length, and in where it leads."""
    frame = show.bot.draft(show.conversation_id, "Look", content=content)
    await show.bot.send(frame)
    with pytest.raises(Refused, match=r"malformed|invalid"):
        await show.bot.answer(frame.id)
