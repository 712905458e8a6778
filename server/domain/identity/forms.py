"""What people send about themselves and their organization, and what they are answered."""

from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from server.core.endpoint import Cursor
from server.core.permissions import Withholdable
from server.core.text import Name, Sought
from server.domain.identity.types import Email, Locale, Password, Role, Skill, Timezone
from server.protocol.values import Availability, BotType


class Login(Struct, frozen=True):
    """What a person types to log in; the organization only where there are several."""

    email: Email
    password: Password
    organization_id: UUID | None = None


class SignUp(Struct, frozen=True):
    """What somebody types to found an organization; with the password of the login where the e-mail has one."""

    name: Name
    email: Email
    password: Password
    organization_name: Name


class Doors(Struct, frozen=True):
    """What somebody without a session may do here, so that pages offer just that."""

    may_sign_up: bool
    may_reset_password: bool


class Organizations(Struct, frozen=True):
    """One organization of a login, for the switcher."""

    organization_id: UUID
    name: str
    role: Role


class Me(Struct, frozen=True):
    """Who is logged in, where, and what that allows."""

    agent_id: UUID
    name: str
    email: str
    avatar_url: str | None
    role: Role
    permissions: list[str]
    # What the person chose; others see it only while one of its consoles is open.
    availability: Availability
    availability_reason: str
    organization_id: UUID
    organization_name: str
    organization_slug: str
    # The organization's: how long a visitor may wait for a person before it is late.
    late_minutes: int
    organizations: list[Organizations]
    timezone: str
    locale: str
    settings: dict[str, Any]


class Session(Struct, frozen=True):
    """A login that was right: who it is, and the cookie's value, which is stored nowhere."""

    me: Me
    token: str


class Ticket(Struct, frozen=True):
    """What opens one socket, once and within 30 seconds."""

    ticket: str


class SwitchOrganization(Struct, frozen=True):
    """Where the person wants to go on."""

    organization_id: UUID


class ChangeMe(Struct, frozen=True):
    """What a person says of itself; what is left out stays. `settings` is kept as it is, for the console."""

    name: Name | UnsetType = UNSET
    timezone: Timezone | UnsetType = UNSET
    locale: Locale | UnsetType = UNSET
    settings: dict[str, Any] | UnsetType = UNSET


class ChooseAvailability(Struct, frozen=True):
    """Whether one is there for conversations, and why not; a reason is for the team."""

    availability: Availability
    availability_reason: Annotated[str, Meta(max_length=80)] = ""


class ChangePassword(Struct, frozen=True):
    """The password that is, and the one that shall be."""

    current: Password
    password: Password


class AskReset(Struct, frozen=True):
    """Whose password was forgotten."""

    email: Email


class ConfirmReset(Struct, frozen=True):
    """The token from the mail, and the new password."""

    token: Annotated[str, Meta(max_length=200)]
    password: Password


class MemberFilter(Cursor, frozen=True):
    """Which members: by a piece of name or e-mail, by role, those who are here or those who left."""

    q: Sought = ""
    role: Role | None = None
    is_active: bool | None = None


class ChangeMember(Struct, frozen=True):
    """What changes about a member; what is left out stays."""

    role: Role | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    job_title: Annotated[str, Meta(max_length=120)] | UnsetType = UNSET
    # What the role may and this member may not.
    withheld: Annotated[list[Withholdable], Meta(max_length=2)] | UnsetType = UNSET


class ChangeRouting(Struct, frozen=True):
    """What a member can do, for whom, and how much at a time; what is left out stays."""

    skills: Annotated[list[Skill], Meta(max_length=50)] | UnsetType = UNSET
    languages: Annotated[list[Locale], Meta(max_length=20)] | UnsetType = UNSET
    max_load: Annotated[float, Meta(ge=0, le=1000)] | UnsetType = UNSET
    routing_priority: Annotated[int, Meta(ge=-100, le=100)] | UnsetType = UNSET


MemberIds = Annotated[list[UUID], Meta(max_length=500)]
Description = Annotated[str, Meta(max_length=1000)]


class NewTeam(Struct, frozen=True):
    """A team to be made."""

    name: Name
    description: Description = ""
    member_ids: MemberIds = []
    lead_id: UUID | None = None


class ChangeTeam(Struct, frozen=True):
    """What changes about a team; what is left out stays."""

    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET


class TeamMembers(Struct, frozen=True):
    """Who is in a team from now on, and who of them leads it."""

    member_ids: MemberIds
    lead_id: UUID | None = None


# Empty takes it away.
Link = Annotated[str, Meta(max_length=1000, pattern=r"^(https?://[^\s\x00-\x20\"'<>]+)?\Z")]
ShortLine = Annotated[str, Meta(max_length=120)]
# A day, since whoever waits longer is not waiting for a chat.
Minutes = Annotated[int, Meta(ge=1, le=1440)]
Days = Annotated[int, Meta(ge=1, le=3650)]


class ChangeOrganization(Struct, frozen=True):
    """What changes about the organization; what is left out stays."""

    name: Name | UnsetType = UNSET
    logo_url: Link | UnsetType = UNSET
    website: Link | UnsetType = UNSET
    industry: ShortLine | UnsetType = UNSET
    size: ShortLine | UnsetType = UNSET
    timezone: Timezone | UnsetType = UNSET
    locale: Locale | UnsetType = UNSET
    late_minutes: Minutes | UnsetType = UNSET
    # None is for ever.
    retention_days: Days | UnsetType | None = UNSET


class DeleteOrganization(Struct, frozen=True):
    """The organization's name, typed again so that nobody does it by mistake."""

    name: Name


class Invite(Struct, frozen=True):
    """Whom to let in, as what; without an e-mail the link is for whoever gets it."""

    role: Role
    email: Email | None = None
    team_ids: Annotated[list[UUID], Meta(max_length=50)] = []


class MadeInvitation(Struct, frozen=True):
    """An invitation with its link, which is shown this once."""

    id: UUID
    email: str
    role: Role
    team_ids: list[UUID]
    link: str
    expires_at: int
    was_mailed: bool


LinkToken = Annotated[str, Meta(max_length=200)]


class LookAtInvitation(Struct, frozen=True):
    """The token from an invitation's link."""

    token: LinkToken


class ShownInvitation(Struct, frozen=True):
    """What an invitation is to whoever opens it; `is_known` says that its e-mail has a login already."""

    organization_name: str
    inviter_name: str
    email: str
    role: Role
    is_known: bool


class AcceptInvitation(Struct, frozen=True):
    """Whoever comes in: a new login with name and password, a known one with its password or its session."""

    token: LinkToken
    name: Annotated[str, Meta(max_length=120)] = ""
    password: Annotated[str, Meta(max_length=1024)] = ""
    # Only where the invitation names none.
    email: Email | None = None


class NewToken(Struct, frozen=True):
    """An API token to be made; without scopes it may do what its maker may."""

    name: Name
    scopes: Annotated[list[Annotated[str, Meta(max_length=60)]], Meta(max_length=100)] = []
    expires_days: Annotated[int, Meta(ge=1, le=3650)] = 365


class MadeToken(Struct, frozen=True):
    """An API token, which is shown this once."""

    id: UUID
    name: str
    scopes: list[str]
    expires_at: int
    token: str


class MadeBot(Struct, frozen=True):
    """A bot with its token, which is shown this once."""

    id: UUID
    name: str
    type: BotType
    description: str
    instructions: str
    token: str


class BotToken(Struct, frozen=True):
    """A bot's new token, which is shown this once; the old one is worth nothing any more."""

    token: str
