"""Somebody forgot a password."""

import pytest

from server.core.auth import RESET, new_token
from server.protocol.codes import CloseCode
from tests.browser import Answer, Browser, is_refusal
from tests.identity.post import Post, token_in
from tests.identity.test_login import an_address
from tests.people import Agent
from tests.servers import PASSWORD, House, Organization

NEW = "a rather new sentence"


async def ask(house: House, email: str, **headers: str | None) -> Answer:
    """Ask for a link."""
    return await Browser(house).post("/api/password-reset", {"email": email}, X_Forwarded_For=an_address(), **headers)


async def confirm(house: House, token: str, password: str = NEW) -> Answer:
    """Choose a new password."""
    return await Browser(house).post("/api/password-reset/confirm", {"token": token, "password": password})


async def test_a_forgotten_password_is_replaced_by_a_link(mailing: House, org: Organization, post: Post) -> None:
    """Once; and whoever was logged in with the old one is logged out."""
    somebody = Agent(org)
    await somebody.connect()
    assert (await ask(mailing, org.email("ada").upper(), Host="evil.example")).status == 204
    token = token_in(await post.letter_to(org.email("ada")))
    assert is_refusal(await confirm(mailing, token, "short"), 422, "invalid")
    assert (await confirm(mailing, token)).status == 204
    assert await somebody.hears_close() == CloseCode.REVOKED
    await somebody.leave()
    assert is_refusal(await confirm(mailing, token, "another new sentence"), 404, "not_found")
    assert is_refusal(await Browser(mailing).log_in(org.email("ada")), 401, "unauthenticated")
    assert (await Browser(mailing).log_in(org.email("ada"), NEW)).status == 200


async def test_the_answer_does_not_tell_who_is_known(mailing: House, org: Organization, post: Post) -> None:
    """Both get the same, and one gets a letter."""
    unknown, known = await ask(mailing, org.email("nobody")), await ask(mailing, org.email("ben"))
    assert (unknown.status, unknown.text) == (known.status, known.text) == (204, "")
    await post.letter_to(org.email("ben"))
    assert not [each for each in post.letters if each["To"] == org.email("nobody")]


async def test_a_new_password_makes_older_links_worthless(mailing: House, org: Organization, post: Post) -> None:
    """Whoever reads old mail finds nothing."""
    await ask(mailing, org.email("vera"))
    first = token_in(await post.letter_to(org.email("vera")))
    post.letters.clear()
    await ask(mailing, org.email("vera"))
    second = token_in(await post.letter_to(org.email("vera")))
    assert first != second
    assert (await confirm(mailing, second)).status == 204
    assert is_refusal(await confirm(mailing, first, "another new sentence"), 404, "not_found")


async def test_nobodys_mailbox_is_filled(mailing: House, org: Organization) -> None:
    """From however many addresses somebody asks."""
    told = [(await ask(mailing, org.email("olga"))).status for _ in range(6)]
    assert told == [204] * 5 + [429]


@pytest.mark.parametrize("kind", ["session", "bot", "invite", "api_key"])
async def test_no_other_token_opens_this_door(house: House, org: Organization, kind: str) -> None:
    """Each stands for one thing."""
    token, hashed = new_token(RESET)
    (seat,) = await house.rows("select id from agent where org_id = $1 and name = 'Ada Agent'", org.id)
    await house.rows(
        "insert into auth_token (org_id, kind, agent_id, token_hash, expires_at)"
        " values ($1, $2, $3, $4, now() + interval '1 day')",
        org.id, kind, seat["id"], hashed,
    )  # fmt: skip
    assert is_refusal(await confirm(house, token), 404, "not_found")
    assert (await Browser(house).log_in(org.email("ada"), PASSWORD)).status == 200


async def test_without_mail_the_door_is_closed_and_says_so(house: House, org: Organization) -> None:
    """Nobody waits for a letter that never comes."""
    assert is_refusal(await ask(house, org.email("ada")), 403, "forbidden")
