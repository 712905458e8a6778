"""What a conversation's decisions say about its interactions: pure, so that counting again gives the same."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from msgspec import structs

from server.domain.chat.holder_types import HolderDecision, Stint
from server.domain.chat.stints import CLOSES, OPENS, joined_stints_of, stints_of
from server.domain.interactions.types import Measure

CLASSIFIED, HANDED_OVER = "conversation_classified", "handoff_requested"
_MICROSECOND = timedelta(microseconds=1)


def measures_of(decisions: Iterable[HolderDecision]) -> list[Measure]:
    """The interactions of one conversation, from its decisions in their order; the last one may still be open."""
    spans: list[list[HolderDecision]] = []
    for decision in decisions:
        if decision.kind in OPENS:
            spans.append([])
        # What lies before the first opening that is kept belongs to an interaction that was counted long ago.
        if spans:
            spans[-1].append(decision)
    followers = [*(span[0] for span in spans[1:]), None][: len(spans)]
    parents = [None, *(span[0].id for span in spans)][: len(spans)]
    types: list[UUID | None] = []
    for span in spans:
        types.append(_type_after(types[-1] if types else None, span))
    return [_measure(*each) for each in zip(spans, followers, parents, types, strict=True)]


def _type_after(before: UUID | None, span: Sequence[HolderDecision]) -> UUID | None:
    # Opened again it is about the same, until somebody says something else.
    said = [each.interaction_type_id for each in span if each.kind == CLASSIFIED]
    return said[-1] if said else before


def _measure(
    span: Sequence[HolderDecision], follower: HolderDecision | None, parent_id: UUID | None, type_id: UUID | None
) -> Measure:
    first, ended_at = span[0], _end_of(span, follower)
    stints = stints_of(span)
    if ended_at is not None and stints and stints[-1].left_at is None:
        stints[-1] = structs.replace(stints[-1], left_at=ended_at)
    people, bots = _holders(stints, "primary"), _holders(stints, "bot")
    last_first = list(dict.fromkeys([*reversed(people), *reversed(bots)]))
    joined, escalation = joined_stints_of(span), _escalation(stints)
    held = [each.agent_id for each in stints if each.agent_id is not None]
    return Measure(
        id=first.id, conversation_id=first.conversation_id, parent_id=parent_id, interaction_type_id=type_id,
        started_at=first.at, ended_at=ended_at,
        queue_seconds=seconds_of(stints, "queue"), bot_seconds=seconds_of(stints, "bot"),
        human_seconds=seconds_of(stints, "primary"), primary_agent_id=last_first[0] if last_first else None,
        secondary_agent_id=last_first[1] if len(last_first) > 1 else None,
        supervisor_agent_id=max(joined, key=lambda each: each.joined_at).agent_id if joined else None,
        transfer_count=sum(before != after for before, after in pairwise(held)),
        held_by="person" if people else "bot" if bots else "nobody",
        escalated_at=escalation.joined_at if escalation else None,
        escalation_reason=_reason(span, escalation) if escalation else None,
        epoch=first.epoch, seq=first.seq, next_epoch=follower.epoch if follower else None,
        next_seq=follower.seq if follower else None,
    )  # fmt: skip


def seconds_of(stints: Iterable[Stint], role: str) -> int:
    """The seconds of all stints of this role that are over, rounded once."""
    spent = sum((each.left_at - each.joined_at for each in stints if each.role == role and each.left_at), timedelta())
    return (spent // _MICROSECOND + 500_000) // 1_000_000


def _end_of(span: Sequence[HolderDecision], follower: HolderDecision | None) -> datetime | None:
    closed = next((place for place, each in enumerate(span) if each.kind in CLOSES), None)
    if closed is not None:
        # Never before what it ends, whatever the clock did.
        return max(each.at for each in span[: closed + 1])
    return None if follower is None else max(each.at for each in (*span, follower))


def _holders(stints: Iterable[Stint], role: str) -> list[UUID]:
    return [each.agent_id for each in stints if each.role == role and each.agent_id is not None]


def _escalation(stints: Sequence[Stint]) -> Stint | None:
    """The first stint of a person after a bot's."""
    by_bot = next((place for place, each in enumerate(stints) if each.role == "bot"), len(stints))
    return next((each for each in stints[by_bot:] if each.role == "primary"), None)


def _reason(span: Sequence[HolderDecision], escalation: Stint) -> str:
    """Why a bot's conversation was asked to be handed over; without a request somebody took it, or gave it away."""
    until = next(place for place, each in enumerate(span) if each.id == escalation.decision_id)
    asked = [each.reason_code for each in span[:until] if each.kind == HANDED_OVER]
    return (asked[-1] if asked else None) or "transfer"
