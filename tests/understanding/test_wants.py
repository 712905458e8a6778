"""What an intent brings with it: what a conversation is about, and how urgent it is, until somebody says otherwise."""

from typing import Any
from uuid import UUID

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from tests.conftest import Cast
from tests.people import Agent

# The process that knows meanings takes seconds to start, and stands back behind everything else on a busy machine.
LONG = 200
BROKEN = "My plant arrived broken"


async def _card(agent: Agent, conversation_id: UUID) -> Any:
    return (await agent.get(f"/api/conversations/{conversation_id}"))["card"]


async def test_what_is_wanted_says_what_it_is_about_and_how_urgent(people: Cast) -> None:
    """By itself and once; whatever a person says of it, before or after, stands."""
    visitor, ada, mats = await people.visitor(), await people.agent(), await people.agent("mats")
    about = await mats.post("/api/interaction-types", {"code": "damage", "name": "Damage", "category": "support"})
    examples = [BROKEN, "The pot has a crack", "Everything in the parcel was smashed", "It came damaged"]
    body = {"name": "Damage", "examples": examples, "interaction_type_id": about["id"], "priority": 4}
    made = await mats.post("/api/intents", body)
    assert (made["interaction_type_id"], made["priority"]) == (about["id"], 4)
    plain, said_before = await visitor.start(), await visitor.start()
    for each in (plain, said_before):
        await ada.watch(each)
    await ada.decide(say.PrioritizeConversation(uuid7(), said_before, 1, 2))
    await visitor.say(plain, BROKEN)
    urgent = await ada.hears(told.ConversationPrioritized, lambda each: each.conversation_id == plain, patience=LONG)
    sorted_ = await ada.hears(told.ConversationClassified, lambda each: each.conversation_id == plain)
    assert (urgent.priority, urgent.previous, urgent.sender.kind) == (4, 3, "system")
    assert (sorted_.interaction_type_name, sorted_.sender.kind) == ("Damage", "system")
    version = (await _card(ada, plain))["version"]
    await ada.decide(say.PrioritizeConversation(uuid7(), plain, version, 1))
    await ada.decide(say.ClassifyConversation(uuid7(), plain, version + 1))
    await visitor.stored(await visitor.say(plain, "The pot has a crack"))
    # Messages are understood in their order: when this one is, the other one was.
    await visitor.say(said_before, BROKEN)
    await ada.hears(told.ConversationClassified, lambda each: each.conversation_id == said_before, patience=LONG)
    cards = [await _card(ada, each) for each in (plain, said_before)]
    assert [(each["priority"], each.get("interaction_type_id")) for each in cards] == [(1, None), (2, about["id"])]


async def test_what_cannot_wait_stays_first(people: Cast) -> None:
    """An intent that is less urgent takes nothing back."""
    visitor, ada, mats = await people.visitor(), await people.agent(), await people.agent("mats")
    sentence = "There is a fire in your greenhouse, this is an emergency"
    about = await mats.post("/api/interaction-types", {"code": "fire", "name": "Fire", "category": "support"})
    body = {"name": "Fire", "examples": [sentence], "interaction_type_id": about["id"], "priority": 2}
    await mats.post("/api/intents", body)
    conversation_id = await visitor.start()
    await ada.watch(conversation_id)
    await visitor.say(conversation_id, sentence)
    # Behind the priority, in the same transaction.
    await ada.hears(told.ConversationClassified, patience=LONG)
    assert [each.priority for each in ada.heard if isinstance(each, told.ConversationPrioritized)] == [5]
    assert (await _card(ada, conversation_id))["priority"] == 5
