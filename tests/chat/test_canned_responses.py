"""Canned responses, and with them what every plain table does over HTTP."""

from uuid import uuid4

from tests.browser import Browser, is_refusal
from tests.servers import House, Organization

PATH = "/api/canned-responses"


async def agent(house: House, org: Organization, name: str = "ada") -> Browser:
    """One of the organization's people, logged in."""
    return await Browser(house).logged_in(org.email(name))


async def test_a_text_is_made_changed_used_and_removed(house: House, org: Organization) -> None:
    """Only what is named changes; the event log tells who did what."""
    ada = await agent(house, org)
    made = await ada.post(PATH, {"name": "Greeting", "shortcut": "hi", "content": "Hello {{contact.first_name}}"})
    assert (made.status, made.json["use_count"], made.json["last_used_at"]) == (201, 0, None)
    one = f"{PATH}/{made.json['id']}"
    changed = await ada.ask("PATCH", one, {"content": "Good morning", "shortcut": None})
    assert changed.json == made.json | {"content": "Good morning", "shortcut": None}
    assert (await ada.post(f"{one}/use", None)).status == 204
    used = (await ada.get(one)).json
    assert used["use_count"] == 1
    assert used["last_used_at"] > 0
    assert (await ada.ask("DELETE", one)).status == 204
    assert is_refusal(await ada.get(one), 404, "not_found")
    assert is_refusal(await ada.ask("DELETE", one), 404, "not_found")
    assert is_refusal(await ada.post(f"{one}/use", None), 404, "not_found")
    rows = await house.rows(
        "select kind, subject_id, data from event where org_id = $1 and kind like 'canned%' order by id", org.id
    )
    assert [row["kind"].rpartition("_")[2] for row in rows] == ["created", "changed", "removed"]
    assert {str(row["subject_id"]) for row in rows} == {made.json["id"]}


async def test_one_shortcut_leads_to_one_text(house: House, org: Organization) -> None:
    """A second one is refused; a removed one gives its shortcut back."""
    ada = await agent(house, org)
    first = await ada.post(PATH, {"name": "One", "shortcut": "x", "content": "1"})
    second = await ada.post(PATH, {"name": "Two", "shortcut": "x", "content": "2"})
    assert is_refusal(second, 409, "conflict")
    assert second.json["message"] == "another canned response has this shortcut"
    other = await ada.post(PATH, {"name": "Two", "content": "2"})
    assert is_refusal(await ada.ask("PATCH", f"{PATH}/{other.json['id']}", {"shortcut": "x"}), 409, "conflict")
    await ada.ask("DELETE", f"{PATH}/{first.json['id']}")
    assert (await ada.ask("PATCH", f"{PATH}/{other.json['id']}", {"shortcut": "x"})).status == 200


async def test_a_long_list_comes_in_pages_and_can_be_searched(house: House, org: Organization) -> None:
    """Sorted by name, none twice and none missing, also where names are the same."""
    ada = await agent(house, org)
    for number in range(7):
        await ada.post(PATH, {"name": "Same" if number % 2 else f"No. {number}", "content": f"Text {number} 100% _"})
    seen, cursor = [], ""
    while True:
        page = (await ada.get(f"{PATH}?limit=2&cursor={cursor}")).json
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len({each["id"] for each in seen}) == 7
    assert [each["name"] for each in seen] == sorted(each["name"] for each in seen)
    assert [each["content"] for each in (await ada.get(f"{PATH}?q=tExt%203")).json["items"]] == ["Text 3 100% _"]
    assert (await ada.get(f"{PATH}?q=1%25%25")).json["items"] == []
    assert is_refusal(await ada.get(f"{PATH}?cursor=nonsense"), 422, "invalid")


async def test_whoever_saw_an_older_text_changes_nothing(house: House, org: Organization) -> None:
    """If-Match names what was seen; without it the last one wins."""
    ada, ben = await agent(house, org), await agent(house, org, "ben")
    one = f"{PATH}/{(await ada.post(PATH, {'name': 'Hours', 'content': '9 to 5'})).json['id']}"
    seen = (await ada.get(one)).headers["etag"]
    assert (await ben.ask("PATCH", one, {"content": "9 to 6"}, If_Match=seen)).status == 200
    for method, body in (("PATCH", {"content": "9 to 4"}), ("DELETE", None)):
        assert is_refusal(await ada.ask(method, one, body, If_Match=seen), 412, "conflict")
    now = await ada.get(one)
    assert now.json["content"] == "9 to 6"
    assert (await ada.get(one, If_None_Match=now.headers["etag"])).status == 304
    assert (await ada.ask("PATCH", one, {"content": "9 to 4"}, If_Match=now.headers["etag"])).status == 200
    assert (await ada.ask("PATCH", one, {"content": "9 to 3"})).status == 200


async def test_what_cannot_be_is_refused_by_its_field(house: House, org: Organization, other: Organization) -> None:
    """A wrong field is named; a team must be one's own; viewers only look."""
    ada = await agent(house, org)
    for body, field in (
        ({"name": "", "content": "x"}, "name"),
        ({"name": "x", "content": "x", "shortcut": "a b"}, "shortcut"),
        ({"name": "x", "content": "x", "team_id": str(uuid4())}, "team_id"),
    ):
        refused = await ada.post(PATH, body)
        assert is_refusal(refused, 422, "invalid")
        assert refused.json["field"] == field
    assert is_refusal(await ada.ask("PATCH", f"{PATH}/{uuid4()}", {}), 422, "invalid")
    vera = await agent(house, org, "vera")
    assert is_refusal(await vera.post(PATH, {"name": "x", "content": "x"}), 403, "forbidden")
    assert (await vera.get(PATH)).status == 200


async def test_a_request_sent_twice_makes_one(house: House, org: Organization) -> None:
    """The same key and body are answered the same; another body under it is refused."""
    ada = await agent(house, org)
    body = {"name": "Once", "content": "x"}
    first = await ada.post(PATH, body, Idempotency_Key="k1")
    again = await ada.post(PATH, body, Idempotency_Key="k1")
    assert (first.status, first.text) == (201, again.text)
    assert is_refusal(await ada.post(PATH, body | {"name": "Twice"}, Idempotency_Key="k1"), 422, "invalid")
    assert len((await ada.get(PATH)).json["items"]) == 1
    # A refused request has not used its key up.
    bad = {"name": "Team", "content": "x", "team_id": str(uuid4())}
    assert is_refusal(await ada.post(PATH, bad, Idempotency_Key="k2"), 422, "invalid")
    assert (await ada.post(PATH, bad | {"team_id": None}, Idempotency_Key="k2")).status == 201
