"""What a visitor's words bring about: a person in place of a bot, the first place in the queue, and marks."""

from functools import partial
from typing import Any
from uuid import UUID

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from tests.conftest import Cast
from tests.machines import Bot
from tests.people import Agent, Visitor, eventually
from tests.routing.bots import answer, first_bot, held
from tests.servers import House, Organization

# The process that knows meanings takes seconds to start, and stands back behind everything else on a busy machine.
LONG = 200


async def understood(org: Organization, message_id: UUID) -> Any:
    """What is known of a message, as soon as it is."""
    query = (
        "select intent, sentiment::float8, urgency, emotion, language from message"
        " where org_id = $1 and id = $2 and urgency is not null"
    )
    return (await eventually(lambda: org.house.rows(query, org.id, message_id), patience=LONG))[0]


async def prioritized(org: Organization, conversation_id: UUID) -> list[Any]:
    """Who said how urgent a conversation is."""
    query = (
        "select actor_kind, (data->>'priority')::int as priority from event where org_id = $1 and conversation_id = $2"
        " and kind = 'conversation_prioritized' order by id"
    )
    return [tuple(row.values()) for row in await org.house.rows(query, org.id, conversation_id)]


async def test_an_angry_german_reaches_a_person(people: Cast) -> None:
    """A question is the bot's; an outburst is not, in whatever language."""
    bot, visitor, ada = await people.bot(), await people.visitor(), await people.agent()
    await _is_patient_with(people, bot)
    await first_bot(bot)
    conversation = await visitor.start()
    turn = (await held(bot, conversation)).turn
    asked = await visitor.say(conversation, "Welche Zahlungsarten gibt es bei Ihnen?")
    known = await understood(people.org, asked.id)
    assert (known["urgency"], known["emotion"], known["language"]) == ("low", "neutral", "de")
    await answer(bot, conversation, "Karte und Rechnung.", turn)
    await visitor.say(conversation, "Ich habe die Nase voll, das ist der schlechteste Kundendienst überhaupt!")
    await visitor.hears(told.ConversationReleased, patience=LONG)
    (handoff,) = (await ada.get(f"/api/conversations/{conversation}/handoffs"))["handoffs"]
    assert (handoff["reason_code"], handoff["from_agent_id"]) == ("sentiment", str(bot.id))


async def test_a_bot_may_bear_more(people: Cast) -> None:
    """At -1 it keeps whoever is angry; what asks for a person in words still works."""
    bot, visitor, owner = await people.bot(), await people.visitor(), await people.agent("olga")
    await owner.change(f"/api/bots/{bot.id}", {"handoff_sentiment": -1, "answer_seconds": 600})
    await first_bot(bot)
    conversation = await visitor.start()
    await held(bot, conversation)
    for words in ("I am furious, this is the worst service I have ever seen", "I hate you, you are the worst of all"):
        angry = await visitor.say(conversation, words)
        assert (await understood(people.org, angry.id))["sentiment"] < -0.5
    await _moods_are_followed(people)
    await visitor.say(conversation, "I want to talk to a human")
    await visitor.hears(told.ConversationReleased, patience=LONG)
    (handoff,) = (await owner.get(f"/api/conversations/{conversation}/handoffs"))["handoffs"]
    assert handoff["reason_code"] == "user_request"


async def test_a_critical_word_jumps_the_queue(people: Cast) -> None:
    """It is served before whoever waits longer; the team sees that no person did it, the visitor sees nothing."""
    patient, burning, ada = await people.visitor(), await people.visitor(), await people.agent()
    first, second = await patient.start(), await burning.start()
    await patient.say(first, "Hello")
    await ada.watch(None)
    await ada.watch(second)
    await burning.say(second, "Hilfe, das Gerät brennt!")
    raised = await ada.hears(told.ConversationPrioritized, lambda each: each.conversation_id == second, patience=LONG)
    assert (raised.priority, raised.previous, raised.sender.kind, raised.is_internal) == (5, 3, "system", True)
    card = await ada.hears(
        told.InboxChanged, lambda each: each.card.conversation_id == second and each.card.priority == 5
    )
    waiting = await ada.hears(told.InboxChanged, lambda each: each.card.conversation_id == first)
    assert card.card.serve_at is not None
    assert waiting.card.serve_at is not None
    assert card.card.serve_at < waiting.card.serve_at
    assert not [each for each in burning.heard if isinstance(each, told.ConversationPrioritized)]


