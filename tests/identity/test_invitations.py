"""A colleague is invited and comes in."""

import asyncio
import secrets
from typing import Any

from tests.browser import Answer, Browser, is_refusal
from tests.identity.post import Post, text_of, token_in
from tests.people import eventually
from tests.servers import PASSWORD, House, Organization


async def logged_in(house: House, org: Organization, person: str = "olga") -> Browser:
    """One of the company's people in a browser."""
    return await Browser(house).logged_in(org.email(person))


async def invite(by: Browser, **more: Any) -> Answer:
    """Ask for an invitation."""
    return await by.post("/api/invitations", {"role": "agent", **more})


def token_of(made: Answer) -> str:
    """The token in the link."""
    assert made.status == 201, made.text
    link: str = made.json["link"]
    return link.partition("/invite#token=")[2]


async def accept(house: House, token: str, browser: Browser | None = None, **more: Any) -> tuple[Browser, Answer]:
    """Come in."""
    browser = browser or Browser(house)
    answer = await browser.post("/api/invitations/accept", {"token": token, **more})
    if answer.cookie is not None:
        browser.token = answer.cookie.value
    return browser, answer


def new_email() -> str:
    """An e-mail that nobody has."""
    return f"new-{secrets.token_hex(5)}@people.example"


async def test_a_colleague_comes_in_with_a_link(house: House, org: Organization) -> None:
    """With name and password, as what was said, into the teams that were named."""
    olga, email = await logged_in(house, org), new_email()
    team = (await olga.post("/api/teams", {"name": "Support"})).json
    made = await invite(olga, email=email.upper(), role="manager", team_ids=[team["id"]])
    assert made.json["was_mailed"] is False
    assert made.json["link"].startswith(olga.url)
    shown = (await Browser(house).post("/api/invitations/look", {"token": token_of(made)})).json
    assert shown == {
        "organization_name": org.slug.title(),
        "inviter_name": "Olga Owner",
        "email": email,
        "role": "manager",
        "is_known": False,
    }
    nora, came = await accept(house, token_of(made), name="Nora", password=PASSWORD)
    assert came.status == 200, came.text
    me = (await nora.get("/api/me")).json
    assert (me["name"], me["email"], me["role"], me["organization_id"]) == ("Nora", email, "manager", str(org.id))
    assert (await nora.get(f"/api/teams/{team['id']}")).json["member_ids"] == [me["agent_id"]]
    assert (await Browser(house).log_in(email)).status == 200
    assert (await olga.get("/api/invitations")).json["items"] == []


async def test_an_invitation_lets_one_in_once(house: House, org: Organization) -> None:
    """Of ten who come at once, one."""
    token = token_of(await invite(await logged_in(house, org)))
    comers = [accept(house, token, name="Nora", password=PASSWORD, email=new_email()) for _ in range(10)]
    told = sorted(answer.status for _, answer in await asyncio.gather(*comers))
    assert told == [200] + [404] * 9


async def test_an_invitation_that_was_revoked_or_is_over_lets_nobody_in(house: House, org: Organization) -> None:
    """Nor is anything told about it."""
    olga = await logged_in(house, org)
    revoked, old = await invite(olga), await invite(olga, email=new_email())
    assert (await olga.ask("DELETE", f"/api/invitations/{revoked.json['id']}")).status == 204
    assert is_refusal(await olga.ask("DELETE", f"/api/invitations/{revoked.json['id']}"), 404, "not_found")
    await house.rows(
        "update auth_token set expires_at = now() where org_id = $1 and id = $2::text::uuid", org.id, old.json["id"]
    )
    for token in (token_of(revoked), token_of(old), "fdi_" + "A" * 43, "", "\ud83d"[:0]):
        look = await Browser(house).post("/api/invitations/look", {"token": token})
        assert is_refusal(look, 404, "not_found")
        _, answer = await accept(house, token, name="Nora", password=PASSWORD, email=new_email())
        assert is_refusal(answer, 404, "not_found")
    assert (await olga.get("/api/invitations")).json["items"] == []


