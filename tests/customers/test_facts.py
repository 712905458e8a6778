"""Facts over REST: what people and their systems note of conversations and contacts, as bots do over the socket."""

from server.core.ids import uuid7
from server.protocol import entries as told
from tests.browser import Browser, is_refusal
from tests.conftest import Cast
from tests.servers import House, Organization


async def test_facts_are_noted_without_a_socket(people: Cast, house: House) -> None:
    """The team hears of it as of a bot's, once however often it is asked; the visitor never."""
    visitor, agent = await people.visitor(), await people.agent(node=1)
    ada = await Browser(house).logged_in(people.org.email("ada"))
    conversation_id = await visitor.start()
    await agent.watch(conversation_id)
    one = f"/api/conversations/{conversation_id}"
    asked = {"id": str(uuid7()), "attributes": {"order": 1041}, "contact_attributes": {"plan": "gold"}}
    first = await ada.post(f"{one}/attributes", asked)
    again = await ada.post(f"{one}/attributes", asked)
    assert (first.status, again.json["seq"], again.json["is_repeated"]) == (200, first.json["seq"], True)
    heard = await agent.hears(told.AttributesSet)
    assert (heard.seq, heard.sender.kind, heard.attributes) == (first.json["seq"], "member", {"order": 1041})
    shown = (await ada.get(one)).json
    assert (shown["attributes"], shown["contact"]["attributes"]) == ({"order": 1041}, {"plan": "gold"})
    assert is_refusal(await ada.post(f"{one}/attributes", asked | {"id": str(uuid7())}), 409, "conflict")
    vera = await Browser(house).logged_in(people.org.email("vera"))
    assert is_refusal(await vera.post(f"{one}/attributes", asked | {"id": str(uuid7())}), 403, "forbidden")
    assert [each.id for each in agent.heard if isinstance(each, told.AttributesSet)] == [heard.id]
    assert not [each for each in visitor.heard if isinstance(each, told.AttributesSet)]


async def test_a_contact_has_facts_before_it_writes(house: House, org: Organization) -> None:
    """A shop's own system tells what it knows of somebody; what is told twice is no news, and there is an end to it."""
    ada = await Browser(house).logged_in(org.email("ada"))
    contact = (await ada.post("/api/contacts", {"name": "Zoë Keller"})).json
    one = f"/api/contacts/{contact['id']}"
    for facts in ({"plan": "gold", "since": 2024}, {"plan": "gold"}, {"since": None}):
        noted = await ada.post(f"{one}/attributes", {"attributes": facts})
        assert noted.status == 200, noted.text
    assert noted.json == (await ada.get(one)).json == contact | {"attributes": {"plan": "gold"}}
    for start in (0, 20):
        many = {f"fact_{start + number}": number for number in range(20)}
        assert (await ada.post(f"{one}/attributes", {"attributes": many})).status == 200
    many = {f"more_{number}": number for number in range(10)}
    assert is_refusal(await ada.post(f"{one}/attributes", {"attributes": many}), 422, "too_many")
    assert len((await ada.get(one)).json["attributes"]) == 41
    told_of = await house.rows(
        "select data from event where org_id = $1 and kind = 'contact_changed' order by id", org.id
    )
    assert [each["data"] for each in told_of] == [{"fields": ["attributes"]}] * 4
