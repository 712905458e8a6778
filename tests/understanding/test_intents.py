"""Intents are the company's own: taught by examples, tried in settings, and found in what visitors write."""

from functools import partial
from typing import Any
from uuid import UUID

from tests.conftest import Cast
from tests.people import Agent, eventually

ORDERS = {
    "name": "Order status",
    "examples": ["Where is my order?", "When will my parcel arrive?", "Track my shipment"],
}
REFUNDS = {"name": "Refund", "examples": ["I want my money back", "How do I get a refund?", "Please reimburse me"]}


async def test_what_visitors_want_is_found_in_other_words_and_languages(people: Cast) -> None:
    """On the message and for the conversation; what is none of it has none."""
    visitor, mats = await people.visitor(), await people.agent("mats")
    for each in (ORDERS, REFUNDS):
        await mats.post("/api/intents", each)
    conversation = await visitor.start()
    parcel = await visitor.say(conversation, "Wann kommt mein Paket?")
    dog = await visitor.say(conversation, "My dog likes the weather in Paris")
    known = await _understood(people, parcel.id)
    assert known["intent"] == "Order status"
    assert 0.5 <= known["intent_confidence"] <= 1
    assert (await _understood(people, dog.id))["intent"] is None
    query = "select primary_intent from conversation where org_id = $1 and id = $2 and primary_intent is not null"
    (row,) = await eventually(lambda: people.org.house.rows(query, people.org.id, conversation))
    assert row["primary_intent"] == "Order status"


async def test_new_examples_count_for_new_messages(people: Cast) -> None:
    """At once and without a restart; what is switched off or removed is not found any more."""
    visitor, mats = await people.visitor(), await people.agent("mats")
    made = await mats.post("/api/intents", REFUNDS)
    conversation = await visitor.start()
    sentence = "The opening hours of the showroom, please"
    before = await visitor.say(conversation, sentence)
    assert (await _understood(people, before.id))["intent"] is None
    await mats.change(f"/api/intents/{made['id']}", {"name": "Visit", "examples": ["When is your showroom open?"]})
    after = await visitor.say(conversation, sentence)
    assert (await _understood(people, after.id))["intent"] == "Visit"
    await mats.change(f"/api/intents/{made['id']}", {"is_active": False})
    at_last = await visitor.say(conversation, sentence)
    assert (await _understood(people, at_last.id))["intent"] is None


async def test_a_sentence_is_tried_before_a_visitor_writes_it(people: Cast) -> None:
    """With how sure that is; by everybody of the team, with nothing kept."""
    ada, mats = await people.agent(), await people.agent("mats")
    await mats.post("/api/intents", ORDERS)
    tried = await eventually(partial(_tried, ada, "Dónde está mi pedido?"), patience=200)
    assert (tried["intent"], tried["language"], tried["urgency"]) == ("Order status", "es", "medium")
    assert 0.5 <= tried["intent_confidence"] <= 1
    other = await ada.post("/api/intents/try", {"text": "Thanks a lot, you are wonderful!"})
    assert (other["intent"], other["nearest_intent"], other["emotion"]) == ("", "Order status", "joy")
    assert other["sentiment"] > 0.25
    short = await ada.post("/api/intents/try", {"text": "4711", "locale": "de-CH"})
    assert (short["language"], short["language_confidence"]) == ("de", 0)


async def _tried(ada: Agent, text: str) -> Any:
    """What is understood; nothing while the process that knows meanings starts on a busy machine."""
    try:
        return await ada.post("/api/intents/try", {"text": text})
    except AssertionError as refused:
        assert "unavailable" in str(refused)
        return None


async def _understood(people: Cast, message_id: UUID) -> Any:
    query = (
        "select intent, intent_confidence::float8 from message where org_id = $1 and id = $2 and urgency is not null"
    )
    return (await eventually(lambda: people.org.house.rows(query, people.org.id, message_id), patience=200))[0]
