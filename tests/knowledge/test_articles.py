"""Articles: written, published, put away, and never lost."""

import asyncio

from tests.browser import Answer, Browser, is_refusal
from tests.servers import House, Organization

PATH = "/api/knowledge/articles"
RETURNS = {"title": "How do I return a plant?", "content": "Within thirty days, with its pot."}


async def somebody(house: House, org: Organization, name: str = "mats") -> Browser:
    """One of the organization's people, logged in: a manager, who writes articles."""
    return await Browser(house).logged_in(org.email(name))


async def versions(who: Browser, article_id: str) -> list[tuple[int, str]]:
    found = (await who.get(f"{PATH}/{article_id}/versions")).json["items"]
    return [(each["version"], each["content"]) for each in found]


async def test_every_text_that_an_article_had_is_kept(house: House, org: Organization) -> None:
    """The title and the content make a version, each with its reason; what else is changed makes none."""
    mats = await somebody(house, org)
    made = (await mats.post(PATH, RETURNS)).json
    assert (made["version"], made["status"], made["slug"]) == (1, "draft", "how-do-i-return-a-plant")
    one = f"{PATH}/{made['id']}"
    changed = await mats.ask("PATCH", one, {"content": "Within sixty days.", "change_note": "new terms"})
    assert changed.json["version"] == 2
    assert (await mats.ask("PATCH", one, {"tags": ["Returns", "returns"]})).json["tags"] == ["returns"]
    assert await versions(mats, made["id"]) == [(2, "Within sixty days."), (1, RETURNS["content"])]
    newest = (await mats.get(f"{one}/versions?limit=1")).json
    assert (newest["items"][0]["change_note"], newest["items"][0]["changed_by"]) == ("new terms", made["author_id"])
    older = (await mats.get(f"{one}/versions?limit=1&cursor={newest['next_cursor']}")).json
    assert ([each["version"] for each in older["items"]], older["next_cursor"]) == ([1], None)


async def test_what_was_can_be_again(house: House, org: Organization) -> None:
    """Going back makes a version of its own; to what it is already, it makes none."""
    mats = await somebody(house, org)
    made = (await mats.post(PATH, RETURNS)).json
    one = f"{PATH}/{made['id']}"
    await mats.ask("PATCH", one, {"title": "Returns", "content": "Never."})
    back = (await mats.post(f"{one}/restore", {"version": 1})).json
    assert (back["title"], back["content"], back["version"]) == (RETURNS["title"], RETURNS["content"], 3)
    assert (await mats.post(f"{one}/restore", {"version": 1})).json["version"] == 3
    assert [number for number, _ in await versions(mats, made["id"])] == [3, 2, 1]
    assert is_refusal(await mats.post(f"{one}/restore", {"version": 9}), 404, "not_found")


async def test_two_who_write_at_once_make_two_versions(house: House, org: Organization) -> None:
    """Neither text is lost; whoever says which state was meant is told that it is another one by now."""
    mats, olga = await somebody(house, org), await somebody(house, org, "olga")
    first = await mats.post(PATH, RETURNS)
    one = f"{PATH}/{first.json['id']}"
    seen = (await mats.get(one)).headers["etag"]
    await asyncio.gather(mats.ask("PATCH", one, {"content": "Mats"}), olga.ask("PATCH", one, {"content": "Olga"}))
    found = await versions(mats, first.json["id"])
    assert [number for number, _ in found] == [3, 2, 1]
    assert {text for _, text in found[:2]} == {"Mats", "Olga"}
    assert is_refusal(await mats.ask("PATCH", one, {"content": "Again"}, If_Match=seen), 412, "conflict")


async def test_an_article_is_for_whom_its_status_and_visibility_say(house: House, org: Organization) -> None:
    """Agents read what is published for the team; drafts and private ones are for those who write."""
    mats, ada = await somebody(house, org), await somebody(house, org, "ada")
    one = (await mats.post(PATH, RETURNS)).json["id"]

    async def read() -> Answer:
        return await ada.get(f"{PATH}/{one}")

    async def become(**change: str) -> Answer:
        return await mats.ask("PATCH", f"{PATH}/{one}", change)

    assert is_refusal(await read(), 404, "not_found")
    published = await become(status="published", visibility="internal")
    assert published.json["published_at"] > 0
    assert (await read()).status == 200
    assert [each["id"] for each in (await ada.get(PATH)).json["items"]] == [one]
    await become(visibility="private")
    assert is_refusal(await read(), 404, "not_found")
    await become(visibility="public", status="archived")
    assert is_refusal(await read(), 404, "not_found")
    assert (await ada.get(PATH)).json["items"] == []
    assert [each["id"] for each in (await mats.get(f"{PATH}?status=archived")).json["items"]] == [one]
    assert is_refusal(await ada.get(f"{PATH}/{one}/versions"), 403, "forbidden")
    assert is_refusal(await ada.ask("PATCH", f"{PATH}/{one}", {"title": "Mine"}), 403, "forbidden")


