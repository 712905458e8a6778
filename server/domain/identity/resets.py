"""A forgotten password: a link by mail, and a new one."""

from uuid import UUID

import structlog

from server.core import jobs
from server.core.auth import RESET, Actor, Client, derived_token, token_hash
from server.core.errors import Forbidden, NotFound, Refused, TooFast
from server.core.house import House
from server.core.ids import uuid7
from server.core.limits import address_key
from server.core.sql import load
from server.domain.identity.passwords import check_password, find_login
from server.domain.identity.profile import put_password
from server.domain.identity.tokens import find_token
from server.domain.identity.types import PasswordRow

sql = load(__file__)
logger = structlog.get_logger(__name__)

MAIL = "identity.mail_reset"
SECONDS = 3600
# Of one e-mail and of one address in an hour: nobody's mailbox is filled by somebody else.
MOST_OF_MAIL, MOST_OF_ADDRESS = 5, 30


async def allow_reset(house: House, client: Client, email: str) -> None:
    """Refuse what is asked too often, whether or not anybody has this e-mail."""
    if not house.settings.smtp_url:
        raise Forbidden("this server sends no mail; ask whoever runs it for a new password")
    limits = [("reset-mail", email.lower(), MOST_OF_MAIL), ("reset-ip", address_key(client.address), MOST_OF_ADDRESS)]
    for what, key, most in limits:
        if wait := await house.cache.spend(what, key, most, SECONDS):
            raise TooFast("a link was asked for too often; look into your mail, or try again later", retry_after=wait)


async def send_reset(house: House, email: str) -> None:
    """Have a link mailed to whoever has this e-mail; run after the answer, whose time must not tell who has."""
    try:
        found = await find_login(house, email)
        if found is None or not found.memberships:
            return
        seat, token_id = found.memberships[0], uuid7()
        token = derived_token(RESET, house.settings.secret, token_id)
        async with house.db.scope(seat.org_id) as tx:
            await tx.value(
                sql.add_link, id=token_id, kind="password_reset", agent_id=seat.agent_id, token_hash=token_hash(token),
                seconds=SECONDS,
            )  # fmt: skip
            await jobs.add(tx, MAIL, {"token_id": str(token_id)}, key=f"mail {token_id}")
    except Refused as error:
        logger.warning("a link for a new password could not be made", error=str(error))


async def confirm_reset(house: House, client: Client, token: str, password: str) -> None:
    """Store the new password of whoever shows the link's token; all sessions of the login end."""
    row = await find_token(house.db, token_hash(token))
    if row is None or row.kind != "password_reset" or row.user_id is None:
        raise NotFound("this link is used or too old; ask for a new one")
    actor = Actor("member", row.agent_id, row.org_id, row.agent_name, row.role or "")
    async with house.db.scope(row.org_id) as tx:
        login = await tx.one(sql.password_of, PasswordRow, agent_id=row.agent_id)
    check_password(password, login.email)
    hashed = await house.passwords.hash(password)
    ended: list[UUID] = []
    async with house.db.act(actor, client) as tx:
        if not await tx.run(sql.use_link, id=row.token_id, kind="password_reset"):
            raise NotFound("this link is used or too old; ask for a new one")
        ended = await put_password(tx, row.user_id, actor, hashed, event="password_reset")
    await house.notices.tell("token", *ended)
