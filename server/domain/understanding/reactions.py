"""Understands what visitors write, behind the message path; run by workers/readers.py, at least once for each event."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import structs

from server.core.db import Db, Transaction
from server.core.embedding import Embedder
from server.core.events import Event
from server.core.sql import load
from server.domain.chat.log import Log
from server.domain.understanding.intents import Teacher, taught
from server.domain.understanding.reading import read
from server.domain.understanding.types import Reading, ToUnderstand

sql = load(__file__)

FOLLOWED = frozenset({"messages_posted", "message_edited", "message_deleted"})
# Kept together: what a crash or the end of the lease undoes is not more than that.
PART = 32


class Understander:
    """One reader's memory: the model in its process, and the intents of whoever talked last."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder, self._teacher = embedder, Teacher(embedder)

    async def react(self, db: Db, _: Log, events: Sequence[Event]) -> None:
        """Understand what is new; a message is understood once, and again after an edit."""
        for org_id in {event.org_id for event in events}:
            await self._organization(db, org_id, [event for event in events if event.org_id == org_id])

    async def _organization(self, db: Db, org_id: UUID, events: Sequence[Event]) -> None:
        posted = [event for event in events if event.data.get("by_contact")]
        edited = [event.data["message_id"] for event in events if event.kind == "message_edited"]
        where: dict[str, Any] = {
            "conversation_ids": [event.conversation_id for event in posted],
            "froms": [event.data["from"] for event in posted], "uptos": [event.data["upto"] for event in posted],
            "message_ids": edited, "limit": PART,
        }  # fmt: skip
        deleted = {event.conversation_id for event in events if event.kind == "message_deleted"}
        async with db.scope(org_id) as tx:
            await _keep_moods(tx, [each for each in deleted if each is not None], [])
        while posted or edited:
            async with db.scope(org_id) as tx:
                found = await tx.many(sql.to_understand, ToUnderstand, **where)
                known = await taught(tx) if found else []
            if not found:
                return
            intents = await self._teacher.ready(org_id, known)
            heard = await self._embedder.heard([each.body for each in found])
            readings = [
                read(each.body, vector, intents, each.locale) for each, vector in zip(found, heard, strict=True)
            ]
            await _keep(db, org_id, found, readings)


async def _keep(db: Db, org_id: UUID, found: Sequence[ToUnderstand], readings: Sequence[Reading]) -> None:
    """Write what was understood and tell of it, in one transaction; what was edited meanwhile is left for later."""
    rows = [
        {"id": each.id, "edited_at": each.edited_at, **structs.asdict(reading)}
        for each, reading in zip(found, readings, strict=True)
    ]
    async with db.scope(org_id) as tx:
        kept = {row["id"] for row in await tx.records(sql.keep_readings, rows=rows)}
        told = [each for each in found if each.id in kept]
        await _keep_moods(tx, list(dict.fromkeys(each.conversation_id for each in told)), told)


async def _keep_moods(tx: Transaction, conversation_ids: Sequence[UUID], told: Sequence[ToUnderstand]) -> None:
    if not conversation_ids:
        return
    shown = {row["id"] for row in await tx.records(sql.keep_moods, conversation_ids=conversation_ids)}
    await tx.run(
        sql.tell_understood, conversation_ids=conversation_ids,
        data=[
            {"message_ids": [each.id for each in told if each.conversation_id == one], "is_shown": one in shown}
            for one in conversation_ids
        ],
    )  # fmt: skip
