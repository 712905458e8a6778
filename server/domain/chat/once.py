"""A decision from a person, carried out once: in one transaction with what follows from it, then numbered."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.errors import Conflict
from server.core.sql import load
from server.domain.chat.decision import Body, announce, same, write
from server.domain.chat.log import Draft, Log, Placed, age_of
from server.domain.chat.offering import offer_to_next
from server.domain.chat.sight import require
from server.domain.chat.types import DecisionRow
from server.domain.routing import routing
from server.protocol import client_frames as say
from server.protocol.entries import AnyDecision

sql = load(__file__)
Decide = Callable[[Transaction], Awaitable[AnyDecision]]
# Neither brings a conversation nor frees a place.
_MOVES_NOTHING = (
    say.TagConversation, say.SetAttributes, say.PrioritizeConversation, say.ClassifyConversation, say.JoinConversation,
    say.LeaveConversation,
)  # fmt: skip


async def once(
    db: Db, log: Log, actor: Actor, body: Body, decide: Decide, also: Sequence[AnyDecision] = (),
    before: Sequence[Draft] = (),
) -> Placed:  # fmt: skip
    """Decide in one transaction, unless this id has decided before; then give the decision its number.

    Where the decision frees a place, whoever waits longest is offered it in the same transaction. What `decide` wrote
    besides and put into `also` is announced behind it; what it put into `before` is said before it.
    """
    age_of(body.id)
    offers: list[AnyDecision] = []
    async with db.act(actor) as tx:
        decision = await tx.maybe(sql.decision, DecisionRow, id=body.id)
        if decision is None or decision.actor_id != actor.id:
            # Whoever gave a conversation away and says so again may not see it any more.
            await require(tx, actor, body.conversation_id)
        if decision is None:
            is_routed = not isinstance(body, _MOVES_NOTHING) and await routing.lock(tx)
            entry = await decide(tx)
            await write(tx, actor, entry)
            if is_routed:
                offers = await offer_to_next(tx, actor.org_id)
        else:
            entry = same(decision, actor, body.conversation_id)
    # Outside of the transaction: the log may ask the pool for a second connection.
    await say_first(log, before)
    placed = await announce(log, actor.org_id, actor.id, entry)
    for each in (*also, *offers):
        await announce(log, actor.org_id, each.sender.id, each)
    return placed


async def say_first(log: Log, drafts: Sequence[Draft]) -> None:
    """Say what belongs before a decision that is true already; whoever was faster in announcing it has the word."""
    for draft in drafts:
        with suppress(Conflict):
            await log.place(draft)
