"""Signing up: an organization and its owner in one go."""

import msgspec

from server.core.auth import Client
from server.core.errors import Conflict, Forbidden, TooFast, Unauthenticated
from server.core.house import House
from server.core.limits import address_key
from server.core.text import require_name
from server.domain.identity.actions import Person, found, new_person
from server.domain.identity.forms import Doors, Session, SignUp
from server.domain.identity.logins import open_session
from server.domain.identity.passwords import check_password, find_login, prove
from server.domain.identity.slugs import candidates
from server.domain.identity.types import Membership

# With a dozen addresses taken, somebody else is founding under the same name just now.
TRIES = 12


def show_doors(house: House) -> Doors:
    """What this installation offers to whoever has no session."""
    settings = house.settings
    return Doors(may_sign_up=settings.signup == "open", may_reset_password=bool(settings.smtp_url))


async def sign_up(house: House, client: Client, body: SignUp) -> Session:
    """Found an organization with an address made from its name, and open its owner's first session."""
    if house.settings.signup != "open":
        raise Forbidden("sign-up is closed on this server; ask whoever runs it, or a colleague for an invitation")
    body = msgspec.structs.replace(
        body,
        name=require_name(body.name, "your name", "name"),
        organization_name=require_name(body.organization_name, "the organization's name", "organization_name"),
    )
    if wait := await house.cache.spend("signup-ip", address_key(client.address), house.settings.signup_rate, 3600):
        raise TooFast("many organizations were founded from your address; try again later", retry_after=wait)
    person = await _owner(house, client, body)
    # A form that was sent twice is one wish; the second would find the login there and found another organization.
    if wait := await house.cache.spend("signup-twice", f"{body.email.lower()} {body.organization_name}", 1, 30):
        raise TooFast("this organization is being founded already; look there first", retry_after=wait)
    seat = await _found(house, client, person, body)
    return await open_session(house.db, client, seat, "organization_founded")


async def _owner(house: House, client: Client, body: SignUp) -> Person:
    if await find_login(house, body.email) is None:
        check_password(body.password, body.email)
        return await new_person(house.passwords, body.email, body.name, body.password)
    try:
        known = await prove(house, client, body.email, body.password)
    except Unauthenticated:
        told = "this e-mail has a login here; type its password, or log in and found another organization there"
        raise Unauthenticated(told, field="password") from None
    return Person(known.user_id, body.email, body.name)


async def _found(house: House, client: Client, person: Person, body: SignUp) -> Membership:
    for _, slug in zip(range(TRIES), candidates(body.organization_name), strict=False):
        seat = await found(house.db, person, body.organization_name, slug, client)
        if seat is not None:
            return seat
    raise Conflict("no address is free for this name; take another one")
