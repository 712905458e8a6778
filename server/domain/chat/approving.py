"""Drafts for whoever has no socket: what bots wait to have approved, and a decision about one of them."""

from typing import cast
from uuid import UUID

from msgspec import Struct

from server.core.auth import Actor
from server.core.endpoint import Call, Cursor, Page, get, post
from server.core.errors import Conflict, NotFound
from server.core.paging import cursor_after, read_cursor
from server.core.sql import load
from server.domain.chat import collaborating
from server.domain.chat.collaborating import one, shown
from server.domain.chat.collaboration_types import CollaborationRow
from server.domain.chat.contributing import OVERSEES, contribute
from server.domain.chat.log import Log
from server.domain.chat.sight import require, seen_ids
from server.protocol.client_frames import Contribute
from server.protocol.collaboration_values import Collaboration
from server.protocol.values import Partial, Verdict

sql = load(__file__)

# What became of a draft that somebody would decide otherwise about.
_ENDED = {
    "approved": "it was approved already",
    "edited": "it was approved with another text already",
    "rejected": "it was rejected already",
    "outdated": "it is out of date: the visitor wrote again, or somebody else has the conversation",
}


class DraftDecision(Struct, frozen=True):
    """Approve what a bot would say, with `body` changed to that; or reject it, and `body` tells the bot why."""

    verdict: Verdict
    body: Partial = ""


async def list_drafts(call: Call, query: Cursor) -> Page[Collaboration]:
    """List what bots would say and oneself may decide about; what has least time left first."""
    return await _open(call, query, verifier_id=None if call.actor.may(OVERSEES) else call.actor.id)


async def list_conversation_drafts(call: Call, conversation_id: UUID, query: Cursor) -> Page[Collaboration]:
    """List what bots would say in a conversation as soon as somebody approves it; what has least time left first."""
    return await _open(call, query, conversation_id=conversation_id)


async def show_draft(call: Call, conversation_id: UUID, draft_id: UUID) -> Collaboration:
    """Show what a bot would say, or would have said, and what became of it."""
    async with call.house.db.act(call.actor) as tx:
        await require(tx, call.actor, conversation_id)
        row = await one(tx, conversation_id, draft_id)
    if row is None or row.type != "verification":
        raise NotFound("there is no such draft")
    return shown(row)


async def decide_draft(call: Call, conversation_id: UUID, draft_id: UUID, body: DraftDecision) -> Collaboration:
    """Approve what a bot would say, as it is or changed, or reject it; said again it is the same."""
    frame = Contribute(draft_id, conversation_id, verdict=body.verdict, body=body.body)
    found = await contribute(call.house.db, cast("Log", call.log), call.actor, frame)
    if not _is_so(found, call.actor, body):
        raise Conflict(_ENDED.get(found.outcome or "", "it came too late: people answer"))
    return found


def _is_so(found: Collaboration, actor: Actor, body: DraftDecision) -> bool:
    """Whether it was decided as somebody wants it, by whomever."""
    if body.verdict == "reject":
        return found.outcome == "rejected"
    if found.outcome not in {"approved", "edited"}:
        return False
    said = [each for each in found.contributions if each.verdict == "approve"]
    if any((each.agent_id, each.body) == (actor.id, body.body) for each in said):
        return True
    return body.body == next((each.body for each in reversed(said) if each.body), "")


async def _open(
    call: Call, query: Cursor, *, conversation_id: UUID | None = None, verifier_id: UUID | None = None
) -> Page[Collaboration]:
    after, after_id = read_cursor(query.cursor, int)
    async with call.house.db.act(call.actor) as tx:
        if conversation_id is not None:
            await require(tx, call.actor, conversation_id)
        rows = await tx.many(
            sql.open_drafts, CollaborationRow, conversation_id=conversation_id, verifier_id=verifier_id,
            seen_ids=await seen_ids(tx, call.actor), after=after, after_id=after_id, limit=query.limit + 1,
        )  # fmt: skip
    more, rows = len(rows) > query.limit, rows[: query.limit]
    return Page([shown(row) for row in rows], cursor_after(rows[-1].deadline_at, rows[-1].id) if more else None)


_OF = "/api/conversations/{conversation_id}/drafts"
endpoints = [
    *collaborating.endpoints,
    get("/api/drafts", list_drafts, permission="conversation.reply"),
    get(_OF, list_conversation_drafts, permission="conversation.read"),
    get(f"{_OF}/{{draft_id}}", show_draft, permission="conversation.read"),
    post(f"{_OF}/{{draft_id}}/decide", decide_draft, permission="conversation.reply"),
]
