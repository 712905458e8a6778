"""The search: whoever asks in other words, another language or with a slip finds the article, and nobody too much."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from server.core.auth import Actor
from server.core.config import read_settings
from server.core.db import Db, open_db
from server.core.embedding import Embedder
from server.core.ids import uuid7
from server.core.jobs import Job, Means
from server.domain.knowledge.articles import INDEX
from server.domain.knowledge.index import index_article
from server.domain.knowledge.search import search
from tests.browser import Browser
from tests.knowledge.test_articles import PATH, somebody
from tests.people import eventually
from tests.servers import House, Organization

ARTICLES = {
    "Returning a plant": "Send it back within thirty days. We refund the whole price to the card you paid with.",
    "When is my parcel delivered?": "Orders leave the nursery the same day. The courier needs two days.",
    "Watering succulents": "Pour a little water every other week, and none in winter.",
    "Opening hours of the greenhouse": "We are there from nine to six, and closed on Sundays.",
    "Paying by invoice": "Companies may pay thirty days after the goods were dispatched.",
}


async def written(mats: Browser, **more: Any) -> dict[str, str]:
    """All of them, published and known to the search: each title with its id."""
    made = {}
    for title, content in ARTICLES.items():
        body = {"title": title, "content": content, "status": "published", **more}
        made[title] = (await mats.post(PATH, body)).json["id"]
    await indexed(mats, len(made))
    return made


class Away(Embedder):
    """One whose process cannot be started."""

    async def _running(self) -> Any:
        raise OSError("no such program")


@asynccontextmanager
async def open_worker(house: House) -> AsyncIterator[Db]:
    """The database as workers have it."""
    db = await open_db(house.databases.environment["DATABASE_URL"], "fd_worker", size=1)
    try:
        yield db
    finally:
        await db.close()


async def indexed(mats: Browser, count: int) -> None:
    async def all_known() -> bool:
        cards = (await mats.get(f"{PATH}?status=published")).json["items"]
        return len(cards) == count and all(each["is_indexed"] for each in cards)

    await eventually(all_known, patience=30)


async def asked(who: Browser, question: str, **more: str) -> list[str]:
    """The titles that it is answered, the likeliest first."""
    return await _asked(who._house, {"Cookie": f"fd_session={who.token}"}, question, **more)


async def _asked(house: House, headers: dict[str, str], question: str, **more: str) -> list[str]:
    url = f"{house.url()}/api/knowledge/search"
    found = await house.http.get(url, params={"q": question, **more}, headers=headers)
    assert found.status == 200, await found.text()
    return [each["title"] for each in (await found.json())["found"]]


async def test_a_question_finds_its_article_however_it_is_asked(house: House, org: Organization) -> None:
    """In its words, in others, misspelled, and in another language."""
    mats = await somebody(house, org)
    await written(mats)
    assert (await asked(mats, "How do I water my succulents?"))[0] == "Watering succulents"
    assert (await asked(mats, "I want my money back"))[0] == "Returning a plant"
    assert (await asked(mats, "sucullents wattering"))[0] == "Watering succulents"
    assert (await asked(mats, "Wann kommt mein Paket an?"))[0] == "When is my parcel delivered?"
    assert (await asked(mats, "¿Qué días está cerrado el invernadero?"))[0] == "Opening hours of the greenhouse"
    assert len(await asked(mats, "plant", limit="2")) <= 2


async def test_what_nobody_may_find_is_not_found(house: House, org: Organization, other: Organization) -> None:
    """Drafts and archived ones by nobody, internal ones by no visitor and no bot, private ones by no agent."""
    mats, ada = await somebody(house, org), await somebody(house, org, "ada")
    made = await written(mats)
    title = "Watering succulents"
    one = f"{PATH}/{made[title]}"

    async def finders() -> set[str]:
        embedder, found = Embedder(), set()
        visitor = Actor("contact", uuid7(), org.id, "")
        try:
            answers = await search(house.db, embedder, visitor, title, audience="team")
            found |= {"visitor"} if title in [each.title for each in answers] else set()
        finally:
            await embedder.close()
        bot = {"Authorization": f"Bearer {org.bot_token}"}
        found |= {"bot"} if title in await _asked(house, bot, title, audience="team") else set()
        for name, who, more in (
            ("mats", mats, {}), ("ada", ada, {}), ("mats for visitors", mats, {"audience": "public"}),
        ):  # fmt: skip
            found |= {name} if title in await asked(who, title, **more) else set()
        return found

    assert await finders() == {"visitor", "bot", "mats", "ada", "mats for visitors"}
    await mats.ask("PATCH", one, {"visibility": "internal"})
    assert await finders() == {"mats", "ada"}
    await mats.ask("PATCH", one, {"visibility": "private"})
    assert await finders() == {"mats"}
    for status in ("draft", "archived"):
        await mats.ask("PATCH", one, {"visibility": "public", "status": status})
        assert await finders() == set()
    assert await asked(await somebody(house, other), title) == []


async def test_what_the_search_still_knows_is_not_found_any_more(house: House, org: Organization) -> None:
    """An article that is archived or removed is gone with the commit; its passages go when a worker comes to it."""
    mats = await somebody(house, org)
    made = await written(mats)
    for title, change in (("Watering succulents", "status = 'archived'"), ("Paying by invoice", "deleted_at = now()")):
        assert title in await asked(mats, title)
        # Past the routes, so that no worker hears of it.
        await house.rows(f"update article set {change} where org_id = $1 and id = $2::text::uuid", org.id, made[title])
        for way in (title, f"{title[:-1]}x", f"about {title}"):
            assert title not in await asked(mats, way)


async def test_what_is_changed_is_found_as_it_is(house: House, org: Organization) -> None:
    """The new words a moment later, the old ones no more; a removed article leaves nothing behind."""
    mats = await somebody(house, org)
    made = await written(mats)
    one = f"{PATH}/{made['Paying by invoice']}"
    await mats.ask("PATCH", one, {"title": "Gift vouchers", "content": "A voucher never expires."})
    await indexed(mats, len(made))
    assert (await asked(mats, "do vouchers expire"))[0] == "Gift vouchers"
    assert "Paying by invoice" not in await asked(mats, "paying by invoice")
    await mats.ask("DELETE", one)
    assert "Gift vouchers" not in await asked(mats, "do vouchers expire")

    async def is_forgotten() -> bool:
        left = await house.rows(
            "select from article_passage where org_id = $1 and article_id = $2::text::uuid", org.id, one[-36:]
        )
        return not left

    await eventually(is_forgotten)


async def test_of_two_languages_the_asked_one_comes_first(house: House, org: Organization) -> None:
    """And the other one still answers where there is nothing else."""
    mats = await somebody(house, org)
    await written(mats)
    german = {"title": "Sukkulenten gießen", "content": "Jede zweite Woche ein wenig Wasser.", "language": "de"}
    await mats.post(PATH, {**german, "status": "published"})
    # A name that is the same in both: nothing but the asked language tells them apart.
    for language in ("en", "de"):
        await mats.post(PATH, {"title": "Hotline", "content": language, "language": language, "status": "published"})
    await indexed(mats, len(ARTICLES) + 3)
    for language in ("en", "de"):
        found = await mats.get(f"/api/knowledge/search?q=hotline&language={language}")
        assert found.json["found"][0]["language"] == language
    assert (await asked(mats, "wie gieße ich Sukkulenten?", language="de"))[0] == "Sukkulenten gießen"
    assert (await asked(mats, "how to water succulents?", language="en-US"))[0] == "Watering succulents"
    assert (await asked(mats, "refund", language="de"))[0] == "Returning a plant"


async def test_a_search_without_the_embedder_answers_from_the_words(house: House, org: Organization) -> None:
    """A process that cannot make vectors is worth a line in the log, and no refusal."""
    mats = await somebody(house, org)
    await written(mats)

    actor = Actor("member", uuid7(), org.id, "Mats", role="manager")
    found = await search(house.db, Away(), actor, "watering succulents", audience="team")
    assert found[0].title == "Watering succulents"
    assert 0 < found[0].confidence <= 1


async def test_an_article_without_its_meaning_is_found_by_its_words(house: House, org: Organization) -> None:
    """At once; its meaning is made as soon as it can be."""
    mats = await somebody(house, org)
    made = await written(mats)
    one = made["Watering succulents"]
    job = Job(org.id, uuid7(), INDEX, {"article_id": one}, 1, 10)
    settings = read_settings(house.databases.environment)

    async def indexed_by(embedder: Embedder) -> dict[str, Any]:
        async with open_worker(house) as db:
            await index_article(Means(db, settings, None, embedder), job)
        (row,) = await house.rows(
            "select (select count(*) from article_passage where org_id = $1 and article_id = $2::text::uuid"
            "          and embedding is not null) as meant,"
            "       (select count(*) from job where org_id = $1 and run_at > now() + interval '5 minutes') as later",
            org.id, one,
        )  # fmt: skip
        return row

    await house.rows("update article_index set fingerprint = '' where org_id = $1", org.id)
    assert await indexed_by(Away()) == {"meant": 0, "later": 1}
    assert (await asked(mats, "watering succulents"))[0] == "Watering succulents"
    embedder = Embedder()
    try:
        assert await indexed_by(embedder) == {"meant": 1, "later": 1}
    finally:
        await embedder.close()


async def test_nothing_is_found_for_nothing(house: House, org: Organization) -> None:
    """Blanks and signs are no question; a question of another world finds little and says that it is unsure."""
    mats = await somebody(house, org)
    await written(mats)
    assert await asked(mats, "") == []
    await asyncio.gather(*(asked(mats, each) for each in ("?!", "' \\ :* & |", "'; drop table article", "\\")))
    embedder = Embedder()
    actor = Actor("member", uuid7(), org.id, "Mats", role="manager")
    try:
        sure = (await search(house.db, embedder, actor, "how do i water my succulents"))[0].confidence
        unsure = await search(house.db, embedder, actor, "who won the football match yesterday")
    finally:
        await embedder.close()
    assert all(each.confidence < sure / 2 for each in unsure)