async def test_who_lowers_it_has_the_last_word(people: Cast) -> None:
    """What was critical raises the priority once, and an edit of it does not raise it again."""
    visitor, ada = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    await ada.watch(conversation)
    said = await visitor.say(conversation, "My account was hacked!")
    raised = await ada.hears(told.ConversationPrioritized, patience=LONG)
    await ada.decide(say.PrioritizeConversation(uuid7(), conversation, raised.version, 2))
    await visitor.send(say.EditMessage(uuid7(), conversation, said.id, "My account was hacked yesterday!"))
    await ada.hears(told.MessageEdited)
    after = await visitor.say(conversation, "Hello?")
    await understood(people.org, after.id)
    await understood(people.org, said.id)
    assert await prioritized(people.org, conversation) == [("system", 5), ("member", 2)]


async def test_a_persons_word_is_newer_than_what_is_understood_later(people: Cast, house: House) -> None:
    """What waited for a worker to read it raises nothing after somebody has said how urgent it is."""
    visitor, ada = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    known = (await ada.watch(conversation)).summary
    assert known is not None
    for worker in house.workers:
        worker.kill()
    said = await visitor.say(conversation, "My account was hacked!")
    await ada.decide(say.PrioritizeConversation(uuid7(), conversation, known.version, 2))
    for worker in house.workers:
        worker.start()
    assert (await understood(people.org, said.id))["urgency"] == "critical"
    await _moods_are_followed(people)
    assert await prioritized(people.org, conversation) == [("member", 2)]


async def test_the_team_sees_the_mood_and_a_deleted_message_has_none(people: Cast) -> None:
    """On the card and in the interaction; the visitor hears of none of it."""
    visitor, ada = await people.visitor(), await people.agent()
    await ada.watch(None)
    conversation = await visitor.start()
    said = await visitor.say(conversation, "I am so disappointed, the vase arrived in pieces")
    card = await _card(ada, conversation, "sadness")
    assert card.sentiment_avg is not None
    assert card.sentiment_avg < -0.25
    interaction = await eventually(lambda: _interaction(ada, conversation))
    assert interaction["sentiment"] < -0.25
    await visitor.send(say.DeleteMessage(uuid7(), conversation, said.id))
    assert (await _card(ada, conversation, "")).sentiment_avg is None
    query = "select sentiment, urgency, emotion, language, intent from message where org_id = $1 and id = $2"
    (row,) = await people.org.house.rows(query, people.org.id, said.id)
    assert set(row.values()) == {None}
    assert not any(word in str(each) for each in visitor.heard for word in ("sadness", "sentiment", "urgency"))


async def test_a_worker_killed_in_between_changes_nothing(people: Cast, house: House) -> None:
    """Each message is understood, and what follows from it happens once."""
    visitors = [await people.visitor() for _ in range(4)]
    started = [(visitor, await visitor.start()) for visitor in visitors]
    said = [await _says(*each, number) for number in range(5) for each in started]
    for worker in house.workers:
        worker.kill()
        said += [await _says(*each, number) for number in range(5, 8) for each in started]
        worker.start()
    for each in said:
        await understood(people.org, each.id)
    for _, conversation in started:
        await eventually(partial(prioritized, people.org, conversation))
        assert await prioritized(people.org, conversation) == [("system", 5)]


async def _is_patient_with(people: Cast, bot: Bot) -> None:
    """Nobody else is asked while the machine is busy."""
    owner = await people.agent("olga")
    await owner.change(f"/api/bots/{bot.id}", {"answer_seconds": 600})


async def _moods_are_followed(people: Cast) -> None:
    """Whatever was understood before has had its consequences: what is said now has them."""
    visitor = await people.visitor()
    conversation = await visitor.start()
    await _says(visitor, conversation, 0)
    await eventually(partial(prioritized, people.org, conversation), patience=LONG)


async def _says(visitor: Visitor, conversation_id: UUID, number: int) -> hear.Accepted:
    return await visitor.say(conversation_id, f"The charger caught fire ({number})")


async def _card(ada: Agent, conversation_id: UUID, emotion: str) -> Any:
    """The card as it is now, once it shows this feeling."""

    async def last() -> list[Any]:
        cards = [each.card for each in ada.heard if isinstance(each, told.InboxChanged)]
        own = [each for each in cards if each.conversation_id == conversation_id and each.message_count]
        return [each for each in own[-1:] if each.emotion == emotion]

    return (await eventually(last, patience=LONG))[0]


async def _interaction(ada: Agent, conversation_id: UUID) -> Any:
    found = await ada.get(f"/api/conversations/{conversation_id}/interactions")
    return next((each for each in found["items"] if each["sentiment"] is not None), None)
