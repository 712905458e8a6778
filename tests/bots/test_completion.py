"""The wire of model servers: however it is cut, the same comes out."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk_bot.completion import Call, Events, Gathering, Malformed
from tests.bots.model_house import calls, event, words

STREAM = (
    ': a comment\r\n\r\nid: 1\r\nevent: message\r\ndata: {"a":\r\ndata:1}\r\n\r\n'
    "data:one\n\ndata: zwölf 🌱\r\rretry: 5\n\n\n\ndata: [DONE]\n\ndata: half"
).encode()


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_events_are_the_same_wherever_the_bytes_are_cut(cuts: list[int]) -> None:
    """In the middle of a letter, of a line's end, of a name; comments and other fields are nothing."""
    events, places = Events(), [0, *sorted(cuts), len(STREAM)]
    heard = [each for first, last in itertools.pairwise(places) for each in events.feed(STREAM[first:last])]
    assert heard == ['{"a":\n1}', "one", "zwölf 🌱", "[DONE]"]


def gathered(pieces: list[bytes]) -> Gathering:
    """What they are together."""
    events, gathering = Events(), Gathering()
    for data in events.feed(b"".join(pieces)):
        if data != "[DONE]":
            gathering.take(data)
    return gathering


def test_words_and_what_they_cost() -> None:
    """The last piece has no choice; a server that does not say leaves it open."""
    told = gathered(words("You can return it.")).done()
    assert (told.text, told.calls, told.finish_reason) == ("You can return it.", [], "stop")
    assert (told.tokens_in, told.tokens_out) == (12, 3)
    assert gathered(words("Yes", spent=None)).done().tokens_in is None


def test_several_calls_come_in_pieces() -> None:
    """Also where they take turns."""
    wanted = gathered(calls(("order_status", {"order_id": "1041"}), ("today", {}))).done().calls
    assert wanted == [Call("call_0", "order_status", '{"order_id": "1041"}'), Call("call_1", "today", "{}")]
    mixed = [
        event({"tool_calls": [{"index": 1, "id": "b", "function": {"name": "two", "arguments": "{"}}]}),
        event({"tool_calls": [{"index": 0, "id": "a", "function": {"name": "one", "arguments": "[1"}}]}),
        event(
            {"tool_calls": [{"index": 1, "function": {"arguments": "}"}}, {"index": 0, "function": {"arguments": "]"}}]}
        ),
    ]
    assert gathered(mixed).done().calls == [Call("a", "one", "[1]"), Call("b", "two", "{}")]


def test_calls_without_numbers() -> None:
    """One with an id begins, one without goes on."""
    pieces = [
        event({"tool_calls": [{"id": "a", "function": {"name": "one", "arguments": "{"}}]}),
        event({"tool_calls": [{"function": {"arguments": "}"}}]}),
        event({"tool_calls": [{"id": "b", "function": {"name": "two", "arguments": "{}"}}]}),
    ]
    assert gathered(pieces).done().calls == [Call("a", "one", "{}"), Call("b", "two", "{}")]


def test_empty_things_are_nothing() -> None:
    """No choices, no delta, null everywhere, fields that nobody knows."""
    gathering = Gathering()
    for data in (
        "{}",
        '{"choices":[]}',
        '{"choices":null,"x":1}',
        '{"choices":[{}]}',
        '{"choices":[{"delta":{"content":null}}]}',
    ):
        assert gathering.take(data) == ""
    assert gathering.done() == ("", [], None, None, "")


@pytest.mark.parametrize(
    "data",
    [
        "{", "[]", "nonsense", "[" * 2000, '{"choices":[{"delta":{"content":7}}]}',
        '{"error":{"message":"overloaded"}}',
        '{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"' + "x" * 40_000 + '"}}]}}]}',
    ],
)  # fmt: skip
def test_what_is_malformed_is_said_to_be(data: str) -> None:
    """And nothing else is raised, whatever comes."""
    with pytest.raises(Malformed):
        Gathering().take(data)


def test_nothing_grows_without_an_end() -> None:
    """A text ends where no message has room for it; a line without an end is no line."""
    gathering, events = Gathering(), Events()
    for _ in range(10):
        gathering.take(event({"content": "x" * 3000}).removeprefix(b"data: "))
    assert len(gathering.text) == 16_000
    for _ in range(10):
        assert events.feed(b"x" * 100_000) == []
    with pytest.raises(Malformed):
        events.feed(b"x")
