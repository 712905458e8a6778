"""What a bot would say is a draft until somebody approves it: the visitor hears nothing before, and it once."""

import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from server.protocol.values import Answer, Citation
from tests.conftest import Cast
from tests.gateway.test_sight import limit
from tests.people import Refused, eventually
from tests.routing.drafts import DRAFT, Desk, never_heard, never_heard_yet, open_desk, set_up


@pytest.fixture
async def desk(people: Cast) -> Desk:
    """The bot on one node, Ada on the other."""
    return await open_desk(people)


async def test_what_is_approved_is_said_once(desk: Desk) -> None:
    """In the bot's name, under its own id, with all that belongs to it; whoever says it again gets the same number."""
    draft = await desk.drafts(citations=[Citation("Returns", url="/help/returns")], answer=Answer(0.8))
    waits = (await desk.ada.hears(hear.CollaborationChanged)).collaboration
    assert waits.draft is not None
    assert (waits.id, waits.draft.body, waits.coordinator_name, waits.outcome) == (draft.id, DRAFT, "Robbie", None)
    assert 59_000 < waits.deadline_at - waits.started_at < 61_000
    await never_heard_yet(desk)
    await desk.ada.send(desk.verdict(draft.id, "approve"))
    line = await desk.visitor.hears_line(DRAFT)
    assert (line.id, line.sender.kind, line.sender.id) == (draft.id, "bot", desk.bot.id)
    assert line.citations == draft.citations
    after = await desk.becomes(desk.bot, draft.id, "approved")
    assert [(each.agent_id, each.verdict) for each in after.contributions] == [(desk.ada.id, "approve")]
    await desk.bot.send(draft)
    first = await desk.bot.answer(draft.id)
    assert first.seq == line.seq
    await desk.ada.send(desk.verdict(draft.id, "approve"))
    await desk.visitor.say(desk.conversation_id, "Thanks")
    assert desk.visitor.lines(desk.conversation_id).count(DRAFT) == 1


async def test_an_edited_text_is_said_in_its_place(desk: Desk) -> None:
    """Under the same id; the draft and who changed it stay with the conversation."""
    draft = await desk.drafts()
    await desk.ada.send(desk.verdict(draft.id, "approve", "You can return it for 30 days."))
    line = await desk.visitor.hears_line("You can return it for 30 days.")
    assert line.id == draft.id
    await desk.bot.send(draft)
    assert (await desk.bot.answer(draft.id)).seq == line.seq
    (kept,) = await desk.read(desk.ada)
    assert (kept["draft"]["body"], kept["outcome"]) == (DRAFT, "edited")
    assert kept["contributions"][0]["agent_name"] == "Ada Agent"
    await never_heard(desk)


async def test_what_is_rejected_is_never_heard(desk: Desk) -> None:
    """The bot hears why, and what it says next is a draft of its own."""
    draft = await desk.drafts()
    await desk.ada.send(desk.verdict(draft.id, "reject", "Say until when."))
    rejected = await desk.becomes(desk.bot, draft.id, "rejected")
    assert [each.body for each in rejected.contributions] == ["Say until when."]
    await desk.bot.send(draft)
    second = await desk.drafts("For 30 days.")
    await desk.ada.send(desk.verdict(second.id, "approve"))
    await desk.visitor.hears_line("For 30 days.")
    await never_heard(desk)


async def test_what_was_approved_is_sure_enough(people: Cast, desk: Desk) -> None:
    """However unsure the bot was: it goes on, until the visitor asks for a person."""
    await set_up(people, desk.bot, {"type": "verification"}, handoff_threshold=0.9)
    draft = await desk.drafts(answer=Answer(0.1))
    await desk.ada.send(desk.verdict(draft.id, "approve"))
    await desk.visitor.hears_line(DRAFT)
    await desk.visitor.say(desk.conversation_id, "I want to talk to a human")
    await desk.bot.hears(hear.ConversationLeft)
    handed = (await desk.ada.get(f"/api/conversations/{desk.conversation_id}/handoffs"))["handoffs"]
    assert [each["reason_code"] for each in handed] == ["user_request"]


async def test_whose_words_are_rejected_again_and_again_people_answer(desk: Desk) -> None:
    """The sixth draft for one word of the visitor's is theirs to see; none of the six was heard."""
    for number in range(6):
        draft = await desk.drafts(f"{DRAFT} {number}")
        if number < 5:
            await desk.ada.send(desk.verdict(draft.id, "reject", "No."))
            await desk.becomes(desk.bot, draft.id, "rejected")
    await desk.bot.hears(hear.ConversationLeft)
    (handed,) = (await desk.ada.get(f"/api/conversations/{desk.conversation_id}/handoffs"))["handoffs"]
    assert (handed["reason_code"], handed["state"]["draft"]) == ("policy", f"{DRAFT} 5")
    await never_heard(desk)


async def test_a_draft_nobody_decides_about_goes_to_people(people: Cast, desk: Desk) -> None:
    """With what the bot would have said; the bot's own deadline has nothing to do with it."""
    await set_up(people, desk.bot, {"type": "verification", "seconds": 4}, answer_seconds=2)
    draft = await desk.drafts()
    await desk.becomes(desk.bot, draft.id, "expired")
    (handed,) = (await desk.ada.get(f"/api/conversations/{desk.conversation_id}/handoffs"))["handoffs"]
    assert (handed["reason_code"], handed["state"]["draft"]) == ("policy", DRAFT)
    await desk.bot.hears(hear.ConversationLeft)
    await desk.ada.send(desk.verdict(draft.id, "approve"))
    await never_heard(desk)


