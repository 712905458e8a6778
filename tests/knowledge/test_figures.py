"""What comes of articles: each reader, answer and voter counts once, and a search without an answer is seen."""

from typing import Any
from uuid import UUID

import aiohttp

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from server.protocol.values import Citation
from tests.browser import Browser, is_refusal
from tests.conftest import Cast
from tests.knowledge.test_articles import PATH, RETURNS, somebody
from tests.machines import Bot
from tests.people import Agent, Visitor, eventually
from tests.routing.bots import first_bot, held
from tests.servers import House, Organization

NONE = {
    "view_count": 0, "suggested_count": 0, "use_count": 0, "resolved_count": 0, "helpful_count": 0,
    "not_helpful_count": 0, "success_rate": None,
}  # fmt: skip


async def published(mats: Browser, title: str = RETURNS["title"]) -> str:
    """A new article's id."""
    made = await mats.post(PATH, {**RETURNS, "title": title, "status": "published"})
    return str(made.json["id"])


async def figures(who: Browser, article_id: str) -> dict[str, Any]:
    """What came of an article, but for its id."""
    found = (await who.get(f"{PATH}/{article_id}/figures")).json
    assert found.pop("article_id") == article_id
    return dict(found)


async def become(who: Browser, article_id: str, **expected: Any) -> None:
    """Wait until an article's figures are these, and none of the others has moved."""

    async def are() -> bool:
        return await figures(who, article_id) == NONE | expected

    await eventually(are, patience=30)


async def answers(bot: Bot, conversation_id: UUID, *article_ids: str) -> UUID:
    """The bot answers from articles, and that is stored; the answer's id."""
    cited = [Citation("Returns", UUID(each)) for each in article_ids]
    turn = (await held(bot, conversation_id)).turn
    said = await bot.say(conversation_id, "Within thirty days.", turn=turn, citations=cited)
    await bot.stored(said)
    return said.id


async def does(visitor: Visitor, what: str, **body: Any) -> aiohttp.ClientResponse:
    """The widget says something over REST."""
    async with visitor.org.house.http.post(
        f"{visitor.org.house.url(visitor.node)}/api/widget/{what}",
        json={k: str(v) if isinstance(v, UUID) else v for k, v in body.items()},
        headers={"Authorization": f"Bearer {visitor.token}"},
    ) as answer:
        await answer.read()
        return answer


async def test_an_answer_uses_an_article_once(people: Cast, house: House) -> None:
    """However often the log is read; and it was a success where no person was needed until the end."""
    mats, olga = await somebody(house, people.org), await people.agent("olga")
    returns, parcels = await published(mats), await published(mats, "Parcels")
    assert await figures(mats, returns) == NONE
    bot = await people.bot()
    await first_bot(bot)
    visitor, another = await people.visitor(), await people.visitor()
    alone, helped = await visitor.start(), await another.start()
    await answers(bot, alone, returns, returns, str(uuid7()))
    await answers(bot, helped, returns, parcels)
    await become(mats, returns, use_count=2, success_rate=0.0)
    await become(mats, parcels, use_count=1, success_rate=0.0)
    # The same numbers are read again.
    await house.rows(
        "insert into event (org_id, kind, actor_kind, subject_type, conversation_id, data)"
        " select org_id, kind, actor_kind, subject_type, conversation_id, data from event"
        " where org_id = $1 and kind = 'messages_posted'",
        people.org.id,
    )  # fmt: skip
    # What comes behind them is counted after them.
    await answers(bot, helped, parcels)
    await become(mats, parcels, use_count=2, success_rate=0.0)
    assert await figures(mats, returns) == NONE | {"use_count": 2, "success_rate": 0.0}
    await olga.close(alone, 1)
    await olga.decide(say.TakeConversation(uuid7(), helped, 1))
    await olga.stored(await olga.say(helped, "I looked it up for you."))
    await olga.close(helped, 2)
    await become(mats, returns, use_count=2, resolved_count=1, success_rate=0.5)
    await become(mats, parcels, use_count=2, success_rate=0.0)
    cards = {each["id"]: each for each in (await mats.get(PATH)).json["items"]}
    assert (cards[returns]["use_count"], cards[returns]["success_rate"]) == (2, 0.5)