async def test_nobody_invites_above_himself(house: House, org: Organization) -> None:
    """Only an owner makes owners."""
    olga = await logged_in(house, org)
    browsers = {"owner": olga}
    for role in ("admin", "manager"):
        token = token_of(await invite(olga, role=role))
        browsers[role], _ = await accept(house, token, name=role, password=PASSWORD, email=new_email())
    for role, may in (("owner", 5), ("admin", 4), ("manager", 3)):
        told = [(await invite(browsers[role], role=each)).status for each in ("viewer", "agent", "manager", "admin")]
        told.append((await invite(browsers[role], role="owner")).status)
        assert told == [201] * may + [403] * (5 - may)


async def test_who_left_or_fell_lets_nobody_in(house: House, org: Organization) -> None:
    """An invitation is worth what its maker is worth when it is used."""
    olga = await logged_in(house, org)
    admin, came = await accept(
        house, token_of(await invite(olga, role="admin")), name="Anna", password=PASSWORD, email=new_email()
    )
    path = f"/api/members/{came.json['agent_id']}"
    above, below = token_of(await invite(admin, role="admin")), token_of(await invite(admin, role="agent"))
    await olga.ask("PATCH", path, {"role": "manager"})
    assert is_refusal((await accept(house, above, name="N", password=PASSWORD, email=new_email()))[1], 404, "not_found")
    shown = await Browser(house).post("/api/invitations/look", {"token": below})
    assert shown.status == 200
    await olga.ask("DELETE", path)
    assert is_refusal((await accept(house, below, name="N", password=PASSWORD, email=new_email()))[1], 404, "not_found")


async def test_a_known_login_comes_in_with_its_password(house: House, org: Organization, other: Organization) -> None:
    """And with nothing else; its own organization stays."""
    olga, email = await logged_in(house, org), other.email("ada")
    token = token_of(await invite(olga, email=email))
    assert (await Browser(house).post("/api/invitations/look", {"token": token})).json["is_known"] is True
    for wrong in ("", "somebody else's"):
        _, refused = await accept(house, token, name="Ada", password=wrong)
        assert is_refusal(refused, 401, "unauthenticated")
    _, came = await accept(house, token, password=PASSWORD)
    assert came.status == 200, came.text
    assert {each["organization_id"] for each in came.json["organizations"]} == {str(org.id), str(other.id)}
    assert came.json["name"] == "Ada Agent"


async def test_whoever_is_logged_in_as_the_invited_comes_in_at_once(
    house: House, org: Organization, other: Organization
) -> None:
    """With the session of that very login; the old session ends as with any going over."""
    token = token_of(await invite(await logged_in(house, org), email=other.email("ada")))
    ben, ada = await logged_in(house, other, "ben"), await logged_in(house, other, "ada")
    assert is_refusal((await accept(house, token, ben))[1], 401, "unauthenticated")
    old = ada.token
    ada, came = await accept(house, token, ada)
    assert came.json["organization_id"] == str(org.id)
    ada.token = old
    assert is_refusal(await ada.get("/api/me"), 401, "unauthenticated")


async def test_a_member_is_not_invited_again(house: House, org: Organization) -> None:
    """Neither by e-mail, nor by a link for whoever comes."""
    olga = await logged_in(house, org)
    assert is_refusal(await invite(olga, email=org.email("ada")), 409, "conflict")
    ada, came = await accept(house, token_of(await invite(olga)), await logged_in(house, org, "ada"))
    assert is_refusal(came, 409, "conflict")
    assert (await ada.get("/api/me")).status == 200


async def test_who_left_comes_back_to_his_seat(house: House, org: Organization) -> None:
    """What he said before stays his."""
    olga = await logged_in(house, org)
    me = (await (await logged_in(house, org, "ada")).get("/api/me")).json
    await olga.ask("DELETE", f"/api/members/{me['agent_id']}")
    token = token_of(await invite(olga, email=org.email("ada"), role="viewer"))
    _, came = await accept(house, token, password=PASSWORD)
    assert (came.json["agent_id"], came.json["role"]) == (me["agent_id"], "viewer")


async def test_no_token_of_an_invitation_is_kept(house: House, org: Organization) -> None:
    """Neither with the invitation nor in a job, and no log tells it."""
    token = token_of(await invite(await logged_in(house, org), email=new_email()))
    for table in ("auth_token", "invitation", "job", "event", "audit_log"):
        rows = await house.rows(f"select t::text from {table} t where org_id = $1", org.id)
        assert token not in str(rows)
    assert not [each for each in house.processes if token in each.log.read_text()]