async def test_a_draft_is_outdated_by_the_visitor_and_by_people(desk: Desk) -> None:
    """Whoever approves it afterwards hears so, and nothing is said."""
    first = await desk.drafts()
    await desk.visitor.say(desk.conversation_id, "Or a pot?")
    await desk.becomes(desk.bot, first.id, "outdated")
    second = await desk.drafts("Yes.")
    await desk.ada.take(desk.conversation_id, 2)
    await desk.becomes(desk.ada, second.id, "outdated")
    for each in (first, second):
        await desk.ada.send(desk.verdict(each.id, "approve"))
    with pytest.raises(Refused, match="stale_turn"):
        await desk.bot.say(desk.conversation_id, "Let me", turn=second.turn)
    await never_heard(desk)
    assert "Yes." not in desk.visitor.lines(desk.conversation_id)


async def test_two_who_approve_at_once_say_it_once(people: Cast, desk: Desk) -> None:
    """On two nodes, with two texts: one of them counts, and both hear which."""
    ben = await people.agent("ben", node=1)
    await ben.watch(desk.conversation_id)
    draft = await desk.drafts()
    for who, text in ((desk.ada, "For 30 days."), (ben, "For 14 days.")):
        await who.send(desk.verdict(draft.id, "approve", text))
    ends = [(await desk.becomes(who, draft.id, "edited")).contributions for who in (desk.ada, ben)]
    assert ends[0] == ends[1]
    assert len(ends[0]) == 1
    await desk.visitor.hears(told.MessagePosted, lambda each: each.id == draft.id)
    await desk.visitor.say(desk.conversation_id, "Thanks")
    assert [each for each in desk.visitor.lines(desk.conversation_id) if each.startswith("For")] == [ends[0][0].body]


async def test_nothing_leaks_while_it_waits(desk: Desk) -> None:
    """Neither partial texts nor edits of what was approved reach the visitor; notes go their way."""
    draft = await desk.drafts()
    turn = draft.turn or 0
    await desk.bot.send(say.ShowPartial(draft.id, desk.conversation_id, turn, DRAFT))
    await desk.ada.send(desk.verdict(draft.id, "approve", "For 30 days."))
    await desk.visitor.hears_line("For 30 days.")
    edit = say.EditMessage(uuid7(), desk.conversation_id, draft.id, DRAFT)
    await desk.bot.send(edit)
    with pytest.raises(Refused, match="forbidden"):
        await desk.bot.answer(edit.id)
    await desk.bot.say(desk.conversation_id, "Approved by Ada", is_internal=True)
    await never_heard(desk)


async def test_the_inbox_shows_what_waits_for_approval(people: Cast, desk: Desk) -> None:
    """The card has the deadline while it waits, live and when it is loaded."""
    await desk.ada.watch(None)
    draft = await desk.drafts()

    def waits(frame: told.InboxChanged) -> bool:
        return frame.card.conversation_id == desk.conversation_id and frame.card.approval_deadline_at is not None

    await desk.ada.hears(told.InboxChanged, waits)
    (card,) = (await desk.ada.get("/api/inbox"))["cards"]
    assert card["approval_deadline_at"]
    await desk.ada.send(desk.verdict(draft.id, "reject", "No."))

    async def is_over() -> bool:
        (now,) = (await desk.ada.get("/api/inbox"))["cards"]
        return "approval_deadline_at" not in now

    await eventually(is_over)


async def test_who_may_not_see_or_write_may_not_approve(people: Cast, desk: Desk) -> None:
    """Viewers, whoever sees only what is their own, and other bots; and nobody under a wrong conversation."""
    draft = await desk.drafts()
    vera = await people.agent("vera")
    frame = desk.verdict(draft.id, "approve")
    await vera.send(frame)
    with pytest.raises(Refused, match="forbidden"):
        await vera.answer(draft.id)
    ben = await people.agent("ben", node=1)
    await limit(people, ben, "queue.read")
    await ben.send(frame)
    with pytest.raises(Refused, match="not_found"):
        await ben.answer(draft.id)
    await desk.bot.send(frame)
    with pytest.raises(Refused, match="not_found"):
        await desk.bot.answer(draft.id)
    elsewhere = await desk.visitor.start()
    await desk.ada.send(say.Contribute(draft.id, elsewhere, verdict="approve"))
    with pytest.raises(Refused, match="not_found"):
        await desk.ada.answer(draft.id)
    await never_heard(desk)


async def test_an_id_is_one_bots(people: Cast, desk: Desk) -> None:
    """A draft under the id of another message is refused."""
    draft = await desk.drafts()
    elsewhere = await desk.visitor.start()
    held = await desk.bot.given(elsewhere, desk.ada)
    await desk.bot.send(say.PostMessage(draft.id, elsewhere, "Elsewhere", turn=held.turn))
    with pytest.raises(Refused, match="id_taken"):
        await desk.bot.answer(draft.id)
