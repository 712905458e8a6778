"""Keeps the audit log: brings wrong logins in, and puts every line into its organization's chain."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import msgspec
import structlog

from server.core.db import Db, Transaction
from server.core.errors import Refused
from server.core.events import Cursor, EventLog
from server.core.sql import load
from server.core.valkey import ReplyError, Valkey
from server.domain import audit
from server.domain.audit.chain import READER, lengthen
from server.domain.identity.refusals import STREAM, RefusedLogin

logger = structlog.get_logger(__name__)
sql = load(audit.__file__)

LOOK_EVERY = 1.0
AT_ONCE = 200


class AuditKeeper:
    """One worker at a time keeps the log of all organizations: a chain has one end."""

    def __init__(self, lookup: Db, db: Db, calm: Valkey, log: EventLog, *, lease: float) -> None:
        self._lookup, self._db, self._calm, self._log = lookup, db, calm, log
        self._token, self._lease = uuid4(), lease
        self._cursor: Cursor | None = None

    async def run(self) -> None:
        """Keep it; ends only by cancellation."""
        try:
            while True:
                try:
                    is_full = await self._step()
                except (Refused, ReplyError) as error:
                    logger.warning("the audit chain waits", error=str(error))
                    is_full = False
                except Exception:
                    # One of the loops that must not die; the same lines are tried again.
                    logger.exception("the audit chain failed")
                    is_full = False
                if not is_full:
                    await asyncio.sleep(LOOK_EVERY)
        finally:
            await asyncio.shield(self._log.give_back([READER], self._token))

    async def _step(self) -> bool:
        # What is not written when the lease is lost is done again by whoever has it then.
        told, self._cursor = self._cursor, None
        kept = await self._log.keep({READER: told}, self._token, self._lease)
        if READER not in kept:
            return False
        async with asyncio.timeout(self._lease * 0.9):
            await self._bring_refused_logins()
            self._cursor, is_full = await lengthen(self._lookup, self._db, self._log, kept[READER])
        return is_full

    async def _bring_refused_logins(self) -> None:
        found: list[Any] = list(await self._calm.call("XRANGE", STREAM, "-", "+", "COUNT", AT_ONCE))
        for entry_id, fields in found:
            note = msgspec.json.decode(fields[1], type=RefusedLogin)
            for org_id, agent_id in note.seats:
                async with self._db.scope(org_id) as tx:
                    await _write(tx, note, org_id, agent_id)
            if not note.seats:
                async with self._db.unscoped() as tx:
                    await _write(tx, note, None, None)
            # A crash before this tells one wrong login twice, which harms nobody.
            await self._calm.call("XDEL", STREAM, entry_id)


async def _write(tx: Transaction, note: RefusedLogin, org_id: UUID | None, agent_id: UUID | None) -> None:
    await tx.run(
        sql.add_refused_login, org_id=org_id, user_id=note.user_id, agent_id=agent_id, address=note.address,
        user_agent=note.agent,
    )  # fmt: skip
