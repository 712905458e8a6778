"""Wrong logins on their way into the audit log.

A web only leaves a note in Valkey, for a known e-mail as for an unknown one: a row for the known ones alone would take
a time that tells which are known. A worker writes the rows (workers/audit.py).
"""

from uuid import UUID

import msgspec
import structlog

from server.core.auth import Client
from server.core.errors import Unavailable
from server.core.house import House
from server.domain.identity.types import LoginRow

logger = structlog.get_logger(__name__)

STREAM = b"fd:refused-logins"
# Whoever tries passwords by the million must not fill the memory; the newest stay.
MOST = 20_000


class RefusedLogin(msgspec.Struct, frozen=True):
    """A wrong password, and whose: no e-mail and no password is in it."""

    user_id: UUID | None
    # Organization and seat of each membership; none where nobody has this e-mail.
    seats: list[tuple[UUID, UUID]]
    address: str
    agent: str


async def note_refused(house: House, client: Client, found: LoginRow | None) -> None:
    """Leave a note of a wrong login."""
    # No e-mail here: whoever types a password into the wrong field would find it in the log.
    logger.info("login refused", address=client.address)
    seats = [(each.org_id, each.agent_id) for each in found.memberships] if found else []
    note = RefusedLogin(found.user_id if found else None, seats, client.address, client.agent)
    try:
        await house.cache.append(STREAM, msgspec.json.encode(note), MOST)
    except Unavailable as error:
        logger.warning("a refused login could not be noted", error=str(error))