async def test_an_empty_page_is_not_published(house: House, org: Organization) -> None:
    """Neither at once nor by emptying it later."""
    mats = await somebody(house, org)
    refused = await mats.post(PATH, {"title": "Soon", "status": "published", "content": " \n"})
    assert is_refusal(refused, 422, "invalid")
    assert refused.json["field"] == "content"
    one = (await mats.post(PATH, {**RETURNS, "status": "published"})).json["id"]
    assert is_refusal(await mats.ask("PATCH", f"{PATH}/{one}", {"content": ""}), 422, "invalid")


async def test_one_address_leads_to_one_article_in_a_language(house: House, org: Organization) -> None:
    """Made from the title it gets a number; chosen by hand it is refused; a removed article gives it back."""
    mats = await somebody(house, org)
    first = (await mats.post(PATH, RETURNS)).json
    assert (await mats.post(PATH, RETURNS)).json["slug"] == f"{first['slug']}-2"
    assert (await mats.post(PATH, {**RETURNS, "language": "de"})).json["slug"] == first["slug"]
    taken = await mats.post(PATH, {**RETURNS, "slug": first["slug"]})
    assert is_refusal(taken, 409, "conflict")
    assert taken.json["field"] == "slug"
    assert (await mats.ask("DELETE", f"{PATH}/{first['id']}")).status == 204
    assert is_refusal(await mats.get(f"{PATH}/{first['id']}"), 404, "not_found")
    assert (await mats.post(PATH, {**RETURNS, "slug": first["slug"]})).status == 201
    assert (await mats.post(PATH, {**RETURNS, "title": "部落格"})).json["slug"] == "article"


async def test_the_list_is_narrowed_and_comes_in_pages(house: House, org: Organization) -> None:
    """Those first that were worked on last; none twice and none missing."""
    mats = await somebody(house, org)
    made = [(await mats.post(PATH, {**RETURNS, "title": f"Article {n}"})).json["id"] for n in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = (await mats.get(f"{PATH}?limit=2&cursor={cursor}")).json
        seen += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert seen == made[::-1]
    assert [each["id"] for each in (await mats.get(f"{PATH}?q=ARTICLE%203")).json["items"]] == [made[3]]
    assert (await mats.get(f"{PATH}?language=de")).json["items"] == []


async def test_what_lay_in_a_removed_category_lies_above_it(house: House, org: Organization) -> None:
    """Children and articles stay; nothing is put into what is gone, nor a category into itself."""
    mats = await somebody(house, org)
    path = "/api/knowledge/categories"
    top = (await mats.post(path, {"name": "Plants"})).json["id"]
    middle = (await mats.post(path, {"name": "Indoors", "parent_id": top})).json["id"]
    leaf = (await mats.post(path, {"name": "Ferns", "parent_id": middle})).json["id"]
    article = (await mats.post(PATH, {**RETURNS, "category_id": middle})).json["id"]
    ring = await mats.ask("PATCH", f"{path}/{top}", {"parent_id": leaf})
    assert is_refusal(ring, 422, "invalid")
    assert (ring.json["message"], ring.json["field"]) == ("a category cannot lie within itself", "parent_id")
    assert (await mats.ask("DELETE", f"{path}/{middle}")).status == 204
    assert (await mats.get(f"{path}/{leaf}")).json["parent_id"] == top
    assert (await mats.get(f"{PATH}/{article}")).json["category_id"] == top
    assert is_refusal(await mats.ask("PATCH", f"{path}/{leaf}", {"parent_id": middle}), 422, "invalid")
    assert is_refusal(await mats.ask("PATCH", f"{PATH}/{article}", {"category_id": middle}), 422, "invalid")
    at_once = await asyncio.gather(
        mats.ask("PATCH", f"{path}/{top}", {"parent_id": leaf}),
        mats.ask("PATCH", f"{path}/{leaf}", {"parent_id": None}),
    )
    assert at_once[1].status == 200
