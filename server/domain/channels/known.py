"""Visitors whom the company knows: its backend has signed who they are."""

from typing import Any
from uuid import UUID

from server.core.auth import Identity, Visitor, identity_key_of, read_identity
from server.core.errors import Unauthenticated, Unavailable
from server.core.house import House
from server.core.secrets import Sealed, Vault
from server.core.sql import load
from server.core.text import clean_name
from server.domain.channels.actions import anonymous, channel_by_key, session_for, spend_visit
from server.domain.channels.configure import SEALED_IN
from server.domain.channels.types import Channel, OpenSession, SealedKey, VisitorSession
from server.domain.chat.joining import join_conversations
from server.domain.customers.actions import meet_known
from server.domain.customers.types import Acquaintance

sql = load(__file__)

# As long as the company's token can be shown, with both clocks wrong.
TOKEN_ID_SECONDS = 900


async def open_known_session(house: House, log: Any, address: str, body: OpenSession) -> VisitorSession:
    """Let in whom the company has named, and give them what they said in this browser before."""
    await spend_visit(house, address)
    channel = await channel_by_key(house, body.widget_key)
    identity = await _proven(house, channel, body.widget_key, body.identity or "")
    spent = f"{channel.id} {identity.token_id}"
    if await house.cache.spend("identity", spent, 1, TOKEN_ID_SECONDS):
        raise Unauthenticated("the identity token was used before; sign each one with a jti of its own")
    try:
        met = await _meet(house, channel, identity)
        visitor = Visitor(channel.org_id, channel.id, met.contact_id, met.name, is_known=True)
        stranger = anonymous(house.settings.secret, channel, body.token)
        if stranger is not None:
            await join_conversations(house.db, log, channel.org_id, stranger.contact_id, met.contact_id)
    except Unavailable:
        # Nothing came of it, so that it may be shown again.
        await house.cache.give_back("identity", spent)
        raise
    return session_for(house, channel, visitor, has_email=met.has_email)


async def _proven(house: House, channel: Channel, audience: str, token: str) -> Identity:
    try:
        kid = UUID(identity_key_of(token))
    except ValueError:
        raise Unauthenticated("the identity token's header has no kid of ours") from None
    async with house.db.scope(channel.org_id) as tx:
        found = await tx.maybe(sql.identity_key, SealedKey, channel_id=channel.id, kid=kid)
    if found is None:
        raise Unauthenticated("the identity token's kid is none of this channel's keys")
    sealed = Sealed(found.sealed, found.sealed_by)
    return read_identity(Vault(house.settings.secret).open(channel.org_id, SEALED_IN, sealed), token, audience)


async def _meet(house: House, channel: Channel, identity: Identity) -> Acquaintance:
    # Of the channel: another site of the same company may have given the same number to somebody else.
    address = f"user:{channel.id}:{identity.subject}"
    email = identity.email.strip().lower()
    has_address = 3 <= len(email) <= 254 and "@" in email
    return await meet_known(
        house.db, channel.org_id, address, clean_name(identity.name)[:200], email if has_address else ""
    )
