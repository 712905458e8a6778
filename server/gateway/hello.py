"""The first frame of a socket: settle who this is, show what was missed, and go live."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from server.core.auth import Actor, read_visitor
from server.core.clock import now_ms
from server.core.errors import Forbidden, Refused, Unauthenticated, Unavailable
from server.domain.channels.actions import channel_by_key
from server.domain.channels.origins import origin_allowed
from server.domain.identity.tokens import bot_by_token, redeem_ticket
from server.gateway.commands import look_back
from server.protocol.client_frames import AsBot, AsMember, AsVisitor, Hello
from server.protocol.codes import CloseCode
from server.protocol.senders import Audience
from server.protocol.server_frames import Resumed, Welcome
from server.protocol.values import PROTOCOL, Identity, Limits

if TYPE_CHECKING:
    from server.gateway.session import Session


async def greet(session: "Session", hello: Hello) -> None:
    """Answer a hello with a welcome, or close with the reason."""
    if hello.protocol != PROTOCOL:
        session.socket.close(CloseCode.OLD_PROTOCOL)
        return
    try:
        actor, kind = await _who(session, hello)
    except Unauthenticated:
        session.socket.close(CloseCode.UNAUTHENTICATED)
    except Forbidden:
        session.socket.close(CloseCode.FORBIDDEN_ORIGIN)
    except Unavailable:
        session.socket.close(CloseCode.UNHEALTHY, retry_after=2)
    except Refused:
        session.socket.close(CloseCode.BAD_HELLO)
    else:
        if kind == "visitor" and session.door.blocked.holds(actor):
            session.socket.close(CloseCode.REVOKED)
            return
        await _welcome(session, hello, actor, kind)


async def _who(session: "Session", hello: Hello) -> tuple[Actor, Audience]:
    door, credentials = session.door, hello.credentials
    own = {f"http://{session.host}", f"https://{session.host}", door.settings.public_url}
    match credentials:
        case AsVisitor():
            visitor = read_visitor(door.settings.secret, credentials.token)
            channel = await channel_by_key(door.house, credentials.widget_key)
            if (channel.org_id, channel.id) != (visitor.org_id, visitor.channel_id) or not channel.is_active:
                raise Unauthenticated("the token is not of this channel")
            if not origin_allowed(session.origin, own, channel.allowed_origins):
                raise Forbidden("this origin may not use the channel")
            if visitor.is_known:
                session.ends_at = visitor.ends_at
            return visitor.actor(), "visitor"
        case AsMember():
            if not origin_allowed(session.origin, own, ()):
                raise Forbidden("members come from our own pages")
            return await redeem_ticket(door.house.cache, credentials.ticket), "member"
        case AsBot():
            return await bot_by_token(door.house.tokens, credentials.token), "bot"


async def _welcome(session: "Session", hello: Hello, actor: Actor, kind: Audience) -> None:
    door, settings = session.door, session.door.settings
    rate, burst, most = {
        "visitor": (settings.visitor_rate, settings.visitor_burst, settings.visitor_sockets),
        "member": (settings.member_rate, settings.member_rate * 4, settings.member_sockets),
        "bot": (settings.bot_rate, settings.bot_rate * 4, settings.member_sockets),
    }[kind]
    if session.socket.is_going:
        return
    tenant = door.admit(session, actor, most)
    if tenant is None:
        session.socket.close(CloseCode.TOO_MANY_SOCKETS)
        return
    session.welcomed(actor, kind, rate, burst, tenant.bucket)
    if kind == "member":
        # The ticket tells how it was when it was given, and a notice finds this socket only from `welcomed` on. While
        # Postgres is away it counts: it is less than a minute old, and the socket is looked at again.
        with suppress(Unavailable):
            await door.watchman.look([session])
        if session.socket.is_going:
            return
    # Hear first and hold it, then read the past: whatever comes in between waits, and nothing is missed.
    session.hold()
    try:
        if kind == "visitor":
            session.follow(actor.id.bytes)
            session.follow(actor.org_id.bytes)
        elif not session.socket.is_going:
            door.presence.came(session)
        resumed = await look_back(session, hello.resume)
        session.say(
            Welcome(
                session.id,
                Identity("contact" if kind == "visitor" else kind, actor.id, actor.name, actor.org_id, role=actor.role),
                now_ms(),
                Limits(
                    settings.message_bytes, settings.in_flight, rate, int(burst), settings.watched, settings.ping_every
                ),
                sorted(actor.permissions),
                resumed,
            )
        )
        if kind == "member" and not session.socket.is_going:
            # Whoever asks after its welcome what it has read misses nothing that is read from here on.
            door.hub.read_along(session)
    finally:
        session.release()
    await _introduce(session, hello, resumed)


async def _introduce(session: "Session", hello: Hello, resumed: Sequence[Resumed]) -> None:
    """Tell what nobody asked for and everybody of its kind should know, and take the frames that came early."""
    door = session.door
    if isinstance(hello.credentials, AsBot) and not session.socket.is_going:
        # While Postgres is away nobody knows; it is looked at again.
        with suppress(Unavailable):
            await door.holdings.begin(session, hello, hello.credentials.capacity)
    session.begin()
    if isinstance(hello.credentials, AsVisitor):
        await door.hours.tell(session, hello.credentials.widget_key)
        door.presence.tell(session)
        await door.places.tell(session, resumed)
