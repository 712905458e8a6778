"""Reading the audit log, which is itself written down."""

from collections.abc import AsyncIterator

import msgspec

from server.core import audit
from server.core.auth import Actor, Client
from server.core.db import Db
from server.core.endpoint import Page
from server.core.paging import cursor_after, read_cursor
from server.core.sql import load
from server.domain.audit.forms import AuditFilter
from server.domain.audit.types import AuditLine

sql = load(__file__)

EXPORT_AT_ONCE = 500


async def list_lines(db: Db, actor: Actor, client: Client, query: AuditFilter) -> Page[AuditLine]:
    """What happened, the newest first; that somebody looked is one line of it, however many pages he turns."""
    _, before = read_cursor(query.cursor, str)
    async with db.act(actor, client) as tx:
        if before is None:
            await audit.note(tx, "read", "audit_log")
        await tx.run(sql.plan_for_these_values)
        found = await tx.many(
            sql.lines, AuditLine, entity_type=query.entity_type or None, entity_id=query.entity_id,
            actor_id=query.actor_id, action=query.action, before=before, limit=query.limit + 1,
            with_names=True,
        )  # fmt: skip
    items = found[: query.limit]
    return Page(items, cursor_after("", items[-1].id) if len(found) > query.limit else None)


async def export_lines(db: Db, actor: Actor, client: Client) -> AsyncIterator[bytes]:
    """Everything, the newest first, one line of JSON each; that it was exported is written down before the first.

    Without the names of things: nobody can erase a customer's name from a file that was handed out.
    """
    async with db.act(actor, client) as tx:
        await audit.note(tx, "export", "audit_log")
    before = None
    while True:
        async with db.scope(actor.org_id) as tx:
            found = await tx.many(
                sql.lines, AuditLine, entity_type=None, entity_id=None, actor_id=None, action=None, before=before,
                limit=EXPORT_AT_ONCE, with_names=False,
            )  # fmt: skip
        if found:
            yield msgspec.json.Encoder().encode_lines(found)
        if len(found) < EXPORT_AT_ONCE:
            return
        before = found[-1].id