async def test_an_invitation_is_mailed(mailing: House, org: Organization, post: Post) -> None:
    """In plain text and HTML, with the same link; and its fate is told in the list."""
    olga, email = await logged_in(mailing, org), new_email()
    made = await invite(olga, email=email)
    assert made.json["was_mailed"] is True
    letter = await post.letter_to(email)
    assert (letter["From"], letter["Subject"]) == (
        "Frontdesk <desk@chat.example>",
        f"Olga Owner invites you to {org.slug.title()}",
    )
    assert token_in(letter) == token_of(made)
    assert made.json["link"] in text_of(letter, "html")

    async def is_sent() -> bool:
        (listed,) = (await olga.get("/api/invitations")).json["items"]
        return bool(listed["mail"] == "sent" and listed["email"] == email)

    await eventually(is_sent)


async def test_a_mail_server_that_refuses_at_first_is_asked_again(
    mailing: House, org: Organization, post: Post
) -> None:
    """The answer did not wait for it, and nothing is lost."""
    post.refusals.append("451 come back later")
    post.tries = 0
    olga, email = await logged_in(mailing, org), new_email()
    made = await invite(olga, email=email)
    letter = await post.letter_to(email)
    assert token_in(letter) == token_of(made)
    assert post.tries == 2


async def test_a_mail_that_is_refused_for_good_is_given_up_where_it_is_seen(
    mailing: House, org: Organization, post: Post
) -> None:
    """Trying again would be refused again."""
    post.refusals.append("554 no")
    olga = await logged_in(mailing, org)
    await invite(olga, email=new_email())

    async def is_failed() -> bool:
        (listed,) = (await olga.get("/api/invitations")).json["items"]
        return bool(listed["mail"] == "failed")

    await eventually(is_failed)
    assert await mailing.rows("select attempts from job where org_id = $1", org.id) == [{"attempts": 1}]


async def test_names_cannot_bend_a_mail(mailing: House, org: Organization, post: Post) -> None:
    """No markup and no header comes out of what somebody is called."""
    olga, email = await logged_in(mailing, org), new_email()
    await olga.ask("PATCH", "/api/me", {"name": '<b>Olga</b> & "Co"'})
    await olga.ask("PATCH", "/api/organization", {"name": "Ümlaut <script>alert(1)</script>"})
    await invite(olga, email=email)
    letter = await post.letter_to(email)
    assert letter["Subject"] == '<b>Olga</b> & "Co" invites you to Ümlaut <script>alert(1)</script>'
    page = text_of(letter, "html")
    assert "<script" not in page
    assert "&lt;b&gt;Olga&lt;/b&gt;" in page
    assert {name.lower() for name in letter} <= {
        "from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version", "content-type",
        "content-transfer-encoding", "x-peer", "x-mailfrom", "x-rcptto",
    }  # fmt: skip


async def test_a_mail_is_given_up_after_its_last_try(mailing: House, org: Organization, post: Post) -> None:
    """Whoever looks at the list sees it, with the reason in the database."""
    post.refusals += ["451 not now"] * 9
    olga = await logged_in(mailing, org)
    await invite(olga, email=new_email())

    async def has_failed() -> Any:
        return await mailing.rows("select attempts from job where org_id = $1 and last_error is not null", org.id)

    await eventually(has_failed)
    await mailing.rows("update job set max_attempts = attempts + 1, run_at = now() where org_id = $1", org.id)

    async def is_dead() -> Any:
        return await mailing.rows("select last_error from job where org_id = $1 and failed_at is not null", org.id)

    (row,) = await eventually(is_dead)
    assert row["last_error"] == "the mail server does not take mail just now with 451"
    assert [each["mail"] for each in (await olga.get("/api/invitations")).json["items"]] == ["failed"]
    post.refusals.clear()


async def test_a_job_whose_worker_died_is_done_by_another(mailing: House, org: Organization, post: Post) -> None:
    """As soon as its lease is over."""
    olga, email = await logged_in(mailing, org), new_email()
    mailing.workers[0].kill()
    await invite(olga, email=email)
    await mailing.rows(
        "update job set attempts = 1, lease_until = now() + interval '1 s' where org_id = $1 returning 1", org.id
    )
    mailing.workers[0].start()
    await post.letter_to(email, patience=20)
    assert len([each for each in post.letters if each["To"] == email]) == 1
