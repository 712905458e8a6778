"""Logins, seats, sessions: what is asked, what is stored, what is answered."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

# The longest address that SMTP carries (RFC 5321), and the least that is one.
Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^\s@\x00-\x1f]+@[^\s@\x00-\x1f]+\Z")]
# A longer one would only cost time: argon2 reads it whole.
Password = Annotated[str, Meta(min_length=1, max_length=1024)]
Name = Annotated[str, Meta(min_length=1, max_length=120)]
Role = Literal["owner", "admin", "manager", "agent", "viewer"]


class Login(Struct, frozen=True):
    """What a person types to log in; the organization only where there are several."""

    email: Email
    password: Password
    organization_id: UUID | None = None


class Me(Struct, frozen=True):
    """Who is logged in, and where."""

    agent_id: UUID
    name: str
    role: Role
    organization_id: UUID
    organization_name: str


class Ticket(Struct, frozen=True):
    """What opens one socket, once and within 30 seconds."""

    ticket: str


class Session(Struct, frozen=True):
    """A login that was right: who it is, and the cookie's value, which is stored nowhere."""

    me: Me
    token: str


class Membership(Struct, frozen=True):
    """One seat of a login."""

    org_id: UUID
    agent_id: UUID
    role: Role
    org_name: str


class LoginRow(Struct, frozen=True):
    """A login with its seats, by the name of the organization."""

    user_id: UUID
    name: str
    password_hash: str | None
    memberships: list[Membership]


class TokenRow(Struct, frozen=True):
    """A token that is good, with who holds it."""

    org_id: UUID
    token_id: UUID
    kind: str
    scopes: list[str] | None
    expires_at: datetime
    agent_id: UUID
    agent_kind: str
    agent_name: str
    user_id: UUID | None
    role: str | None


class Standing(Struct, frozen=True):
    """A token that is still good, and what its holder is called and may do now."""

    token_id: UUID
    name: str
    role: str


class NewMember(Struct, frozen=True):
    """A person who gets a seat; the password counts only where the login is new."""

    name: Name
    email: Email
    password: Password
    role: Role = "agent"


class NewOrganization(Struct, frozen=True):
    """An organization and its first owner."""

    name: Name
    slug: Annotated[str, Meta(min_length=2, max_length=60, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z")]
    owner: NewMember


class NewBot(Struct, frozen=True):
    """A machine that gets a seat."""

    name: Name
    instructions: str = ""
