"""The chain over the audit log: each line's hash holds the hash of the line before it, in every organization.

Whoever changes, removes or puts in a line afterwards breaks it, and `verify` finds where. A chain alone cannot show
that its own end was cut off together with the lines: whoever wants to be sure of that keeps the last hash elsewhere.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from itertools import groupby
from pathlib import Path
from uuid import UUID

from msgspec import Struct

from server.core.db import Db, Transaction
from server.core.events import NO_ID, Cursor, EventLog
from server.core.ids import uuid7_ms
from server.core.sql import parse
from server.domain.audit.types import Chained, Link, LinkRow, Loose, ToChain

_sql = parse((Path(__file__).parent / "chain.sql").read_text("utf-8"))

READER = "audit.chain"
FIRST = b"\0" * 32
AT_ONCE = 500
# Ids carry the time they were made at. No transaction and no clock is an hour behind; a line put in later often is.
LATE_MS = 3_600_000


def hash_of(previous: bytes, text: str) -> bytes:
    """A link: of the line's canonical text and the link before it."""
    return hashlib.sha256(previous + text.encode()).digest()


class Head(Struct, frozen=True):
    """Where a chain ends: so many lines, and the hash that stands for all of them."""

    n: int
    row_hash: bytes


class Verdict(Struct, frozen=True):
    """What was found of one organization's chain so far; `fault` names the first bad line."""

    org_id: UUID | None
    slug: str
    head: Head
    fault: str = ""
    is_done: bool = False


async def lengthen(lookup: Db, db: Db, log: EventLog, cursor: Cursor) -> tuple[Cursor, bool]:
    """Put the next lines into their chains; how far that came, and whether there may be more.

    For the one holder of the reader's lease; done again after a crash, it goes on where it stopped.
    """
    async with lookup.unscoped() as tx:
        horizon = await log.horizon(tx)
        found = await tx.many(
            _sql["lines_after"], ToChain, xid=cursor.xid, id=cursor.id, horizon=horizon, limit=AT_ONCE
        )
    for _, lines in groupby(sorted(found, key=_chain_of), key=_chain_of):
        await _link(db, list(lines))
    if len(found) == AT_ONCE:
        return Cursor(found[-1].xid, found[-1].id), True
    return max(cursor, Cursor(horizon, NO_ID), key=Cursor.place), False


def _chain_of(line: ToChain) -> str:
    return str(line.org_id or "")


async def _link(db: Db, lines: Sequence[ToChain]) -> None:
    org_id = lines[0].org_id
    async with db.scope(org_id) if org_id is not None else db.unscoped() as tx:
        known = {row["audit_id"] for row in await tx.records(_sql["linked_among"], ids=[each.id for each in lines])}
        new = [each for each in lines if each.id not in known]
        if not new:
            return
        last = await _end(tx, org_id)
        hashes = [last.row_hash]
        for each in new:
            hashes.append(hash_of(hashes[-1], each.text))
        # Of two holders, which only a lost lease allows, the key lets one go on.
        await tx.run(
            _sql["add_links"], org_id=org_id, ns=list(range(last.n + 1, last.n + 1 + len(new))),
            ids=[each.id for each in new], prev_hashes=hashes[:-1], row_hashes=hashes[1:],
        )  # fmt: skip


async def _end(tx: Transaction, org_id: UUID | None) -> Link:
    found = (
        await tx.maybe(_sql["last_system_link"], Link) if org_id is None else await tx.maybe(_sql["last_link"], Link)
    )
    return found or Link(0, FIRST)


async def verify(lookup: Db, organization: str = "") -> AsyncIterator[Verdict]:
    """Walk the chains, all or one's, and tell how it goes; the last verdict of each says whether it holds."""
    async with lookup.unscoped() as tx:
        chains = await tx.many(_sql["chains"], Chained, organization=organization)
    for chain in chains:
        head, fault = Head(0, FIRST), ""
        before = 0
        while not fault:
            links = await _stretch(lookup, chain.org_id, head.n)
            for link in links:
                fault = _fault(link, head, before)
                if fault:
                    break
                head, before = Head(link.n, link.row_hash), uuid7_ms(link.audit_id)
            if len(links) < AT_ONCE:
                break
            yield Verdict(chain.org_id, chain.slug, head)
        if not fault:
            async with lookup.unscoped() as tx:
                loose = await tx.many(_sql["loose_lines"], Loose, reader=READER, organization=chain.org_id, limit=1)
            if chain.org_id is None:
                loose = [each for each in loose if each.org_id is None]
            if loose:
                fault = f"line {loose[0].id} is not in the chain: it was put in afterwards"
        yield Verdict(chain.org_id, chain.slug, head, fault, is_done=True)


async def _stretch(lookup: Db, org_id: UUID | None, after: int) -> list[LinkRow]:
    async with lookup.unscoped() as tx:
        if org_id is None:
            return await tx.many(_sql["system_links_after"], LinkRow, after=after, limit=AT_ONCE)
        return await tx.many(_sql["links_after"], LinkRow, org_id=org_id, after=after, limit=AT_ONCE)


def _fault(link: LinkRow, head: Head, before: int) -> str:
    if link.n != head.n + 1:
        return f"link {head.n + 1} is missing from the chain"
    if link.prev_hash != head.row_hash:
        return f"link {link.n} does not follow link {head.n}: the chain itself was changed"
    if link.text is None:
        return f"line {link.audit_id} (link {link.n}) is missing"
    if hash_of(link.prev_hash, link.text) != link.row_hash:
        return f"line {link.audit_id} (link {link.n}) was changed"
    if uuid7_ms(link.audit_id) < before - LATE_MS:
        return f"line {link.audit_id} (link {link.n}) was put in long after the time it tells"
    return ""
