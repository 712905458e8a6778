"""New conversations: a visitor's, who waits for somebody, and a member's with a contact."""

import hashlib
from typing import Any
from uuid import UUID

from msgspec import Struct

from server.core.auth import Actor, Client
from server.core.db import Db, Transaction
from server.core.errors import Forbidden, Invalid, NotFound
from server.core.ids import uuid7_from, uuid7_ms
from server.core.sql import load
from server.domain.chat.decision import announce, common, note_choice, same, write
from server.domain.chat.holder_types import Holding, Seat
from server.domain.chat.log import Log, Placed, age_of, check_text
from server.domain.chat.seats import first_bot
from server.domain.chat.talk import compose
from server.domain.chat.types import Changed, DecisionRow, Reach
from server.domain.customers.actions import ensure_contact
from server.domain.routing.types import Choice
from server.protocol import client_frames as say
from server.protocol.entries import AnyDecision, ConversationAssigned, ConversationReleased, ConversationStarted
from server.protocol.values import Body, Page, ShortText

sql = load(__file__)


class NewConversation(Struct, frozen=True, kw_only=True):
    """A conversation that a member begins; `id` is made by the client, and `body` its first message."""

    id: UUID
    contact_id: UUID
    channel_id: UUID
    subject: ShortText = ""
    body: Body | None = None


async def start_conversation(
    db: Db, log: Log, actor: Actor, body: say.StartConversation, client: Client | None = None
) -> Placed:
    """Open a visitor's conversation under the id that the visitor made; a bot has it, or it waits.

    Where the first words may decide which bot it is, and they are not known yet, it is open until they come.
    """
    age_of(body.id)
    check_text(body.subject)
    if actor.kind != "contact" or actor.channel_id is None:
        raise Forbidden("only a visitor starts a conversation")
    check_text(body.words)
    page, client = body.page or Page(), client or Client()
    async with db.act(actor) as tx:
        await ensure_contact(tx, actor.id, actor.name, "")
        words = f"{body.subject} {body.words}".strip() or None
        bot, choice = await first_bot(tx, actor.org_id, actor.channel_id, words)
        entry = await _start(
            tx, actor, body.id, body.subject, bot, choice, channel_id=actor.channel_id, contact_id=actor.id,
            is_team_queue=True,
            page_url=page.url, referrer=page.referrer, user_agent=client.agent, address=client.address or None,
            locale=client.language,
        )  # fmt: skip
    return await announce(log, actor.org_id, actor.id, entry)


async def give_by_first_words(db: Db, log: Log, org_id: UUID, conversation_id: UUID, event_id: UUID) -> None:
    """A visitor said the first words in an open conversation: now a bot has it, or it waits. Harmless when repeated."""
    async with db.scope(org_id) as tx:
        before = await tx.maybe(sql.lock_conversation, Holding, conversation_id=conversation_id)
        if before is None or before.status != "open":
            return
        words = await tx.value(sql.first_words, conversation_id=conversation_id) or ""
        bot, choice = await first_bot(tx, org_id, before.channel_id, words)
        row = await tx.one(
            sql.give_open, Changed, conversation_id=conversation_id, agent_id=bot.id if bot else None
        )  # fmt: skip
        system = Actor("system", event_id, org_id, "")
        shared = common(system, event_id, row)
        entry: AnyDecision = (
            ConversationAssigned(agent_id=bot.id, agent_name=bot.name, team_id=row.assigned_team_id, **shared)
            if bot
            else ConversationReleased(**shared)
        )
        await write(tx, system, entry)
        await note_choice(tx, row, choice)
    await announce(log, org_id, None, entry)


async def start_for_contact(db: Db, log: Log, actor: Actor, body: NewConversation) -> Placed:
    """Begin a conversation with a contact, and hold it; in the browser that the contact was seen with last."""
    actor.require("conversation.reply")
    age_of(body.id)
    check_text(body.subject)
    async with db.act(actor) as tx:
        reach = await tx.maybe(sql.reach_contact, Reach, contact_id=body.contact_id, channel_id=body.channel_id)
        if reach is None:
            raise NotFound("there is no such contact")
        if reach.channel_name is None:
            raise NotFound("there is no such channel")
        if reach.is_blocked:
            raise Invalid("this contact is blocked", field="contact_id")
        entry = await _start(
            tx, actor, body.id, body.subject, actor, None, channel_id=body.channel_id, contact_id=reach.contact_id,
            is_team_queue=False, page_url="", referrer="", user_agent="", address=None, locale="",
        )  # fmt: skip
    placed = await announce(log, actor.org_id, actor.id, entry)
    if body.body is not None:
        await log.place(compose(actor, say.PostMessage(_first_of(body.id), body.id, body.body)))
    return placed


async def _start(
    tx: Transaction, actor: Actor, conversation_id: UUID, subject: str, holder: Actor | Seat | None,
    choice: Choice | None, **values: Any,
) -> AnyDecision:  # fmt: skip
    agent_id = holder.id if holder else None
    row = await tx.maybe(
        sql.start_conversation, Changed, id=conversation_id, subject=subject, agent_id=agent_id,
        is_open=choice is not None and choice.by == "later", **values,
    )  # fmt: skip
    if row is None:
        return same(await tx.maybe(sql.decision, DecisionRow, id=conversation_id), actor, conversation_id)
    entry = ConversationStarted(
        subject=subject, agent_id=agent_id, agent_name=holder.name if holder else "",
        **common(actor, conversation_id, row),
    )  # fmt: skip
    await write(tx, actor, entry)
    if choice is not None:
        await note_choice(tx, row, choice)
    return entry


def _first_of(conversation_id: UUID) -> UUID:
    """The id of a conversation's first message, so that it is said once however often the request is repeated."""
    digest = hashlib.sha256(b"first message of" + conversation_id.bytes).digest()
    return uuid7_from(uuid7_ms(conversation_id), int.from_bytes(digest[:10]))
