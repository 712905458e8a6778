"""A recording from Postgres: the event log in its order, and the offers with their why."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from server.core.db import Db, Transaction
from server.core.errors import NotFound
from server.core.sql import load
from server.domain.routing import routing
from server.domain.routing.simulate.recording import Asked, Came, Recording, Step
from server.domain.routing.types import Rule, Seat, Waiting

sql = load(__file__)

KINDS = (
    "conversation_started", "conversation_offered", "offer_ended", "conversation_taken", "conversation_assigned",
    "conversation_released", "conversation_reopened", "conversation_prioritized", "conversation_closed",
    "agent_connected", "agent_disconnected", "availability_changed",
)  # fmt: skip


async def read_day(lookup: Db, db: Db, slug: str, since: int, until: int) -> Recording:
    """Read what happened in an organization from one moment (ms) to another."""
    async with lookup.unscoped() as tx:
        org_id: UUID | None = await tx.value(sql.organization_of, slug=slug)
    if org_id is None:
        raise NotFound(f"there is no organization {slug!r}")
    async with db.scope(org_id) as tx:
        when = {"since": since, "until": until}
        happened = await tx.records(sql.happened, kinds=list(KINDS), **when)
        offers = await tx.records(sql.offers, **when)
        rows = await tx.records(sql.conversations, **when)
        return Recording(
            organization=slug, since=since, until=until,
            teams={row["name"]: row["id"] for row in await tx.records(sql.team_names)},
            rules=await tx.many(routing.sql.rules, Rule), seats=await _seats(tx, since, happened),
            conversations=[_came(row, happened) for row in rows], steps=_in_order(_steps(happened, offers)),
        )  # fmt: skip


async def _seats(tx: Transaction, since: int, happened: Sequence[Any]) -> list[Seat]:
    before = {row["agent_id"]: row for row in await tx.records(sql.seats_before, since=since)}
    turns = {row["agent_id"]: row["at"] for row in await tx.records(sql.turns_before, since=since)}
    changed = {row["subject_id"]: row["data"] for row in reversed(happened) if row["kind"] == "availability_changed"}
    found = []
    for seat in await routing.seats(tx):
        known: Mapping[str, Any] = before.get(seat.agent_id, {"kind": None, "availability": None})
        chosen = known["availability"] or changed.get(seat.agent_id, {}).get("previous") or seat.availability
        found.append(replace(
            seat, is_connected=known["kind"] == "agent_connected", availability=chosen, load=0.0,
            last_offered_at=turns.get(seat.agent_id, 0),
        ))  # fmt: skip
    return found


def _came(row: Any, happened: Sequence[Any]) -> Came:
    own = [each for each in happened if each["subject_id"] == row["id"]]
    # As it was before the first change of the day.
    moves = [each["data"].get("previous_team_id") for each in own if each["kind"] == "conversation_assigned"]
    urgent = [each["data"]["previous"] for each in own if each["kind"] == "conversation_prioritized"]
    team_id = (UUID(moves[0]) if moves[0] else None) if moves else row["team_id"]
    started = next((each["at"] for each in own if each["kind"] == "conversation_started"), None)
    is_there = row["status_before"] in {"waiting", "assigned"}
    # What was queued, as the row says it: a little before the event.
    queued_at = row["started_at"] if started is not None else row["queued_before"] or row["started_at"]
    waiting = Waiting(
        conversation_id=row["id"], version=1, queued_at=queued_at, team_id=team_id,
        priority=urgent[0] if urgent else row["priority"], tier=row["tier"], load=row["load"],
        language=row["language"], skills=row["skills"], last_agent_id=row["last_agent_id"],
    )  # fmt: skip
    held_by = row["holder_before"] if row["status_before"] == "assigned" else None
    return Came(waiting=waiting, contact_id=row["contact_id"], is_there=is_there, held_by=held_by)


def _in_order(steps: Iterator[tuple[int, Step]]) -> list[Step]:
    """By transaction: who decides holds the routing's lock before the first write, and so before its number.

    The times of entries are those of the log, a little later. In its transaction the router comes last.
    """
    return [step for _, step in sorted(steps, key=lambda each: (each[0], each[1].kind == "routed"))]


def _steps(happened: Sequence[Any], offers: Sequence[Any]) -> Iterator[tuple[int, Step]]:
    asked: dict[UUID, list[Any]] = {}
    refused: dict[UUID, list[Any]] = {}
    for row in offers:
        asked.setdefault(row["conversation_id"], []).append(row)
        if row["state"] in {"declined", "expired"}:
            refused.setdefault(row["conversation_id"], []).append(row)
    # One run of the router is one transaction, whose offers have one moment.
    runs: dict[tuple[int, int], list[Asked]] = {}
    for row in happened:
        xid = int(row["xid"])
        queue = asked.get(row["subject_id"])
        if row["kind"] == "conversation_offered" and queue:
            offer = queue.pop(0)
            ranked = [UUID(each["agent_id"]) for each in offer["why"]["ranked"]]
            run = runs.setdefault((xid, offer["why"]["moment"]), [])
            run.append(Asked(row["subject_id"], offer["agent_id"], ranked))
        elif row["kind"] == "offer_ended":
            ended = refused.get(row["subject_id"])
            at = ended.pop(0)["answered_at"] if ended else row["at"]
            yield xid, Step(at=at, kind=row["data"]["outcome"], conversation_id=row["subject_id"])
        elif row["kind"] in {"agent_connected", "agent_disconnected", "availability_changed"}:
            yield xid, _of_seat(row)
        elif row["kind"] != "conversation_offered":
            yield xid, _of_conversation(row)
    for (xid, moment), run in runs.items():
        yield xid, Step(at=moment, kind="routed", offers=run)


def _of_seat(row: Any) -> Step:
    if row["kind"] == "availability_changed":
        return Step(at=row["at"], kind="chose", agent_id=row["subject_id"], availability=row["data"]["availability"])
    return Step(at=row["at"], kind=row["kind"].removeprefix("agent_"), agent_id=row["subject_id"])


def _of_conversation(row: Any) -> Step:
    at, conversation_id, said = row["at"], row["subject_id"], row["data"]
    agent_id = UUID(said["agent_id"]) if said.get("agent_id") else None
    team_id = UUID(said["team_id"]) if said.get("team_id") else None
    match row["kind"]:
        case "conversation_taken":
            kind = "accepted" if said.get("was_offered") else "taken"
            return Step(at=at, kind=kind, conversation_id=conversation_id, agent_id=agent_id)  # type: ignore[arg-type]
        case "conversation_assigned" if agent_id is not None:
            return Step(at=at, kind="taken", conversation_id=conversation_id, agent_id=agent_id)
        case "conversation_assigned":
            kind = "overflowed" if row["actor_kind"] == "system" else "moved"
            return Step(at=at, kind=kind, conversation_id=conversation_id, team_id=team_id)  # type: ignore[arg-type]
        case "conversation_reopened" if row["actor_kind"] == "member":
            return Step(at=at, kind="taken", conversation_id=conversation_id, agent_id=row["actor_id"])
        case "conversation_prioritized":
            return Step(at=at, kind="prioritized", conversation_id=conversation_id, priority=said["priority"])
        case kind:
            return Step(at=at, kind=_PLAIN[kind], conversation_id=conversation_id)  # type: ignore[arg-type]


_PLAIN = {
    "conversation_started": "arrived", "conversation_released": "waits_again", "conversation_reopened": "waits_again",
    "conversation_closed": "ended",
}  # fmt: skip
