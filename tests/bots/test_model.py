"""The bot that has a model answer: its tools, its articles, its limits, and when it asks people in."""

import asyncio
import json
import logging
import sys
import time
from typing import Any

import msgspec
import pytest

from frontdesk_bot import Harness, model_server, rounds
from frontdesk_bot.model import ModelBot
from server.protocol import entries as told
from server.protocol import server_frames as hear
from tests.bots.conftest import bot_process
from tests.bots.model_house import KEY, SETUP, Model, calls, event, model, refuses, says, words
from tests.conftest import Cast
from tests.knowledge.test_articles import somebody
from tests.knowledge.test_search import ARTICLES, written

SAFE = says(words("Hello! How can I help?"))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the sake of waiting."""
    monkeypatch.setattr(model_server, "FIRST_WAIT", 0.01)


def at(there: Model) -> ModelBot:
    """A bot whose model is there, with a tool that works, one that does not, and one that does not end."""
    bot = ModelBot("http://127.0.0.1:1", "fdb_none", there.url, KEY)
    together = asyncio.Barrier(2)

    @bot.tool
    async def order_status(order_id: int) -> str:
        """What became of an order."""
        async with asyncio.timeout(5):
            await together.wait()
        return f"{order_id} is on its way"

    @bot.tool
    def broken() -> str:
        """Fail."""
        raise ConnectionError("the secret of the database")

    @bot.tool
    async def endless() -> str:
        """Take for ever."""
        return str(await asyncio.Event().wait())

    return bot


def heard_of(there: Model, number: int) -> list[Any]:
    """What tools answered, as the model was told in its nth question."""
    return [json.loads(each["content"]) for each in there.asked[number]["messages"] if each["role"] == "tool"]


async def test_it_answers_as_people_set_it_up_and_as_of_now() -> None:
    """Instructions, model, temperature and length from the console, from the next message on; and what it cost."""
    async with model(SAFE) as there:
        harness = Harness(at(there), configuration=msgspec.structs.replace(SETUP, instructions="Be a gardener."))
        async with harness as talk:
            answer = await talk.say("hello")
            assert answer.text == "Hello! How can I help?"
            (facts,) = answer.facts
            assert (facts.model, facts.tokens_in, facts.tokens_out, facts.confidence) == ("gpt-4o", 12, 3, None)
            harness.configure(msgspec.structs.replace(SETUP, model="small-2", temperature=0.1, max_tokens=50))
            await talk.say("and you?")
    first, second = there.asked
    assert "Be a gardener." in first["messages"][0]["content"]
    assert (first["model"], first["temperature"], first["max_tokens"]) == ("gpt-4o", 0.7, 4000)
    assert (second["model"], second["temperature"], second["max_tokens"]) == ("small-2", 0.1, 50)
    assert second["messages"][1:] == [
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": "Hello! How can I help?"},
        {"role": "user", "content": "and you?"},
    ]


async def test_it_remembers_what_there_is_room_for() -> None:
    """The newest first; what was said long ago is left out."""
    async with model(SAFE) as there, Harness(at(there), configuration=SETUP) as talk:
        for number in range(6):
            await talk.say(f"{number} " + "long " * 500)
    said = [each["content"][:1] for each in there.asked[-1]["messages"] if each["role"] == "user"]
    assert said[-1] == "5"
    assert 2 <= len(said) < 6
    assert said == sorted(said)


async def test_tools_are_called_side_by_side() -> None:
    """Two that wait for each other; their answers go back under their calls, and the tools are told of."""
    both = says(calls(("order_status", {"order_id": 1}), ("order_status", {"order_id": 2})))
    async with (
        model(both, says(words("Both are on their way."))) as there,
        Harness(at(there), configuration=SETUP) as talk,
    ):
        answer = await talk.say("Where are my orders?")
    assert answer.text == "Both are on their way."
    (facts,) = answer.facts
    assert (facts.tools_used, facts.tokens_in, facts.tokens_out) == (["order_status"], 32, 8)
    offered = {each["function"]["name"] for each in there.asked[0]["tools"]}
    assert offered == {"hand_off", "search_articles", "order_status", "broken", "endless"}
    called, *results = there.asked[1]["messages"][-3:]
    assert [each["id"] for each in called["tool_calls"]] == [each["tool_call_id"] for each in results]
    assert heard_of(there, 1) == ["1 is on its way", "2 is on its way"]


async def test_a_tool_that_fails_is_told_to_the_model_and_no_secret_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong arguments in words to mend them by; what it raised stays in the log."""
    monkeypatch.setattr(rounds, "TOOL_SECONDS", 0.1)
    wrong = says(calls(("order_status", '{"order_id": "x"}'), ("broken", {}), ("endless", {})))
    async with model(wrong, SAFE) as there, Harness(at(there), configuration=SETUP) as talk:
        assert (await talk.say("hello")).replies == ["Hello! How can I help?"]
    errors = [each["error"] for each in heard_of(there, 1)]
    assert "Expected `int`, got `str`" in errors[0]
    assert errors[1:] == ["broken failed", "endless took too long"]


@pytest.mark.parametrize("wanted", ["broken", "delete_everything"])
async def test_tools_that_keep_failing_are_for_people(wanted: str) -> None:
    """Also those that nobody gave it."""
    async with model(says(calls((wanted, {})))) as there, Harness(at(there), configuration=SETUP) as talk:
        answer = await talk.say("hello")
    assert answer.hand_off is not None
    assert (answer.hand_off.reason_code, len(there.asked)) == ("tool_failure", 4)
    assert answer.replies == ["I do not know that. I ask somebody of the team to join us."]


