"""What conversations are about: a catalogue that leads keep, and what the team says of each conversation."""

from uuid import UUID

import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from tests.conftest import Cast
from tests.inbox import snapshot
from tests.people import Agent, Refused, eventually


async def _type(lead: Agent, code: str, name: str) -> str:
    made = await lead.post("/api/interaction-types", {"code": code, "name": name, "category": "support"})
    return str(made["id"])


async def test_what_a_conversation_is_about_is_the_team_s_and_counted(people: Cast) -> None:
    """Said once, said otherwise, taken back: the card has it, the interaction follows, the visitor hears nothing."""
    visitor, ada, mats = await people.visitor(), await people.agent("ada"), await people.agent("mats", node=1)
    parcel, bill = await _type(mats, "parcel", "Where is my parcel?"), await _type(mats, "bill", "A bill")
    conversation = await visitor.start()
    await ada.watch(conversation)

    async def say_about(version: int, type_id: str | None) -> None:
        await ada.decide(say.ClassifyConversation(uuid7(), conversation, version, UUID(type_id) if type_id else None))

    await say_about(1, parcel)
    said = await ada.hears(told.ConversationClassified)
    assert (said.interaction_type_name, said.version, said.turn, said.is_internal) == (
        "Where is my parcel?",
        2,
        0,
        True,
    )
    assert str((await snapshot(mats)).cards[conversation].interaction_type_id) == parcel
    with pytest.raises(Refused, match="the conversation has this type already"):
        await say_about(2, parcel)
    await say_about(2, bill)

    async def counted_under() -> list[str]:
        rows = (await ada.get(f"/api/conversations/{conversation}/interactions"))["items"]
        return [each["interaction_type_name"] for each in rows]

    async def is_bill() -> bool:
        return await counted_under() == ["A bill"]

    await eventually(is_bill)
    assert [each["id"] for each in (await ada.get(f"/api/interactions?interaction_type_id={bill}"))["items"]]
    assert (await ada.get(f"/api/interactions?interaction_type_id={parcel}"))["items"] == []
    await say_about(3, None)

    async def is_nothing() -> bool:
        return await counted_under() == [""]

    await eventually(is_nothing)
    await visitor.stored(await visitor.say(conversation, "Hello?"))
    assert not [each for each in visitor.heard if isinstance(each, told.ConversationClassified)]
    assert not [each for each in (await visitor.watch(conversation)).entries if "classified" in type(each).__name__]


async def test_what_was_removed_is_said_of_nothing_more(people: Cast) -> None:
    """What it was said of keeps it; its code may be used again."""
    visitor, mats = await people.visitor(), await people.agent("mats")
    parcel = await _type(mats, "parcel", "Where is my parcel?")
    conversation, other = await visitor.start(), await visitor.start()
    await mats.decide(say.ClassifyConversation(uuid7(), conversation, 1, UUID(parcel)))
    assert mats.http is not None
    url = people.org.house.url()
    body = {"code": "parcel", "name": "Again", "category": "sales"}
    async with mats.http.post(f"{url}/api/interaction-types", json=body, headers={"Origin": url}) as answer:
        assert (answer.status, (await answer.json())["message"]) == (409, "another interaction type has this code")
    async with mats.http.delete(f"{url}/api/interaction-types/{parcel}", headers={"Origin": url}) as answer:
        assert answer.status == 204
    with pytest.raises(Refused, match="there is no such interaction type"):
        await mats.decide(say.ClassifyConversation(uuid7(), other, 1, UUID(parcel)))
    assert str((await snapshot(mats)).cards[conversation].interaction_type_id) == parcel
    assert await _type(mats, "parcel", "Again") != parcel


async def test_interactions_are_found_by_what_is_asked_for(people: Cast) -> None:
    """Of a contact, of an agent, of a channel, of a time; page by page, the newest first."""
    visitor, other = await people.visitor(), await people.visitor()
    ada, ben = await people.agent("ada"), await people.agent("ben")
    first, second, third = await visitor.start(), await visitor.start(), await other.start()
    await ada.take(first, 1)
    await ben.take(second, 1)
    await ada.close(third, 1)

    async def found(query: str, path: str = "/api/interactions") -> list[str]:
        return [each["conversation_id"] for each in (await ada.get(f"{path}?{query}"))["items"]]

    async def is_held() -> bool:
        return await found(f"agent_id={ada.id}") == [str(first)] and await found("status=abandoned") == [str(third)]

    await eventually(is_held)
    whole = (await ada.get("/api/interactions"))["items"]
    assert [each["conversation_id"] for each in whole] == [str(each) for each in (third, second, first)]
    page = await ada.get("/api/interactions?limit=2")
    rest = await ada.get(f"/api/interactions?limit=2&cursor={page['next_cursor']}")
    assert (page["items"] + rest["items"], rest["next_cursor"]) == (whole, None)
    assert await found("", f"/api/contacts/{visitor.contact_id}/interactions") == [str(second), str(first)]
    middle = whole[1]["started_at"]
    assert await found(f"since={middle}") == [str(third), str(second)]
    assert await found(f"until={middle}") == [str(first)]
    assert await found(f"channel_id={people.org.channel_id}&mode=live_chat") == [
        each["conversation_id"] for each in whole
    ]
    assert await found("mode=bot") == []
    assert await found(f"channel_id={uuid7()}") == []
