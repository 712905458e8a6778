"""A POST repeated with the same Idempotency-Key is done once and answered the same.

Source: the IETF draft "The Idempotency-Key HTTP Header Field" (draft-ietf-httpapi-idempotency-key-header).
"""

import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from server.core.auth import Actor
from server.core.db import Db
from server.core.errors import Conflict, Invalid
from server.core.sql import parse

sql = parse((Path(__file__).parent / "idempotency.sql").read_text("utf-8"))

HEADER = "idempotency-key"
MOST = 200
# A request that takes longer has died with its process: no route waits for anything that long.
PATIENCE = 60.0


class Kept(msgspec.Struct, frozen=True):
    """The first request with a key; `status` is null while it runs."""

    request_hash: bytes
    status: int | None
    answer: bytes | None


async def once(
    db: Db, actor: Actor, key: str, request: str, run: Callable[[], Awaitable[tuple[int, bytes]]], *, is_secret: bool
) -> tuple[int, bytes]:
    """Run a request unless its key was used; then say what it was answered the first time.

    Refuses a key that another request was sent with (422), that is being worked on (409), and a repetition of what is
    shown once (409).
    """
    if len(key) > MOST or not key.isprintable():
        raise Invalid(f"an Idempotency-Key has at most {MOST} characters that can be read")
    hashed = hashlib.sha256(request.encode()).digest()
    of = {"agent_id": actor.id, "key": key}
    async with db.scope(actor.org_id) as tx:
        is_first = await tx.value(sql["claim"], request_hash=hashed, patience=PATIENCE, **of)
        kept = None if is_first else await tx.maybe(sql["kept"], Kept, **of)
    if not is_first:
        return _repeated(kept, hashed)
    try:
        status, answer = await run()
    except BaseException:
        async with db.scope(actor.org_id) as tx:
            await tx.run(sql["give_up"], **of)
        raise
    async with db.scope(actor.org_id) as tx:
        await tx.run(sql["keep"], status=status, answer=b"" if is_secret else answer, **of)
    return status, answer


def _repeated(kept: Kept | None, hashed: bytes) -> tuple[int, bytes]:
    if kept is not None and kept.request_hash != hashed:
        raise Invalid("this Idempotency-Key was sent with another request", field=HEADER)
    if kept is None or kept.status is None:
        raise Conflict("the first request with this Idempotency-Key is not done yet", retry_after=1)
    if kept.status != 204 and not kept.answer:
        raise Conflict("this was done already, and what it answered is shown once")
    return kept.status, kept.answer or b""
