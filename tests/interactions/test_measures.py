"""What decisions say about who held a conversation, and for how long: by hand, without servers."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import structs

from server.core.ids import uuid7
from server.domain.chat.holder_types import HolderDecision
from server.domain.chat.stints import joined_stints_of, stints_of
from server.domain.interactions.devices import browser_of, device_of
from server.domain.interactions.measures import measures_of
from server.domain.interactions.types import Measure

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
ROBBIE, ADA, BEN = (uuid7() for _ in range(3))
CONVERSATION = uuid7()
WAITING: dict[str, Any] = {"status": "waiting"}


def decided(kind: str, seconds: float, holder: UUID | None = None, **fields: Any) -> HolderDecision:
    """A decision so many seconds after noon."""
    known: dict[str, Any] = {"actor_kind": "system", "actor_id": None, "epoch": 1, "seq": 1, "status": "assigned"}
    known |= {"interaction_type_id": None, "reason_code": None}
    return HolderDecision(
        id=uuid7(), conversation_id=CONVERSATION, kind=f"conversation_{kind}", at=NOON + timedelta(seconds=seconds),
        agent_id=holder, is_bot=holder == ROBBIE, **known | fields,
    )  # fmt: skip


def only(*decisions: HolderDecision) -> Measure:
    """The one interaction of some decisions."""
    (found,) = measures_of(decisions)
    return found


def test_a_bot_alone_leaves_no_human_time() -> None:
    """It held from the first moment to the end."""
    found = only(decided("started", 0, ROBBIE, status="open"), decided("closed", 90, status="closed"))
    assert (found.queue_seconds, found.bot_seconds, found.human_seconds) == (0, 90, 0)
    assert (found.held_by, found.primary_agent_id, found.escalated_at) == ("bot", ROBBIE, None)


def test_a_bot_that_hands_over_is_one_interaction_with_both_times() -> None:
    """Bot, queue, person: each has its own seconds, and the person is whose it is."""
    found = only(
        decided("started", 0, ROBBIE, status="open"), decided("released", 30, **WAITING), decided("taken", 50, ADA),
        decided("closed", 110, status="closed"),
    )  # fmt: skip
    assert (found.bot_seconds, found.queue_seconds, found.human_seconds) == (30, 20, 60)
    assert (found.held_by, found.primary_agent_id, found.secondary_agent_id) == ("person", ADA, ROBBIE)
    assert (found.transfer_count, found.escalated_at) == (1, NOON + timedelta(seconds=50))
    assert found.escalation_reason == "transfer"


def test_the_reason_of_an_escalation_is_that_of_the_last_request() -> None:
    """Whatever is asked for after a person has it does not change why."""
    asked, again = handed_over("keyword", 10), handed_over("low_confidence", 20)
    found = only(
        decided("started", 0, ROBBIE), asked, decided("assigned", 10, ROBBIE), again,
        decided("released", 20, **WAITING), decided("taken", 30, ADA), handed_over("policy", 40),
        decided("released", 40, **WAITING), decided("taken", 45, BEN),
    )  # fmt: skip
    assert (found.escalation_reason, found.escalated_at) == ("low_confidence", NOON + timedelta(seconds=30))


def handed_over(reason: str, seconds: float) -> HolderDecision:
    """Whoever holds it asks for somebody else."""
    return structs.replace(decided("", seconds, reason_code=reason), kind="handoff_requested")


def test_a_bot_that_comes_after_a_person_escalated_nothing() -> None:
    """A person gave it to a bot, which brought it to its end."""
    found = only(
        decided("started", 0, **WAITING), decided("taken", 10, ADA), decided("assigned", 20, ROBBIE, status="open"),
        decided("closed", 50, status="closed"),
    )  # fmt: skip
    assert (found.queue_seconds, found.human_seconds, found.bot_seconds) == (10, 10, 30)
    assert (found.escalated_at, found.primary_agent_id) == (None, ADA)


def test_who_holds_it_already_goes_on_with_one_stint() -> None:
    """Given to the same person within another team, or waiting in another queue."""
    decisions = [
        decided("started", 0, **WAITING), decided("assigned", 5, **WAITING), decided("taken", 10, ADA),
        decided("assigned", 20, ADA),
    ]  # fmt: skip
    assert [(each.role, each.agent_id, each.left_at) for each in stints_of(decisions)] == [
        ("queue", None, NOON + timedelta(seconds=10)),
        ("primary", ADA, None),
    ]
    assert only(*decisions).transfer_count == 0


def test_a_member_who_begins_it_holds_it_and_a_visitor_waits() -> None:
    """From the first moment; and so it is when it is opened again."""
    begun = decided("started", 0, actor_kind="member", actor_id=ADA)
    assert [each.agent_id for each in stints_of([begun])] == [ADA]
    waits = decided("started", 0, actor_kind="contact", actor_id=uuid7(), **WAITING)
    assert [each.role for each in stints_of([waits])] == ["queue"]
    again = decided("reopened", 9, actor_kind="member", actor_id=BEN)
    assert [each.agent_id for each in stints_of([begun, decided("closed", 5, status="closed"), again])] == [ADA, BEN]


def test_whoever_joins_the_holder_has_stints_of_his_own() -> None:
    """Until he leaves, takes it himself, or it is over; nobody's seconds but the holder's are counted."""
    decisions = [
        decided("started", 0, ADA), joined("agent_joined", 10), joined("agent_left", 15), joined("agent_joined", 20),
        decided("taken", 30, BEN), decided("assigned", 40, ADA), joined("agent_joined", 50),
        decided("closed", 60, status="closed"),
    ]  # fmt: skip
    seconds = [
        ((each.joined_at - NOON).seconds, each.left_at and (each.left_at - NOON).seconds)
        for each in joined_stints_of(decisions)
    ]
    assert seconds == [(10, 15), (20, 30), (50, 60)]
    found = only(*decisions)
    assert (found.human_seconds, found.transfer_count, found.supervisor_agent_id) == (60, 2, BEN)


def joined(kind: str, seconds: float) -> HolderDecision:
    """Ben joins the holder, or leaves again."""
    return structs.replace(decided("", seconds, BEN), kind=kind)


def test_seconds_are_rounded_once() -> None:
    """Half seconds and a little more: each by itself would be one too many, and cut off there would be one too few."""
    found = only(
        decided("started", 0, ADA), decided("assigned", 0.5, BEN), decided("assigned", 1.1, ADA),
        decided("closed", 1.6, status="closed"),
    )  # fmt: skip
    assert (found.human_seconds, found.transfer_count) == (2, 2)
    assert (found.primary_agent_id, found.secondary_agent_id) == (ADA, BEN)


def test_what_goes_on_is_counted_when_it_ends() -> None:
    """Nothing in the row depends on when somebody looked."""
    found = only(decided("started", 0, **WAITING), decided("taken", 8, ADA))
    assert (found.queue_seconds, found.human_seconds, found.ended_at) == (8, 0, None)


def test_a_clock_that_is_set_back_makes_no_time_and_never_less() -> None:
    """A decision that seems to come before the one it follows."""
    found = only(
        decided("started", 0, **WAITING), decided("taken", -30, ADA), decided("closed", 10, status="closed")
    )  # fmt: skip
    assert (found.queue_seconds, found.human_seconds, found.ended_at) == (0, 10, NOON + timedelta(seconds=10))
    back = only(decided("started", 0, ADA), decided("closed", -30, status="closed"))
    assert (back.human_seconds, back.ended_at) == (0, NOON)


def test_opened_again_it_is_another_interaction_with_a_parent() -> None:
    """Also where the end of the former one was never told."""
    first, second, third = decided("started", 0, **WAITING), decided("reopened", 60, ADA), decided("reopened", 90, BEN)
    one, two, three = measures_of([first, decided("closed", 30, status="closed"), second, third])
    assert [each.parent_id for each in (one, two, three)] == [None, first.id, second.id]
    assert (one.queue_seconds, one.ended_at) == (30, NOON + timedelta(seconds=30))
    assert (two.human_seconds, two.ended_at) == (30, NOON + timedelta(seconds=90))
    assert three.ended_at is None


def test_it_is_about_what_was_said_last() -> None:
    """Opened again it is about the same, until somebody says something else, or takes it back."""
    parcel, bill = uuid7(), uuid7()
    found = measures_of([
        decided("started", 0, ADA), decided("classified", 1, interaction_type_id=parcel),
        decided("closed", 2, status="closed"), decided("reopened", 3, ADA), decided("closed", 4, status="closed"),
        decided("reopened", 5, ADA), decided("classified", 6, interaction_type_id=parcel),
        decided("classified", 7, interaction_type_id=bill), decided("reopened", 8, ADA), decided("classified", 9),
    ])  # fmt: skip
    assert [each.interaction_type_id for each in found] == [parcel, parcel, bill, None]
    assert [each.human_seconds for each in found] == [2, 1, 3, 0]


def test_browsers_are_known_by_what_they_say() -> None:
    """Each of them names the others, too."""
    mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)"
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    said = {
        f"{mac} Chrome/120.0 Safari/537.36": ("Chrome", "desktop"),
        f"{mac} Chrome/120.0 Safari/537.36 Edg/120.0": ("Edge", "desktop"),
        f"{phone} Version/17.0 Mobile/15E148 Safari/604.1": ("Safari", "mobile"),
        "Mozilla/5.0 (Linux; Android 13; SM-X900) AppleWebKit/537.36 Chrome/120.0 Safari/537.36": ("Chrome", "tablet"),
        "": (None, None),
    }
    for agent, expected in said.items():
        assert (browser_of(agent), device_of(agent)) == expected
