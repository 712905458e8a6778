"""Who somebody is and what they may do: actors, permissions, tokens and passwords."""

import asyncio
import base64
import hashlib
import hmac
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal
from uuid import UUID

import jwt
import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.core.clock import now
from server.core.errors import Forbidden, Unauthenticated
from server.core.permissions import PERMISSIONS

ActorKind = Literal["member", "contact", "bot", "system"]


class Client(msgspec.Struct, frozen=True):
    """Where a request comes from, for limits and the audit log, and the language that its browser asks for first."""

    address: str = ""
    agent: str = ""
    language: str = ""


class Actor(msgspec.Struct, frozen=True):
    """Who does something, settled once at the door; everything below the doors trusts it."""

    kind: ActorKind
    id: UUID
    org_id: UUID
    name: str
    role: str = ""
    channel_id: UUID | None = None
    # The session or token that this actor came with.
    session_id: UUID | None = None
    # What an API token is narrowed to; None for whoever came in person.
    scopes: frozenset[str] | None = None
    # What this member may not do though the role may.
    withheld: frozenset[str] = frozenset()

    @property
    def permissions(self) -> frozenset[str]:
        """Everything that this actor may do: its role's permissions but those withheld, of these its token's."""
        allowed = PERMISSIONS.get(self.role, frozenset()) - self.withheld
        return allowed if self.scopes is None else allowed & self.scopes

    @property
    def is_api(self) -> bool:
        """Whether a program acts in this person's name."""
        return self.scopes is not None

    @property
    def sees_only(self) -> UUID | None:
        """The member to whose own conversations this actor is limited; None for whoever sees the queue."""
        return self.id if self.kind in {"member", "bot"} and not self.keeps("queue.read") else None

    def keeps(self, permission: str) -> bool:
        """Whether a person has what can be withheld, and so its programs: a token's scopes are no other eyes."""
        return permission in PERMISSIONS.get(self.role, frozenset()) - self.withheld

    def may(self, permission: str) -> bool:
        """Whether this actor may do what the permission names."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Refuse unless this actor may."""
        if not self.may(permission):
            raise Forbidden(f"this needs the permission {permission}")


# An anonymous visitor has nothing but the token to come back with, and comes back days later; every visit renews it.
VISITOR_MS = 30 * 86_400_000
# Who was named by the company can be named again: what is left behind at a shared browser is soon worth nothing.
KNOWN_VISITOR_MS = 15 * 60_000
_VISITOR = "visitor"
# The role of a visitor whom the company has named: it may do nothing more, but its tokens are short.
KNOWN = "known"


class Visitor(msgspec.Struct, frozen=True):
    """Whom a visitor's token names."""

    org_id: UUID
    channel_id: UUID
    contact_id: UUID
    name: str = ""
    # The company's backend has signed who this is.
    is_known: bool = False
    # When the token ends, in milliseconds; 0 before there is one.
    ends_at: int = 0

    def actor(self) -> Actor:
        """The same visitor as an actor."""
        role = KNOWN if self.is_known else ""
        return Actor("contact", self.contact_id, self.org_id, self.name, role, channel_id=self.channel_id)


def sign_visitor(secret: str, visitor: Visitor, now_ms: int) -> tuple[str, int]:
    """Make a token that any node can read without asking anybody, and the time it ends at."""
    # A JWT tells whole seconds: rounding down keeps what we say about its end true.
    ends = (now_ms + (KNOWN_VISITOR_MS if visitor.is_known else VISITOR_MS)) // 1000
    claims: dict[str, str | int | bool] = {
        "aud": _VISITOR,
        "org": str(visitor.org_id),
        "cha": str(visitor.channel_id),
        "sub": str(visitor.contact_id),
        "iat": now_ms // 1000,
        "exp": ends,
    }
    if visitor.name:
        claims["name"] = visitor.name
    if visitor.is_known:
        claims["known"] = True
    return jwt.encode(claims, secret, algorithm="HS256"), ends * 1000


def _decoded(
    token: str, key: str, audience: str, required: list[str], *, skew: int = 0, strict_aud: bool = False
) -> dict[str, Any]:
    """The claims of a token that is good now, by the time that all nodes share, which the library does not know."""
    claims: dict[str, Any] = jwt.decode(
        token, key, algorithms=["HS256"], audience=audience,
        options={
            "require": required, "strict_aud": strict_aud,
            "verify_exp": False, "verify_iat": False, "verify_nbf": False,
        },
    )  # fmt: skip
    try:
        begins, ends = max(int(claims.get("iat", 0)), int(claims.get("nbf", 0))), int(claims["exp"])
    except (ValueError, TypeError, OverflowError):
        raise jwt.DecodeError("a time is no number") from None
    if begins > now() + skew:
        raise jwt.ImmatureSignatureError("the token is not valid yet")
    if ends <= now() - skew:
        raise jwt.ExpiredSignatureError("the token has ended")
    return claims


