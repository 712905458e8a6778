"""Who sees which conversations: everybody who sees the queue sees all, and all others those that are theirs.

Theirs is what they hold, are offered, have joined, or closed themselves. Of anything else they hear as of what is not
there; a line of the inbox's feed keeps its number for them and says nothing.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

import msgspec

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.sql import load
from server.domain.chat.log import no_conversation
from server.domain.chat.types import CardRow, ConversationRow
from server.protocol.entries import AnyFeedEntry, InboxChanged, InboxHidden
from server.protocol.line import Line, for_team
from server.protocol.values import AgentCount, Counts, TeamCount

sql = load(__file__)

# The last that somebody closed; what is older is found by its address alone.
CLOSED = 500
_decode = msgspec.json.Decoder(AnyFeedEntry).decode


async def seen_ids(tx: Transaction, actor: Actor) -> list[UUID] | None:
    """The conversations that an actor sees; None for all."""
    if actor.sees_only is None:
        return None
    return [row["id"] for row in await tx.records(sql.seen, agent_id=actor.sees_only, most=CLOSED)]


async def require(tx: Transaction, actor: Actor, conversation_id: UUID) -> None:
    """Refuse a conversation that is not there, or not for this actor's eyes, with the same words."""
    row = await tx.maybe(sql.conversation, ConversationRow, conversation_id=conversation_id)
    if row is None or (actor.sees_only is not None and actor.sees_only not in _whose(row)):
        raise no_conversation()


async def is_seen(db: Db, org_id: UUID, agent_id: UUID, conversation_id: UUID) -> bool:
    """Whether a conversation is one of this member's own; raises Unavailable."""
    async with db.scope(org_id) as tx:
        return bool(await tx.value(sql.is_seen, conversation_id=conversation_id, agent_id=agent_id))


async def require_seen(db: Db, org_id: UUID, agent_id: UUID, conversation_id: UUID) -> None:
    """Refuse a conversation that is not one of this member's own."""
    if not await is_seen(db, org_id, agent_id, conversation_id):
        raise no_conversation()


def counted(rows: Sequence[CardRow]) -> Counts:
    """The numbers of those that somebody sees, as `counts` has those of all."""
    live = [row for row in rows if row.status in {"open", "waiting", "assigned"}]
    status, agents = Counter(row.status for row in live), Counter(row.assigned_agent_id for row in live)
    teams = Counter(row.assigned_team_id for row in live)
    return Counts(
        open=status["open"], waiting=status["waiting"], assigned=status["assigned"], unassigned=agents[None],
        agents=[AgentCount(each, agents[each]) for each in sorted(agents.keys() - {None}, key=str) if each],
        teams=[TeamCount(each, teams[each]) for each in sorted(teams.keys() - {None}, key=str) if each],
    )  # fmt: skip


def feed_for(line: Line, sees_only: UUID | None) -> bytes:
    """A line of the feed as this member sees it."""
    if sees_only is None:
        return for_team(line)
    feed = limited(line)
    return feed.shown if feed.whose is None or sees_only.bytes in feed.whose else feed.hidden


class Limited(msgspec.Struct, frozen=True):
    """A line of the feed for those who see their own only: for whom `shown` is, None for all, and what others get."""

    whose: frozenset[bytes] | None
    shown: bytes
    hidden: bytes


# A line is asked for by each who is limited, and once more by each who comes back.
@lru_cache(maxsize=64)
def limited(line: Line) -> Limited:
    """Take a line of the feed apart, once for all who see their own only."""
    entry = _decode(line.payload)
    if not isinstance(entry, InboxChanged):
        return Limited(None, for_team(line), b"")
    card = entry.card
    own = {card.assigned_agent_id, card.offered_agent_id, card.closed_by_id, *card.supervisor_ids}
    # The numbers beside the lists are of all conversations.
    shown = line if entry.counts is None else _with(line, msgspec.structs.replace(entry, counts=None))
    hidden = _with(line, InboxHidden(id=entry.id, conversation_id=card.conversation_id))
    return Limited(frozenset(each.bytes for each in own if each), for_team(shown), for_team(hidden))


def _with(line: Line, entry: AnyFeedEntry) -> Line:
    return line._replace(payload=msgspec.json.encode(entry))


def _whose(row: ConversationRow) -> set[UUID | None]:
    return {row.assigned_agent_id, row.offered_agent_id, row.resolved_by_agent_id, *row.supervisor_ids}
