"""How queues are worked, and what the router would say of a conversation."""

from collections.abc import Callable
from uuid import UUID

import msgspec
from msgspec import Struct

from server.core import events
from server.core.auth import Actor, Client
from server.core.db import Db, Transaction
from server.core.errors import Invalid, NotFound
from server.core.sql import load
from server.domain.routing.engine import explain
from server.domain.routing.routing import rules_at, seats
from server.domain.routing.types import AssignmentStep, OfferSeconds, OverflowSeconds, Rule, Strategy, Waiting, Why

sql = load(__file__)


class ChangeRule(Struct, frozen=True, kw_only=True):
    """How a queue is to be worked; `overflow_team_id` and `overflow_seconds` go together."""

    strategy: Strategy
    offer_seconds: OfferSeconds = 30
    overflow_team_id: UUID | None = None
    overflow_seconds: OverflowSeconds | None = None


class Candidates(Struct, frozen=True):
    """What the router would make of a conversation at this moment; without a why it does not wait for anybody."""

    why: Why | None


async def list_rules(db: Db, actor: Actor) -> list[Rule]:
    """The organization's own queue, and each team's."""
    async with db.act(actor) as tx:
        found = {each.team_id: each for each in await tx.many(sql.rules, Rule)}
        teams = [row["id"] for row in await tx.records(sql.teams)]
    return [found.get(team_id) or _by_hand(team_id) for team_id in (None, *teams)]


async def put_rule(
    db: Db, actor: Actor, client: Client, team_id: UUID | None, body: ChangeRule, match: Callable[[Rule], None]
) -> Rule:
    """Say how a queue is worked from now on; what waits in it is looked at at once."""
    if (body.overflow_team_id is None) != (body.overflow_seconds is None):
        raise Invalid("say both where conversations overflow to and after how long", field="overflow_seconds")
    if team_id is not None and body.overflow_team_id == team_id:
        raise Invalid("a queue cannot overflow into itself", field="overflow_team_id")
    async with db.act(actor, client) as tx:
        for each in (team_id, body.overflow_team_id):
            await _require_team(tx, each)
        await tx.value(sql.lock_queues)
        rules = {each.team_id: each for each in await tx.many(sql.rules, Rule)}
        match(rules.get(team_id) or _by_hand(team_id))
        await tx.run(
            sql.put_rule, team_id=team_id, strategy=body.strategy, offer_seconds=body.offer_seconds,
            overflow_team_id=body.overflow_team_id, overflow_seconds=body.overflow_seconds,
        )  # fmt: skip
        await events.note(tx, actor, "queue_changed", team_id or actor.org_id)
    return Rule(
        team_id=team_id, strategy=body.strategy, offer_seconds=body.offer_seconds,
        overflow_team_id=body.overflow_team_id, overflow_seconds=body.overflow_seconds,
    )  # fmt: skip


async def list_assignments(db: Db, actor: Actor, conversation_id: UUID) -> list[AssignmentStep]:
    """How a conversation travelled."""
    async with db.act(actor) as tx:
        await _require_conversation(tx, actor, conversation_id)
        return await tx.many(sql.assignments, AssignmentStep, conversation_id=conversation_id)


async def candidates(db: Db, actor: Actor, conversation_id: UUID) -> Candidates:
    """Who could be offered a conversation just now."""
    async with db.act(actor) as tx:
        await _require_conversation(tx, actor, conversation_id)
        found = await tx.many(sql.waiting, Waiting, ids=[conversation_id], most=1)
        if not found:
            return Candidates(None)
        moment: int = await tx.value(sql.moment)
        rule = (await rules_at(tx, moment)).get(found[0].team_id) or _by_hand(found[0].team_id)
        why = explain(moment, await seats(tx), found[0], rule)
    # The card tells since when it waits: what is so still is not sent again for the time alone.
    return Candidates(msgspec.structs.replace(why, moment=0, waited_seconds=0))


def _by_hand(team_id: UUID | None) -> Rule:
    return Rule(team_id=team_id, strategy="manual")


async def _require_conversation(tx: Transaction, actor: Actor, conversation_id: UUID) -> None:
    if not await tx.value(sql.conversation_exists, conversation_id=conversation_id, sees_only=actor.sees_only):
        raise NotFound("there is no such conversation")


async def _require_team(tx: Transaction, team_id: UUID | None) -> None:
    if team_id is not None and not await tx.value(sql.team_exists, team_id=team_id):
        raise NotFound("there is no such team")
