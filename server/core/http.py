"""What every HTTP door does: read and answer JSON, say errors in one shape, know who asks and from where."""

import asyncio
import ipaddress
import math
import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from server.core.auth import Actor, Client, read_visitor, token_hash
from server.core.clock import now_ms
from server.core.config import Settings
from server.core.errors import Forbidden, Invalid, Refused, TooFast, Unauthenticated
from server.core.house import House
from server.protocol.codes import RefusalCode

T = TypeVar("T")

COOKIE = "fd_session"
# The largest form of the console is a long article; files have a door of their own.
MOST_BYTES = 65_536
READ_SECONDS = 10.0
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ErrorShape(msgspec.Struct, frozen=True, omit_defaults=True):
    """Every answer of 400 and above."""

    code: RefusalCode
    message: str
    retry_after: float | None = None
    # The field of the body or the query that cannot be taken.
    field: str = ""


class Malformed(Refused):
    """The body is not JSON that Postgres could keep."""

    code = RefusalCode.MALFORMED
    status = 400


class TooLarge(Refused):
    """The body is longer than the route takes."""

    code = RefusalCode.INVALID
    status = 413


class TooSlow(Refused):
    """The body did not arrive in time."""

    code = RefusalCode.INVALID
    status = 408


# What a list was read up to: made by us, and of no meaning to anybody else.
CursorText = Annotated[str, msgspec.Meta(max_length=500)]
PageSize = Annotated[int, msgspec.Meta(ge=1, le=200)]


def house_of(request: Request) -> House:
    """The parts of this process."""
    house: House = request.app.state.house
    return house


async def read(request: Request, shape: type[T], most: int = MOST_BYTES) -> T:
    """The request's JSON body as a struct; refuses what is too long, too slow, no JSON or of another shape."""
    body = await _body(request, most)
    try:
        _refuse_nul(body)
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise wrong_field(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Malformed("the body is not JSON") from None


def query(request: Request, shape: type[T]) -> T:
    """The query string as a struct; refuses what is of another shape."""
    asked = dict(request.query_params)
    if any("\0" in each for each in asked.values()):
        raise Invalid("the query holds a NUL character")
    try:
        return msgspec.convert(asked, shape, strict=False)
    except msgspec.ValidationError as error:
        raise wrong_field(error) from None


def wrong_field(error: msgspec.ValidationError) -> Invalid:
    """What msgspec finds wrong with a body or a query, with the field's name apart from the sentence."""
    told, _, path = str(error).partition(" - at `$")
    # What is missing has no place of its own: msgspec names it in the sentence, and only what it is missing from.
    missing = re.search(r"required field `(.+)`$", told)
    names = [path.strip(".`"), missing[1] if missing else ""]
    return Invalid(told[:1].lower() + told[1:], field=".".join(filter(None, names)))


def _refuse_nul(body: bytes) -> None:
    # Postgres has no text with NUL in it: said here once instead of failing late in every statement.
    if b"\\u0000" in body and _holds_nul(msgspec.json.decode(body)):
        raise Malformed("the body holds a NUL character")


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_nul(each) for pair in value.items() for each in pair)
    return isinstance(value, list) and any(_holds_nul(each) for each in value)


async def _body(request: Request, most: int) -> bytes:
    told = request.headers.get("content-length", "0")
    if told.isdigit() and int(told) > most:
        raise TooLarge(f"the body is longer than {most} bytes")
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise TooLarge(f"the body is longer than {most} bytes")
    except TimeoutError:
        raise TooSlow("the body did not arrive in time") from None
    except ClientDisconnect:
        raise Malformed("the body ended early") from None
    return bytes(body)


