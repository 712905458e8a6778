"""Which bot answers: the choice's promises, whatever bots there are and whatever is said."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.routing.choice import called, choose, plain
from server.domain.routing.types import Candidate, Choice

WORDS = ("refund", "my order", "Ordre", "ORDER", "café", "rückgabe", "order status", "")
NAMES = ("Ann", "Bob", "Cleo")


def bot(number: int, name: str = "", **fields: object) -> Candidate:
    return Candidate(agent_id=UUID(int=number), name=name or f"Bot {number}", **{"type": "support"} | fields)  # type: ignore[arg-type]


bots = st.lists(
    st.builds(
        bot,
        number=st.integers(1, 6),
        name=st.sampled_from(NAMES),
        type=st.sampled_from(["triage", "support"]),
        priority=st.sampled_from([0, 0, 1, 5]),
        keywords=st.lists(st.sampled_from(WORDS), max_size=3),
        is_connected=st.booleans(),
        is_well=st.booleans(),
        has_room=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda each: each.agent_id,
)
said = st.lists(st.sampled_from([*WORDS, "please", "about", "reorder"]), max_size=4).map(" ".join)
ids = st.integers(1, 6).map(lambda number: UUID(int=number))


def fits(each: Candidate, held: set[UUID]) -> bool:
    return each.is_connected and each.is_well and each.has_room and each.agent_id not in held


def _knows(each: Candidate, words: str) -> list[str]:
    return [word for word in each.keywords if word and f" {plain(word)} " in f" {plain(words)} "]


@given(said, bots, st.none() | ids, st.sets(ids, max_size=3), st.randoms())
def test_the_choice_is_one_that_can_have_it_and_the_first_that_should(
    words: str, candidates: list[Candidate], default: UUID | None, held: set[UUID], chance: object
) -> None:
    """Keyword before the channel's own before triage; whoever is passed over has a reason; the order says nothing."""
    choice = choose(words, candidates, default, held)
    shuffled = list(candidates)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert choose(words, shuffled, default, held) == choice
    # Of whom nobody would have thought anyway nothing is said.
    assert {each.agent_id for each in choice.passed_over} == {
        each.agent_id
        for each in candidates
        if not fits(each, held) and (each.agent_id == default or each.type == "triage" or _knows(each, words))
    }
    fit = {each.agent_id: each for each in candidates if fits(each, held)}
    worded = {
        each.agent_id: max(len(plain(word)) for word in found)
        for each in fit.values()
        if (found := _knows(each, words))
    }
    if worded:
        assert choice.by == "keyword"
        assert choice.agent_id in worded
        best = fit[choice.agent_id]
        for other, length in worded.items():
            rival = fit[other]
            assert (-best.priority, -worded[best.agent_id], best.name) <= (-rival.priority, -length, rival.name)
    elif default in fit:
        assert (choice.by, choice.agent_id) == ("default", default)
    elif triage := [each for each in fit.values() if each.type == "triage"]:
        assert choice.by == "triage"
        assert fit[choice.agent_id].priority == max(each.priority for each in triage)  # type: ignore[index]
    else:
        assert (choice.by, choice.agent_id) == ("", None)


@pytest.mark.parametrize(
    ("words", "keyword", "is_said"),
    [
        ("I want a REFUND!", "refund", True),
        ("refunds", "refund", False),
        ("Ou est le Café?", "cafe", True),
        ("cafe", "CAFÉ", True),
        ("my  order,\nplease", "my order", True),
        ("my last order", "my order", False),
        ("Straße", "STRASSE", True),
        ("我想退款谢谢", "退款", True),
        ("ガラス", "カラス", False),
        ("İade", "iade", True),
        ("anything", "", False),
        ("anything", "?!", False),
        ("c++", "c", True),
    ],
)
def test_a_keyword_is_whole_words_whatever_their_case_and_accents(words: str, keyword: str, is_said: bool) -> None:
    """Also a phrase, and where a script knows no spaces a part of the sentence."""
    choice = choose(words, [bot(1, keywords=[keyword])], None)
    assert (choice.agent_id is not None) is is_said


def test_of_overlapping_keywords_priority_then_length_then_name_decides() -> None:
    """The story of the seed document."""
    short = bot(1, "Ann", keywords=["order"])
    long = bot(2, "Bob", keywords=["order status"])
    same = bot(3, "Cleo", keywords=["order status"])
    first = bot(4, "Zoe", keywords=["order"], priority=1)
    said = "What is the order status?"
    assert choose(said, [short, long, same], None).agent_id == long.agent_id
    assert choose(said, [short, long, same, first], None) == Choice(
        agent_id=first.agent_id, by="keyword", keyword="order"
    )


def test_a_bot_is_called_by_its_name_or_its_type() -> None:
    """Of several of a type the one before others; nobody who is away."""
    crew = [bot(1, "Bill", type="billing"), bot(2, "Ada", type="billing", priority=2), bot(3, "Cy", is_connected=False)]
    assert called(crew, "bill", "").agent_id == UUID(int=1)
    assert called(crew, "", "billing").agent_id == UUID(int=2)
    assert called(crew, "Cy", "").agent_id is None
    assert called(crew, "", "billing", {UUID(int=2)}).agent_id == UUID(int=1)
