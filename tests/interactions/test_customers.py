"""What is counted for a customer, also when it turns out later whose a conversation was."""

from typing import Any

from tests.conftest import Cast
from tests.people import Agent, eventually
from tests.servers import House


async def _patch(lead: Agent, path: str, **fields: Any) -> None:
    assert lead.http is not None
    url = lead.org.house.url()
    async with lead.http.patch(f"{url}{path}", json=fields, headers={"Origin": url}) as answer:
        assert answer.status == 200, await answer.text()


async def test_a_customer_has_the_contacts_of_before(people: Cast, house: House) -> None:
    """Somebody is given to a customer, and then to another one: the totals go along, and nothing is counted twice."""
    visitor, ada = await people.visitor(), await people.agent("ada")
    first, second = await visitor.start(), await visitor.start()
    for conversation in (first, second):
        await ada.take(conversation, 1)
    await ada.stored(await ada.say(first, "Here you are."))
    await ada.close(first, 2)
    await ada.close(second, 2)
    one = (await ada.post("/api/customers", {"name": "One"}))["id"]
    two = (await ada.post("/api/customers", {"name": "Two"}))["id"]

    async def totals() -> list[tuple[int, int]]:
        rows = await house.rows(
            "select total_interactions, successful_interactions from customer where org_id = $1 order by name",
            people.org.id,
        )
        return [tuple(row.values()) for row in rows]

    async def are(*expected: tuple[int, int]) -> None:
        async def so() -> bool:
            return await totals() == list(expected)

        await eventually(so)

    await _patch(ada, f"/api/contacts/{visitor.contact_id}", customer_id=one)
    await are((2, 1), (0, 0))
    await _patch(ada, f"/api/contacts/{visitor.contact_id}", customer_id=two)
    await are((0, 0), (2, 1))
    await _patch(ada, f"/api/contacts/{visitor.contact_id}", customer_id=None)
    await are((0, 0), (0, 0))
    found = (await ada.get(f"/api/contacts/{visitor.contact_id}/interactions"))["items"]
    assert [(each["customer_id"], each["status"]) for each in found] == [(None, "abandoned"), (None, "completed")]