async def test_what_a_person_sends_of_a_suggestion_uses_its_articles(people: Cast, house: House) -> None:
    """The member has used it, as the bot would have; what was suggested and not sent is only that."""
    mats, ada, bot = await somebody(house, people.org), await people.agent("ada"), await people.bot()
    returns = await published(mats)
    await bot.is_there()
    olga = Agent(people.org, "olga")
    await olga.login()
    await olga.change(f"/api/bots/{bot.id}", {"copilot": "everybody"})
    await olga.leave()
    visitor = await people.visitor()
    conversation_id = await visitor.start()
    await ada.decide(say.TakeConversation(uuid7(), conversation_id, 1))
    await bot.hears(hear.ConversationAssisted, lambda each: each.conversation_id == conversation_id)
    asked = await visitor.say(conversation_id, "May I send it back?")
    cited = [Citation("Returns", UUID(returns)), Citation("Returns again", UUID(returns)), Citation("Elsewhere")]
    frame = say.SuggestAnswer(uuid7(), conversation_id, asked.id, "Within thirty days.", citations=cited)
    await bot.send(frame)
    await bot.hears(hear.SuggestionChanged)
    await become(mats, returns, suggested_count=1)
    # Said twice, it is one suggestion.
    await bot.send(frame)
    cards = (await mats.get(PATH)).json["items"]
    assert [each["suggested_count"] for each in cards] == [1]
    await ada.stored(await ada.say(conversation_id, "Within thirty days.", suggestion_id=frame.id))
    await become(mats, returns, suggested_count=1, use_count=1, success_rate=0.0)


async def test_a_visitor_has_one_vote_and_may_change_it(people: Cast, house: House) -> None:
    """For each article that the answer cites, whichever answer it was; nobody votes on what others were told."""
    mats, bot = await somebody(house, people.org), await people.bot()
    returns, parcels = await published(mats), await published(mats, "Parcels")
    await first_bot(bot)
    visitor, another = await people.visitor(), await people.visitor()
    conversation_id = await visitor.start()
    first = await answers(bot, conversation_id, returns, parcels)
    second = await answers(bot, conversation_id, returns)
    where = {"conversation_id": conversation_id, "message_id": first}
    for _ in range(2):
        assert (await does(visitor, "votes", **where, is_helpful=True)).status == 200
    await become(mats, parcels, use_count=1, helpful_count=1, success_rate=0.0)
    assert (await does(visitor, "votes", **where | {"message_id": second}, is_helpful=False)).status == 200
    await become(mats, returns, use_count=2, not_helpful_count=1, success_rate=0.0)
    assert (await does(another, "votes", **where, is_helpful=False)).status == 404
    plain = await bot.say(conversation_id, "Anything else?", turn=(await held(bot, conversation_id)).turn)
    await bot.stored(plain)
    assert (await does(visitor, "votes", **where | {"message_id": plain.id}, is_helpful=False)).status == 404
    own = f"{house.url()}/api/widget/votes"
    async with house.http.get(own, headers={"Authorization": f"Bearer {visitor.token}"}) as answer:
        votes = {each["article_id"]: each["is_helpful"] for each in (await answer.json())["votes"]}
    assert votes == {returns: False, parcels: True}
    async with house.http.get(own, headers={"Authorization": f"Bearer {another.token}"}) as answer:
        assert (await answer.json())["votes"] == []


