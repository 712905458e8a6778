"""Logins, seats, sessions: the words of this room, and the rows that its statements give."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from server.core.hours import HoursPlan
from server.core.permissions import Withholdable
from server.core.text import Name
from server.protocol.values import Availability

# The longest address that SMTP carries (RFC 5321), and the least that is one.
Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^\s@\x00-\x1f]+@[^\s@\x00-\x1f]+\Z")]
# A longer one would only cost time: argon2 reads it whole.
Password = Annotated[str, Meta(min_length=1, max_length=1024)]
Role = Literal["owner", "admin", "manager", "agent", "viewer"]
SkillLevel = Literal["trainee", "junior", "intermediate", "senior", "specialist"]
Timezone = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_+/-]+\Z")]
# A language and perhaps more, as in de or pt-BR (RFC 5646).
Locale = Annotated[str, Meta(max_length=35, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")]
# Nobody gives more than oneself has.
RANK: dict[str, int] = {"viewer": 0, "agent": 1, "manager": 2, "admin": 3, "owner": 4}


class Membership(Struct, frozen=True):
    """One seat of a login."""

    org_id: UUID
    agent_id: UUID
    role: Role
    org_name: str


class LoginRow(Struct, frozen=True):
    """A login with its seats, the one that was used last first."""

    user_id: UUID
    name: str
    password_hash: str | None
    memberships: list[Membership]


class MeRow(Struct, frozen=True):
    """A seat with its login and its organization."""

    agent_id: UUID
    name: str
    email: str
    avatar_url: str | None
    role: Role
    withheld: list[Withholdable]
    availability: Availability
    availability_reason: str
    organization_id: UUID
    organization_name: str
    organization_slug: str
    late_minutes: int
    organizations: list[dict[str, str]]
    timezone: str
    locale: str
    settings: dict[str, Any]


class TokenRow(Struct, frozen=True):
    """A token that is good, with who holds it."""

    org_id: UUID
    token_id: UUID
    kind: str
    scopes: list[str] | None
    expires_at: datetime
    last_used_at: datetime | None
    agent_id: UUID
    agent_kind: str
    agent_name: str
    user_id: UUID | None
    role: Role | None
    withheld: frozenset[str]


class Standing(Struct, frozen=True):
    """A token that is still good, and what its holder is called and may do now."""

    token_id: UUID
    name: str
    role: str
    withheld: frozenset[str]


class SessionInfo(Struct, frozen=True):
    """One place where a person is logged in."""

    id: UUID
    created_at: int
    last_used_at: int | None
    expires_at: int
    address: str
    user_agent: str
    is_this: bool


class PasswordRow(Struct, frozen=True):
    """A seat's login, with the password to compare."""

    user_id: UUID
    email: str
    password_hash: str | None


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


class Skill(Struct, frozen=True):
    """Something that somebody can do, and how well."""

    skill: Annotated[str, Meta(min_length=1, max_length=40)]
    level: SkillLevel = "intermediate"


class Member(Struct, frozen=True):
    """A person who works here, or did; how much at a time is counted in the weights of channels."""

    id: UUID
    name: str
    email: str
    avatar_url: str | None
    role: Role
    job_title: str
    is_active: bool
    availability: Availability
    team_ids: list[UUID]
    skills: list[Skill]
    languages: list[str]
    max_load: float
    # Of two who could take a conversation the router prefers the higher one.
    routing_priority: int
    # What the role may and this member may not.
    withheld: list[Withholdable]
    joined_at: int
    last_login_at: int | None


class Team(Struct, frozen=True):
    """Members who work together; the lead is one of them."""

    id: UUID
    name: str
    description: str
    member_ids: list[UUID]
    lead_id: UUID | None


class Hours(Struct, frozen=True):
    """When somebody is there; without a plan of its own a team or channel keeps to the organization's.

    An organization without one does not say when it is there.
    """

    plan: HoursPlan | None


class Organization(Struct, frozen=True):
    """The organization as its members see it."""

    id: UUID
    name: str
    slug: str
    logo_url: str | None
    website: str | None
    industry: str | None
    size: str | None
    timezone: str
    locale: str
    # How long a visitor may wait for a person before it is late.
    late_minutes: int
    # How long it is kept what bots would have said, and what was searched for; None is for ever.
    retention_days: int | None
    plan: str
    created_at: int


class Invitation(Struct, frozen=True):
    """Somebody who may come in; `mail` tells what became of the mail, where there is one."""

    id: UUID
    email: str
    role: Role
    team_ids: list[UUID]
    inviter_name: str
    mail: Literal["", "waiting", "sent", "failed"]
    created_at: int
    expires_at: int


class InvitationRow(Struct, frozen=True):
    """An invitation for whoever shows its token."""

    id: UUID
    email: str
    role: Role
    team_ids: list[UUID]
    inviter_name: str
    organization_name: str


class MailTo(Struct, frozen=True):
    """Who gets a link by mail: of an invitation `name` is the inviter, of a password reset whoever gets it."""

    email: str
    name: str
    organization_name: str


class SeatRow(Struct, frozen=True):
    """A seat that a login has or had in an organization."""

    id: UUID
    is_active: bool


class ApiToken(Struct, frozen=True):
    """A key for programs; what it may do is its maker's role, of that its scopes where it has some."""

    id: UUID
    name: str
    scopes: list[str]
    agent_id: UUID
    agent_name: str
    created_at: int
    expires_at: int
    last_used_at: int | None
