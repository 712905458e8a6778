"""The routes of identity: signing up, logging in and out, who one is, and a ticket for a socket."""

from uuid import UUID

from starlette.background import BackgroundTask

from server.core.endpoint import ANYONE, Call, Page, delete, get, patch, post, put
from server.domain.identity import availability, cookies, logins, office_api, people_api, profile, resets, signup
from server.domain.identity.cookies import begin
from server.domain.identity.forms import (
    AskReset,
    ChangeMe,
    ChangePassword,
    ChooseAvailability,
    ConfirmReset,
    Doors,
    Login,
    Me,
    SignUp,
    SwitchOrganization,
    Ticket,
)
from server.domain.identity.tokens import give_ticket as make_ticket
from server.domain.identity.types import SessionInfo


async def show_doors(call: Call) -> Doors:
    """Say what somebody without a session may do here."""
    return signup.show_doors(call.house)


async def sign_up(call: Call, body: SignUp) -> Me:
    """Found an organization and log its owner in; the cookie in the answer carries the session."""
    return begin(call, await signup.sign_up(call.house, call.client, body))


async def log_in(call: Call, body: Login) -> Me:
    """Open a session for the right e-mail and password; the cookie in the answer carries it."""
    return begin(call, await logins.log_in(call.house, call.client, body))


async def log_out(call: Call) -> None:
    """End the session, here and in the database."""
    await logins.log_out(call.house, call.actor, call.client)
    cookies.end(call)


async def ask_reset(call: Call, body: AskReset) -> None:
    """Have a link to a new password mailed; the answer does not tell whether anybody has this e-mail."""
    await resets.allow_reset(call.house, call.client, body.email)
    call.response.background = BackgroundTask(resets.send_reset, call.house, body.email)


async def confirm_reset(call: Call, body: ConfirmReset) -> None:
    """Choose a new password with the link from the mail; all sessions of the login end."""
    await resets.confirm_reset(call.house, call.client, body.token, body.password)


async def show_me(call: Call) -> Me:
    """Say who is logged in, and in which organizations the same login has seats."""
    return await logins.show_me(call.house.db, call.actor)


async def change_me(call: Call, body: ChangeMe) -> Me:
    """Change one's own name, time zone, language or settings."""
    return await profile.change_me(call.house, call.actor, call.client, body, call.match)


async def choose_availability(call: Call, body: ChooseAvailability) -> Me:
    """Say whether one is there for conversations: online, away or busy, and perhaps why."""
    return await availability.choose_availability(call.house, call.actor, call.client, body, call.match)


async def switch_organization(call: Call, body: SwitchOrganization) -> Me:
    """Go over to another organization of the same login; the old session ends."""
    return begin(call, await logins.switch(call.house, call.actor, call.client, body.organization_id))


async def change_password(call: Call, body: ChangePassword) -> None:
    """Change one's own password; all other sessions of the login end."""
    await profile.change_password(call.house, call.actor, call.client, body)


async def list_sessions(call: Call) -> Page[SessionInfo]:
    """List where one is logged in, the newest first."""
    return Page(await logins.list_sessions(call.house.db, call.actor))


async def end_session(call: Call, session_id: UUID) -> None:
    """End one of one's own sessions; its sockets close."""
    call.match_any()
    await logins.end_session(call.house, call.actor, call.client, session_id)


async def give_ticket(call: Call) -> Ticket:
    """Make what a console shows in its socket's first frame."""
    return Ticket(await make_ticket(call.house.cache, call.actor))


endpoints = [
    get("/api/doors", show_doors, who=ANYONE),
    post("/api/signup", sign_up, who=ANYONE, status=201, most=8192),
    post("/api/login", log_in, who=ANYONE, most=4096),
    post("/api/logout", log_out),
    post("/api/password-reset", ask_reset, who=ANYONE, most=4096),
    post("/api/password-reset/confirm", confirm_reset, who=ANYONE, most=8192),
    get("/api/me", show_me),
    patch("/api/me", change_me, most=16_384),
    put("/api/me/availability", choose_availability, most=4096),
    post("/api/me/organization", switch_organization),
    post("/api/me/password", change_password, most=8192),
    get("/api/me/sessions", list_sessions),
    delete("/api/me/sessions/{session_id}", end_session),
    post("/api/socket-tickets", give_ticket, is_secret=True),
    *people_api.endpoints,
    *office_api.endpoints,
]