async def test_a_reader_counts_once_a_day(people: Cast, house: House) -> None:
    """The team's by reading it, a visitor by opening what an answer cites; a draft has no readers."""
    mats, olga = await somebody(house, people.org), await somebody(house, people.org, "olga")
    bot = await people.bot()
    returns, draft = await published(mats), (await mats.post(PATH, RETURNS)).json["id"]
    for who in (olga, olga, mats):
        await who.get(f"{PATH}/{returns}")
        await who.get(f"{PATH}/{draft}")
    assert await figures(mats, returns) == NONE | {"view_count": 2}
    assert await figures(mats, draft) == NONE
    await first_bot(bot)
    visitor, another = await people.visitor(), await people.visitor()
    conversation_id = await visitor.start()
    message_id = await answers(bot, conversation_id, returns)
    where = {"conversation_id": conversation_id, "message_id": message_id, "article_id": returns}
    for _ in range(2):
        assert (await does(visitor, "views", **where)).status == 204
    assert (await does(another, "views", **where)).status == 404
    assert (await does(visitor, "views", **where | {"article_id": draft})).status == 404
    await become(mats, returns, view_count=3, use_count=1, success_rate=0.0)
    await house.rows(
        "update article_event set created_at = created_at - interval '1 day' where org_id = $1 and kind = 'view'",
        people.org.id,
    )  # fmt: skip
    await olga.get(f"{PATH}/{returns}")
    assert (await figures(mats, returns))["view_count"] == 4


async def test_what_no_article_answers_is_seen(house: House, org: Organization, other: Organization) -> None:
    """In the same words it is one line; a trial is not counted, and who does not write reads no questions."""
    mats = await somebody(house, org)
    report = f"{PATH.removesuffix('/articles')}/searches"
    for question in ("Can you teach my dog to sing?", "CAN you teach  my dog to sing?", "Opening hours", " "):
        await mats.get(f"/api/knowledge/search?q={question.replace(' ', '%20')}")
    await mats.get("/api/knowledge/search?q=never&is_trial=true")
    found = (await mats.get(report)).json
    assert (found["count"], found["unanswered"]) == (3, 3)
    assert [(each["query"], each["count"], each["unanswered"]) for each in found["searches"]] == [
        ("can you teach my dog to sing?", 2, 2), ("opening hours", 1, 1),
    ]  # fmt: skip
    async with house.http.get(
        f"{house.url()}/api/knowledge/search?q=Roots", headers={"Authorization": f"Bearer {org.bot_token}"}
    ) as answer:
        assert answer.status == 200
    newest = (
        await mats.get(f"{report}?is_unanswered=true&limit=1&since={found['searches'][0]['last_at'] - 60_000}")
    ).json
    assert (newest["count"], len(newest["searches"])) == (4, 1)
    assert (await mats.get(f"{report}?until=1")).json == {"count": 0, "unanswered": 0, "searches": []}
    ada = await somebody(house, org, "ada")
    assert is_refusal(await ada.get(report), 403, "forbidden")
    assert (await (await somebody(house, other)).get(report)).json["count"] == 0


async def test_figures_are_what_the_events_say(people: Cast, house: House) -> None:
    """Whatever is written, changed and forgotten: the sums are those of a recount."""
    mats = await somebody(house, people.org)
    returns = await published(mats)
    bot = await people.bot()
    await first_bot(bot)
    visitor = await people.visitor()
    conversation_id = await visitor.start()
    message_id = await answers(bot, conversation_id, returns)
    await does(visitor, "votes", conversation_id=conversation_id, message_id=message_id, is_helpful=True)
    await mats.get(f"{PATH}/{returns}")
    await become(mats, returns, use_count=1, helpful_count=1, view_count=1, success_rate=0.0)
    await house.rows("update article_event set resolved = true where org_id = $1 and kind = 'used'", people.org.id)
    await become(mats, returns, use_count=1, resolved_count=1, helpful_count=1, view_count=1, success_rate=1.0)
    await house.rows("delete from article_event where org_id = $1", people.org.id)
    assert await figures(mats, returns) == NONE
