"""Passwords: what a new one must be, and proving that one knows the old one."""

from server.core.auth import Client
from server.core.errors import Invalid, TooFast, Unauthenticated
from server.core.house import House
from server.core.limits import address_key
from server.core.sql import load
from server.domain.identity.refusals import note_refused
from server.domain.identity.types import LoginRow

sql = load(__file__)

# NIST SP 800-63B asks for 8 and advises more; length is worth more than signs that are hard to remember.
LEAST = 10
WRONG = "the e-mail or the password is wrong"


def check_password(password: str, email: str) -> None:
    """Refuse a new password that is easily guessed."""
    if len(password) < LEAST:
        raise Invalid(
            f"a password has at least {LEAST} characters; a short sentence is easy to remember", field="password"
        )
    if len(set(password)) < 4 or password.lower() in {email.lower(), email.partition("@")[0].lower()}:
        raise Invalid("this password is easily guessed; take a short sentence", field="password")


async def prove(house: House, client: Client, email: str, password: str) -> LoginRow:
    """The login of this e-mail, for its right password; an unknown one takes as long and is answered the same."""
    email = email.lower()
    tries = [("login-mail", email)] + ([("login-ip", address_key(client.address))] if client.address else [])
    for what, key in tries:
        if wait := await house.cache.spend(what, key, house.settings.login_rate, 60):
            raise TooFast("too many wrong passwords; wait a little", retry_after=wait)
    found = await find_login(house, email)
    if not await house.passwords.verify(found.password_hash if found else None, password) or found is None:
        await note_refused(house, client, found)
        raise Unauthenticated(WRONG)
    # Only wrong tries count, else an office behind one address could not come to work in the morning.
    for what, key in tries:
        await house.cache.give_back(what, key)
    return found


async def find_login(house: House, email: str) -> LoginRow | None:
    """The login of this e-mail, with its seats."""
    async with house.db.unscoped() as tx:
        return await tx.maybe(sql.login_by_email, LoginRow, email=email)