def reply(answer: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A struct as a JSON answer."""
    return Response(msgspec.json.encode(answer), status, headers, "application/json")


def refusal(refused: Refused) -> Response:
    """What a refused request is answered, with Retry-After where there is a time to wait."""
    wait = refused.retry_after
    headers = {"retry-after": str(max(1, math.ceil(wait)))} if wait is not None else None
    return reply(ErrorShape(refused.code, refused.message, wait, refused.field), refused.status, headers)


def client_address(peer: str, forwarded_for: str, *, trust_proxy: bool) -> str:
    """Who connects, as an IP address or nothing; what a proxy says counts only where it is trusted."""
    if trust_proxy and forwarded_for:
        # The last one is what our proxy saw; whatever stands before it anybody may have written.
        peer = forwarded_for.rsplit(",", 1)[-1].strip()
    try:
        return str(ipaddress.ip_address(peer))
    except ValueError:
        return ""


def address_of(request: Request) -> str:
    """The address that a request comes from."""
    peer = request.client.host if request.client else ""
    forwarded = request.headers.get("x-forwarded-for", "")
    return client_address(peer, forwarded, trust_proxy=house_of(request).settings.trust_proxy)


def client_of(request: Request) -> Client:
    """Where a request comes from, as the audit log keeps it."""
    return client_at(address_of(request), request.headers)


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def client_at(address: str, headers: Mapping[str, str]) -> Client:
    """Where something comes from, as its headers tell."""
    return Client(address, readable(headers.get("user-agent", "")), language(headers.get("accept-language", "")))


def language(accepted: str) -> str:
    """The language that a browser asks for first, as in de or pt-BR, if any (RFC 9110, 12.5.4)."""
    first = accepted.split(",", 1)[0].split(";", 1)[0].strip()
    return first if _LANGUAGE.fullmatch(first) else ""


def readable(user_agent: str) -> str:
    """What a browser says of itself may be of any length and hold anything; the readable start is enough."""
    return "".join(each for each in user_agent[:300] if each.isprintable())


def own_origin(settings: Settings, host: str, forwarded_proto: str = "") -> str:
    """The origin that browsers reach us at: as configured, else by the Host header."""
    if settings.public_url:
        parts = urlsplit(settings.public_url)
        return f"{parts.scheme}://{parts.netloc}".lower()
    proto = forwarded_proto.rsplit(",", 1)[-1].strip() if settings.trust_proxy else ""
    return f"{'https' if proto == 'https' else 'http'}://{host}".lower()


def origin_of(request: Request) -> str:
    """Our own origin, as this request reached us."""
    headers = request.headers
    return own_origin(house_of(request).settings, headers.get("host", ""), headers.get("x-forwarded-proto", ""))


def socket_source(request: Request) -> str:
    """Our own socket for a page's connect-src; 'self' alone leaves sockets out in older browsers."""
    origin = origin_of(request)
    # The Host header is the client's: what is no plain host must not become a part of a policy.
    return f"ws{origin[4:]}" if re.fullmatch(r"https?://[a-z0-9.:\[\]-]+", origin) else ""


def require_same_site(request: Request, *, browser: bool) -> None:
    """Refuse a request that another site's page caused; `browser` says that only a browser can have sent it."""
    fetch_site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if fetch_site is not None:
        is_ours = fetch_site == "same-origin"
    elif origin is not None:
        is_ours = origin.lower() == origin_of(request)
    else:
        # A browser sends at least one of them with every unsafe request.
        is_ours = not browser
    if not is_ours:
        raise Forbidden("this request does not come from a page of ours")


async def member_of(request: Request, *, or_bot: bool = False) -> Actor:
    """The member behind the session cookie, or behind an API token in the Authorization header; a bot if it may be one.

    Refuses an ended one, and requests with a cookie that other sites' pages caused.
    """
    if "authorization" in request.headers:
        kinds = {"member", "bot"} if or_bot else {"member"}
        return await _holder(request, _bearer(request, "the token"), kinds, "the token is wrong or was revoked")
    token = request.cookies.get(COOKIE)
    if not token:
        raise Unauthenticated("log in first")
    if request.method not in SAFE:
        require_same_site(request, browser=True)
    return await _holder(request, token, {"member"}, "the session has ended; log in again")


async def _holder(request: Request, token: str, kinds: set[str], told: str) -> Actor:
    holder = await house_of(request).tokens.get(token_hash(token))
    if holder is None or holder.actor.kind not in kinds or holder.ends_at <= now_ms():
        raise Unauthenticated(told)
    # Each stands where it belongs: a session in a header would get past the guard against other sites' pages.
    is_program = holder.actor.is_api or holder.actor.kind == "bot"
    if is_program != ("authorization" in request.headers):
        raise Unauthenticated(told)
    return holder.actor


def _bearer(request: Request, what: str) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated(f"show {what} as Authorization: Bearer")
    return token.strip()


def spend(house: House, actor: Actor) -> None:
    """Count a call of a route; refuses too many of one caller, and of one organization's callers together."""
    now = house.clock()
    own, key = (house.visitor_calls, actor.id) if actor.kind == "contact" else (house.calls, actor.session_id)
    if wait := own.take(str(key), now):
        raise TooFast("too many requests; wait a little", retry_after=wait)
    # Anybody may be a visitor, and as many as he likes: all of them together lock no member out.
    if wait := house.organization_calls.take(f"{actor.kind} {actor.org_id}", now):
        raise TooFast("your organization spent its allowance", retry_after=wait)


def visitor_of(request: Request) -> Actor:
    """The visitor behind the token in the Authorization header; no cookie, so no other site's page can send it."""
    token = _bearer(request, "the visitor's token")
    return read_visitor(house_of(request).settings.secret, token).actor()