def read_visitor(secret: str, token: str) -> Visitor:
    """Whom a visitor's token names; refuses a token that is not ours, was changed or has ended."""
    try:
        claims = _decoded(token, secret, _VISITOR, ["exp", "sub", "aud"])
        return Visitor(
            UUID(claims["org"]), UUID(claims["cha"]), UUID(claims["sub"]), str(claims.get("name", "")),
            is_known=claims.get("known") is True, ends_at=int(claims["exp"]) * 1000,
        )  # fmt: skip
    except (jwt.InvalidTokenError, KeyError, ValueError, TypeError, AttributeError):
        raise Unauthenticated("the visitor's token is wrong or has ended; open a new session") from None


# A page that was signed longer ago may have been copied from a log or a cache.
IDENTITY_SECONDS = 600
# The company's clock and ours.
_SKEW = 60


class Identity(msgspec.Struct, frozen=True):
    """Whom a company's backend says that its visitor is."""

    subject: str
    token_id: str
    name: str = ""
    email: str = ""


def identity_key_of(token: str) -> str:
    """The name of the key that a company's token says it is signed with; nothing is proven yet."""
    try:
        return str(jwt.get_unverified_header(token).get("kid", ""))
    except jwt.InvalidTokenError:
        raise Unauthenticated("the identity token is no JWT") from None


def read_identity(key: str, token: str, audience: str) -> Identity:
    """What a company's token says; refuses one that is not signed with this key, not for us, too old or too long."""
    needed = ["sub", "aud", "iat", "exp", "jti"]
    try:
        claims = _decoded(token, key, audience, needed, skew=_SKEW, strict_aud=True)
    except jwt.InvalidAudienceError:
        raise Unauthenticated("the identity token's aud is not this widget's key") from None
    except jwt.ExpiredSignatureError:
        raise Unauthenticated("the identity token has ended") from None
    except jwt.MissingRequiredClaimError as error:
        raise Unauthenticated(f"the identity token lacks {error.claim}") from None
    except jwt.InvalidSignatureError:
        raise Unauthenticated("the identity token's signature is wrong") from None
    except jwt.InvalidTokenError:
        raise Unauthenticated("the identity token cannot be read; sign it with HS256") from None
    if claims["exp"] - claims["iat"] > IDENTITY_SECONDS:
        raise Unauthenticated("the identity token lasts more than ten minutes")
    subject, token_id = claims["sub"], claims["jti"]
    if not (isinstance(token_id, str) and 0 < len(subject) <= 200 and 0 < len(token_id) <= 200):
        raise Unauthenticated("the identity token's sub and jti have 1 to 200 characters")
    if "\0" in subject:
        raise Unauthenticated("the identity token's sub holds a NUL character")
    return Identity(subject, token_id, str(claims.get("name") or ""), str(claims.get("email") or ""))


# The prefix tells a person, and a scanner of leaked secrets, what was found.
SESSION = "fds_"
BOT = "fdb_"
API_KEY = "fdk_"
TICKET = "fdt_"
INVITATION = "fdi_"
RESET = "fdr_"


def new_token(prefix: str) -> tuple[str, bytes]:
    """Make a token of 256 random bits, and the hash that is kept in its place."""
    token = prefix + secrets.token_urlsafe(32)
    return token, token_hash(token)


def derived_token(prefix: str, secret: str, id: UUID) -> str:
    """The token of a link that is mailed: whoever holds our secret makes it anew, so that no job has to keep it."""
    signed = hmac.digest(secret.encode(), prefix.encode() + id.bytes, "sha256")
    return prefix + base64.urlsafe_b64encode(signed).decode().rstrip("=")


class Holder(msgspec.Struct, frozen=True):
    """Whom a token belongs to, and the time in milliseconds that it ends at."""

    actor: Actor
    ends_at: int


def token_hash(token: str) -> bytes:
    """What is stored of a token. It is random, so that a fast hash is as good as a slow one."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


class Passwords:
    """Hashes and checks passwords with argon2id, beside the event loop and at most two at once."""

    def __init__(self) -> None:
        # OWASP's first choice for argon2id: 46 MiB, one pass, one lane; about 40 ms of one core.
        self._hasher = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
        # Two at once bound the memory at 92 MiB and leave the loop a core.
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="password")
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    async def hash(self, password: str) -> str:
        """The hash to store, with its salt and costs inside."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether this is the password; takes as long when there is none, so that the time tells nothing."""
        right = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._is_right, stored or self._nobody, password
        )
        return right and stored is not None

    def _is_right(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False)