async def test_rounds_end() -> None:
    """A model that would look for ever has to say something in the last one."""
    search = says(calls(("order_status", {"order_id": 1}), ("order_status", {"order_id": 2})))
    async with model(search) as there, Harness(at(there), configuration=SETUP) as talk:
        answer = await talk.say("hello")
    assert answer.hand_off is not None
    assert (answer.hand_off.reason_code, len(there.asked)) == ("tool_failure", rounds.MOST_ROUNDS)
    assert [each["tool_choice"] for each in there.asked] == ["auto"] * (rounds.MOST_ROUNDS - 1) + ["none"]


async def test_the_model_asks_people_in() -> None:
    """With its own words, and why; where people set words up for a bot that cannot help, the server says them."""
    wants = {"reason": "She wants her money back", "because": "user_request"}
    asks = says([event({"content": "One moment. "}), *calls(("hand_off", wants))])
    async with model(asks) as there, Harness(at(there), configuration=SETUP) as talk:
        answer = await talk.say("A person, please")
    assert answer.hand_off is not None
    assert (answer.replies, answer.hand_off.reason_code) == (["One moment."], "user_request")
    assert answer.hand_off.reason == "She wants her money back"
    assert answer.hand_off.state["question"] == "A person, please"
    setup = msgspec.structs.replace(SETUP, fallback_message="That is beyond me.")
    bare = says(calls(("hand_off", {"reason": "?"})))
    async with model(bare) as there, Harness(at(there), configuration=setup) as talk:
        answer = await talk.say("Why?")
    assert answer.hand_off is not None
    assert (answer.replies, answer.hand_off.reason_code) == ([], "low_confidence")


async def test_a_model_that_is_away_is_no_silence(caplog: pytest.LogCaptureFixture) -> None:
    """The visitor is told, people are asked, and the log has no key."""
    caplog.set_level(logging.DEBUG)
    async with model(refuses(401, f"no such key: {KEY}")) as there, Harness(at(there), configuration=SETUP) as talk:
        answer = await talk.say("hello")
    assert answer.hand_off is not None
    assert (len(answer.replies), answer.hand_off.reason_code) == (1, "tool_failure")
    assert "HTTP 401" in answer.hand_off.reason
    assert KEY not in caplog.text + answer.hand_off.reason


async def test_half_an_answer_is_none() -> None:
    """What was shown of it goes, and one thing is said."""
    cut = says([event({"content": "You can "}), event({"content": "return"})], cut=True)
    async with model(cut, SAFE) as there, Harness(at(there), configuration=SETUP) as talk:
        answer = await talk.say("May I return it?")
    assert answer.hand_off is not None
    assert (answer.replies, len(there.asked)) == (["I do not know that. I ask somebody of the team to join us."], 1)


async def test_an_article_that_nobody_gave_it_is_no_source() -> None:
    """What the model makes up is not said."""
    async with model(says(words("Within ninety days. [4]"))) as there, Harness(at(there), configuration=SETUP) as talk:
        answer = await talk.say("May I return it?")
    assert answer.hand_off is not None
    assert (answer.hand_off.reason_code, "ninety" in answer.text) == ("low_confidence", False)


async def test_it_asks_people_before_the_server_does() -> None:
    """A visitor waits for as long as is set up, and not for as long as a model likes."""
    never = says([event({"content": "Well"}), b"data: [DONE]\n\n"], then=asyncio.Event())
    setup = msgspec.structs.replace(SETUP, answer_seconds=4)
    began = time.monotonic()
    async with model(never) as there, Harness(at(there), configuration=setup) as talk:
        answer = await talk.say("hello")
    assert answer.hand_off is not None
    assert answer.hand_off.reason_code == "timeout"
    assert time.monotonic() - began < 30


async def test_it_answers_from_articles_on_a_real_desk(people: Cast) -> None:
    """Seen while it comes; the sources under it, and no marks in it; the articles as data, and hints in them, too."""
    visitor, agent = await people.visitor(), await people.agent(node=1)
    mats = await somebody(people.org.house, people.org)
    await written(mats)
    goes_on = asyncio.Event()
    grounded = says(words("Within thirty days. [1]"), then=goes_on)
    unlikely = says(words("Fiddle away! [1]"))
    async with model(grounded, unlikely) as there:
        variables = {"MODEL_URL": there.url, "MODEL_API_KEY": KEY}
        async with bot_process(people.org, sys.executable, "-m", "frontdesk_bot.model", **variables):
            conversation = await visitor.start()
            await agent.watch(conversation)
            await visitor.say(conversation, "How do I return a plant?")
            partial = await visitor.hears(hear.PartialShown, lambda each: each.body == "Within thirty days.")
            goes_on.set()
            line = await visitor.hears_line("Within thirty days.")
            assert (line.id, line.message_type) == (partial.message_id, "ai_response")
            assert [each.title for each in line.citations] == ["Returning a plant"]
            seen = (await agent.hears_line(line.body)).answer
            assert seen is not None
            assert (seen.tokens_in, seen.tokens_out) == (12, 3)
            assert seen.confidence is not None
            assert 0.5 <= seen.confidence <= 1
            await visitor.say(conversation, "Xylophone quartet tonight?")
            asked = await agent.hears(told.HandoffRequested)
    assert asked.reason_code == "low_confidence"
    rules, *_, question = there.asked[0]["messages"]
    assert ARTICLES["Returning a plant"] not in rules["content"]
    assert ARTICLES["Returning a plant"] in question["content"]
    assert question["content"].endswith(
        "</articles-" + rules["content"].split("<articles-")[1][:8] + ">\n\nHow do I return a plant?"
    )
    assert "Help." in rules["content"]
    assert there.keys[0] == f"Bearer {KEY}"
