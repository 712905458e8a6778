"""Finding people and what was said: words, the last by its beginning, and pieces of text wherever they stand."""

import re
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from server.core.auth import Actor
from server.core.db import Db, Transaction
from server.core.endpoint import Call, get
from server.core.events import Event
from server.core.sql import load
from server.core.text import clean_name
from server.domain.chat.log import Log
from server.domain.chat.sight import seen_ids
from server.domain.chat.types import FoundMessage
from server.domain.customers.contacts import contacts_of, find
from server.domain.customers.types import Contact
from server.protocol.values import ShortText

sql = load(__file__)

# What follows a message's words: its own event, and those of what became of it.
SPOKEN = frozenset({"messages_posted", "message_edited", "message_deleted"})
# Two lines in a list of hits.
SNIPPET = 160
BEFORE = 40


class Wanted(Struct, frozen=True):
    """What to look for."""

    q: ShortText = ""
    limit: Annotated[int, Meta(ge=1, le=100)] = 20


class MessageHit(Struct, frozen=True):
    """A message that was found.

    `marks` are where the words stand in the snippet, from and up to, counted as JavaScript counts (UTF-16).
    """

    conversation_id: UUID
    message_id: UUID
    seq: int
    at: int
    is_internal: bool
    contact_id: UUID | None
    contact_name: str
    snippet: str
    marks: list[tuple[int, int]]


class Found(Struct, frozen=True):
    """What was found, the newest first."""

    people: list[Contact]
    messages: list[MessageHit]


async def search(db: Db, actor: Actor, query: str, most: int) -> Found:
    """The people and the messages of an organization that have to do with a few words."""
    words, piece = _words(query), clean_name(query)
    if not piece:
        return Found([], [])
    async with db.act(actor) as tx:
        people = await contacts_of(tx, await find(tx, piece, most)) if actor.may("contact.read") else []
        rows = await messages_with(tx, query, most, await seen_ids(tx, actor))
    return Found(people, [_hit(row, words or [piece]) for row in rows])


async def messages_with(tx: Transaction, query: str, most: int, seen: list[UUID] | None) -> list[FoundMessage]:
    """The last messages with these words, or this piece of text; of what is seen, where that is not everything."""
    words = [f"'{word}'" for word in _words(query)]
    # The last word may not be finished yet. Whatever begins like the others, such as "is", would have to be gathered.
    sought = " & ".join(words) + ":*" if words else ""
    wanted = {"words": sought, "piece": clean_name(query), "most": most}
    if seen is not None:
        return await tx.many(sql.search_messages_among, FoundMessage, seen_ids=seen, **wanted)
    return await tx.many(sql.search_messages, FoundMessage, **wanted)


async def keep_search(db: Db, _: Log, events: Sequence[Event]) -> None:
    """What was said, edited and taken back is found, or not found any more; repeated, it changes nothing."""
    for org_id in {event.org_id for event in events}:
        own = [event for event in events if event.org_id == org_id]
        posted = [event for event in own if event.kind == "messages_posted"]
        changed = [event.data["message_id"] for event in own if event.kind != "messages_posted"]
        async with db.scope(org_id) as tx:
            # Both read the messages as they are by now, so that their order does not matter.
            await tx.run(
                sql.learn_words, message_ids=changed, conversation_ids=[event.conversation_id for event in posted],
                froms=[event.data["from"] for event in posted], uptos=[event.data["upto"] for event in posted],
            )  # fmt: skip
            if changed:
                await tx.run(sql.forget_words, message_ids=changed)


def _words(query: str) -> list[str]:
    return re.findall(r"\w+", query)[:10]


def _hit(row: FoundMessage, words: list[str]) -> MessageHit:
    snippet, marks = _snippet(row.body, words)
    return MessageHit(
        row.conversation_id, row.message_id, row.seq, row.at, row.is_internal, row.contact_id, row.contact_name,
        snippet, marks,
    )  # fmt: skip


def _snippet(body: str, words: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """The part of a text round the first of the words, on one line, and where they stand in it."""
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))), re.IGNORECASE)
    text = " ".join(body.split())
    first = pattern.search(text)
    start = max(0, (first.start() if first else 0) - BEFORE)
    # Not in the middle of a word, where there is a blank in reach.
    start = text.find(" ", start, start + 20) + 1 or start if start else 0
    snippet = ("…" if start else "") + text[start : start + SNIPPET] + ("…" if len(text) > start + SNIPPET else "")
    return snippet, [(_units(snippet[: m.start()]), _units(snippet[: m.end()])) for m in pattern.finditer(snippet)]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


async def search_all(call: Call, query: Wanted) -> Found:
    """Find people by a piece of their name or address, and messages by their words."""
    return await search(call.house.db, call.actor, query.q, query.limit)


endpoints = [get("/api/search", search_all, permission="conversation.read")]
