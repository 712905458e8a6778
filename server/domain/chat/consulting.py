"""Bots that consult others before they answer, and what those are asked."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.errors import Conflict, Invalid
from server.core.sql import load
from server.domain.chat.collaborating import Beginning, begin, clock, one, setup_in, shown, tell
from server.domain.chat.collaboration_types import CollaborationRow
from server.domain.chat.history import History, Viewer
from server.domain.chat.holder_types import Holding
from server.domain.chat.log import Log, age_of, check_text, no_conversation
from server.protocol.client_frames import ConsultAgents
from server.protocol.codes import RefusalCode
from server.protocol.collaboration_values import Collaboration
from server.protocol.entries import AnyConversationEntry, MessagePosted
from server.protocol.server_frames import ContributionRequested, Said
from server.protocol.values import Position

sql = load(__file__)

# How often a bot may consult others before the visitor says something else: the visitor waits meanwhile.
MOST_CONSULTED = 5
# Messages that whoever is asked is shown of the conversation, among so many entries.
SHOWN, LOOKED_AT = 20, 50
END = Position(2**31, 2**53 - 1)
_entry = msgspec.json.Decoder(AnyConversationEntry).decode


async def consult(db: Db, log: Log, bot: Actor, body: ConsultAgents) -> Collaboration:
    """Ask the bots that this one is set up to work with; said twice nobody is asked twice.

    Raises Invalid for a bot that works alone, NotFound and Conflict for a conversation that it does not hold.
    """
    age_of(body.id)
    check_text(body.body)
    async with db.act(bot) as tx:
        used = await tx.records(sql.collaboration_place, id=body.id)
        if used and (used[0]["conversation_id"], used[0]["coordinator_agent_id"]) != (body.conversation_id, bot.id):
            raise Conflict("somebody else used this id", code=RefusalCode.ID_TAKEN)
        row = await one(tx, body.conversation_id, body.id) if used else None
        if row is None:
            row = await _begun(tx, bot, body)
    tell(log, bot.org_id, row)
    return shown(row)


async def _begun(tx: Transaction, bot: Actor, body: ConsultAgents) -> CollaborationRow:
    held = await tx.maybe(sql.lock_conversation, Holding, conversation_id=body.conversation_id)
    if held is None:
        raise no_conversation()
    if held.assigned_agent_id != bot.id or held.turn != body.turn:
        raise Conflict("the conversation has a new holder", code=RefusalCode.STALE_TURN)
    setup = await setup_in(tx, bot)
    if setup is None or setup.type == "verification":
        raise Invalid("this bot is set up to consult nobody", field="id")
    if await tx.value(sql.collaborations_since, conversation_id=held.id) >= MOST_CONSULTED:
        raise Conflict("the visitor has waited long enough; answer with what there is")
    return await begin(
        tx, bot, setup,
        Beginning(id=body.id, conversation_id=held.id, turn=held.turn, after_seq=0, question=body.body),
    )  # fmt: skip


async def asked_of(db: Db, history: History, bot: Actor, known: Mapping[UUID, int]) -> list[ContributionRequested]:
    """What a bot is to say something to, besides what it knows of: collaborations, each with its round."""
    async with db.act(bot) as tx:
        rows = await tx.many(sql.asked_of_bot, CollaborationRow, agent_id=bot.id)
        now = await clock(tx) if rows else 0
    return [await _request(history, bot.org_id, row, now) for row in rows if known.get(row.id) != row.round]


async def ended_among(db: Db, bot: Actor, ids: Mapping[UUID, UUID]) -> list[Collaboration]:
    """Which of these are over, of a bot that waits for them; with the conversation of each."""
    async with db.act(bot) as tx:
        found = [await one(tx, conversation_id, each) for each, conversation_id in ids.items()]
    return [shown(row) for row in found if row is not None and row.ended_at is not None]


async def _request(history: History, org_id: UUID, row: CollaborationRow, now: int) -> ContributionRequested:
    # From the log: a bot may be asked before the question that it is asked about is stored.
    found = await history.before(Viewer(org_id), row.conversation_id, END, LOOKED_AT)
    entries = [_entry(bytes(each.json)) for each in found]
    said = [
        Said("contact" if each.sender.kind == "contact" else "bot", each.body)
        for each in entries
        if isinstance(each, MessagePosted) and not each.is_internal and not each.is_deleted and each.body
    ]
    return ContributionRequested(
        row.id, row.conversation_id, row.type, row.question, row.round, max((row.due_at - now) // 1000, 1),
        row.coordinator_name, said[-SHOWN:], row.contributions,
    )  # fmt: skip
