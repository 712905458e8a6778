"""A company says who its visitor is, with a token that its backend has signed."""

import asyncio
import time
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest

from server.core.auth import KNOWN_VISITOR_MS, read_visitor, sign_visitor
from server.core.clock import now_ms
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from server.protocol.codes import CloseCode
from tests.browser import Answer, Browser, is_refusal
from tests.conftest import Cast
from tests.people import Visitor
from tests.servers import House, Organization


class Backend:
    """The company's own server, which knows who is logged in at its shop."""

    def __init__(self, org: Organization, olga: Browser) -> None:
        self.org, self.olga = org, olga
        self.keys: list[dict[str, str]] = []

    async def make_key(self) -> dict[str, str]:
        """Get a key from the console."""
        path = f"/api/channels/{self.org.channel_id}/identity-keys"
        answer = await self.olga.post(path, {})
        assert answer.status == 201, answer.text
        self.keys.append(answer.json)
        return self.keys[-1]

    def sign(self, subject: str = "42", *, key: int = -1, **claims: Any) -> str:
        """Say who the visitor is; a claim that is None is left out."""
        now = int(time.time())
        told: dict[str, Any] = {
            "sub": subject, "aud": self.org.widget_key, "iat": now, "exp": now + 300, "jti": str(uuid4()),
            "name": "Zoë Ford", "email": "Zoe@People.example",
        } | claims  # fmt: skip
        told = {name: value for name, value in told.items() if value is not None}
        return jwt.encode(told, self.keys[key]["secret"], algorithm="HS256", headers={"kid": self.keys[key]["kid"]})


@pytest.fixture
async def backend(house: House, org: Organization) -> Backend:
    """The company's server, with one key."""
    made = Backend(org, await Browser(house).logged_in(org.email("olga")))
    await made.make_key()
    return made


async def visit(org: Organization, identity: str | None, token: str | None = None, node: int = 0) -> Answer:
    """Open the widget with what the page says."""
    body = {"widget_key": org.widget_key, "identity": identity, "token": token}
    return await Browser(org.house, node).post("/api/widget/sessions", body)


async def known(org: Organization, identity: str, token: str | None = None) -> Any:
    """The session of somebody whom the company has named."""
    answer = await visit(org, identity, token)
    assert answer.status == 200, answer.text
    return answer.json


async def test_who_is_named_is_one_person_in_every_browser(house: House, org: Organization, backend: Backend) -> None:
    """With the name and the address that the company gives."""
    first = await known(org, backend.sign())
    again = await known(org, backend.sign(name="Zoë Ford-Lund", email=None))
    other = await known(org, backend.sign("43", name=None, email=None))
    assert first["contact_id"] == again["contact_id"] != other["contact_id"]
    assert (first["is_known"], first["has_email"], other["has_email"]) == (True, True, False)
    rows = await house.rows(
        "select c.name, c.email, c.is_anonymous, i.address, i.verified_at is not null as is_verified"
        " from contact c join contact_identity i on i.org_id = c.org_id and i.contact_id = c.id where c.id = $1",
        UUID(first["contact_id"]),
    )
    assert rows == [
        {
            "name": "Zoë Ford-Lund", "email": "zoe@people.example", "is_anonymous": False,
            "address": f"user:{org.channel_id}:42", "is_verified": True,
        }
    ]  # fmt: skip


async def test_two_tabs_at_once_are_one_person(org: Organization, backend: Backend) -> None:
    """However close their first visits are."""
    answers = await asyncio.gather(*(visit(org, backend.sign("77"), node=turn % 2) for turn in range(6)))
    assert [answer.status for answer in answers] == [200] * 6
    assert len({answer.json["contact_id"] for answer in answers}) == 1


WRONG: dict[str, dict[str, Any]] = {
    "for another widget": {"aud": "somebody-elses-key"},
    "for several": {"aud": ["a", "b"]},
    "ended": {"iat": int(time.time()) - 900, "exp": int(time.time()) - 300},
    "lasting longer than ten minutes": {"exp": int(time.time()) + 3600},
    "without an end": {"exp": None},
    "without an id": {"jti": None},
    "without a beginning": {"iat": None},
    "of the future": {"iat": int(time.time()) + 3600, "exp": int(time.time()) + 3700},
    "of nobody": {"sub": None},
    "of an empty name": {"sub": ""},
    "of a name that is too long": {"sub": "x" * 201},
    "with NUL": {"sub": "a\0b"},
}


@pytest.mark.parametrize("kind", WRONG)
async def test_a_token_that_says_too_little_or_too_much_is_refused(
    org: Organization, backend: Backend, kind: str
) -> None:
    """And says what is wrong with it, for whoever builds the page."""
    answer = await visit(org, backend.sign(**WRONG[kind]))
    assert is_refusal(answer, 401, "unauthenticated")
    assert "identity token" in answer.json["message"]


async def test_only_the_channels_own_keys_sign(
    house: House, org: Organization, other: Organization, backend: Backend
) -> None:
    """Not another company's, not a changed token, not `none`, and not a public key in the header's place."""
    theirs = Backend(other, await Browser(house).logged_in(other.email("olga")))
    key = await theirs.make_key()
    claims = jwt.decode(backend.sign(), options={"verify_signature": False})
    kid = backend.keys[0]["kid"]
    for forged in (
        jwt.encode(claims, key["secret"], "HS256", headers={"kid": key["kid"]}),
        jwt.encode(claims, key["secret"], "HS256", headers={"kid": kid}),
        jwt.encode(claims, backend.keys[0]["secret"], "HS512", headers={"kid": kid}),
        jwt.encode(claims, "", "none", headers={"kid": kid}),
        jwt.encode(claims, backend.keys[0]["secret"], "HS256"),
        backend.sign()[:-3] + "AAA",
        backend.sign(aud=[org.widget_key, "another"]),
        "no.token",
    ):
        assert is_refusal(await visit(org, forged), 401, "unauthenticated"), forged


async def test_a_token_is_good_once(org: Organization, backend: Backend) -> None:
    """A copy out of a log or a cache opens nothing, on any node."""
    token = backend.sign()
    await known(org, token)
    for node in (0, 1):
        assert is_refusal(await visit(org, token, node=node), 401, "unauthenticated")


async def test_keys_are_rotated_with_two_that_live(org: Organization, backend: Backend) -> None:
    """Both sign until the old one is removed; a third has to wait; secrets are shown once and kept sealed."""
    old, new = backend.keys[0], await backend.make_key()
    path = f"/api/channels/{org.channel_id}/identity-keys"
    assert is_refusal(await backend.olga.post(path, {}), 409, "conflict")
    await known(org, backend.sign(key=0))
    await known(org, backend.sign(key=1))
    assert (await backend.olga.ask("DELETE", f"{path}/{old['kid']}")).status == 204
    assert is_refusal(await visit(org, backend.sign(key=0)), 401, "unauthenticated")
    await known(org, backend.sign(key=1))
    shown = (await backend.olga.get(f"/api/channels/{org.channel_id}")).text
    assert new["kid"] in shown
    assert new["secret"] not in shown
    stored = await org.house.rows("select sealed from identity_key where org_id = $1", org.id)
    assert all(new["secret"].encode() not in row["sealed"] for row in stored)
    audited = await org.house.rows("select changes::text from audit_log where org_id = $1", org.id)
    assert all('"sealed":' not in row["changes"] for row in audited)


async def test_what_was_said_before_the_login_is_the_persons_own_then(
    org: Organization, people: Cast, backend: Backend
) -> None:
    """The browser's stranger proves itself by its token, the person by the company's: both are needed."""
    stranger, ada = await people.visitor(), await people.agent()
    conversation = await stranger.start()
    await stranger.stored(await stranger.say(conversation, "Where is my order?"))
    session = await known(org, backend.sign(), stranger.token)
    zoe = Visitor(org)
    zoe.token, zoe.contact_id = session["token"], UUID(session["contact_id"])
    await zoe.connect()
    resumed = await zoe.watch(conversation)
    assert [getattr(entry, "body", "") for entry in resumed.entries][-1] == "Where is my order?"
    await zoe.say(conversation, "It is number 1041.")
    await ada.watch(conversation)
    await ada.say(conversation, "It left yesterday.")
    await zoe.hears_line("It left yesterday.")
    await zoe.leave()
    # The stranger's token is worth nothing there any more.
    refused = await stranger.watch(conversation)
    assert refused.refused == "not_found"


async def test_becoming_known_reveals_nothing_without_proof(
    house: House, org: Organization, people: Cast, backend: Backend
) -> None:
    """Neither a claimed address nor another's token leads to somebody's conversations."""
    zoe = await known(org, backend.sign())
    stranger = await people.visitor()
    headers = {"Authorization": f"Bearer {stranger.token}"}
    given = await Browser(house).post("/api/widget/email", {"email": "zoe@people.example"}, **headers)
    assert given.status == 204
    assert stranger.contact_id != UUID(zoe["contact_id"])
    # A known person's token is no proof for somebody else: what is hers is not given away.
    eve = await known(org, backend.sign("666"), zoe["token"])
    rows = await house.rows("select contact_id, address from contact_identity where org_id = $1", org.id)
    assert {str(row["contact_id"]) for row in rows if row["address"].endswith(":42")} == {zoe["contact_id"]}
    assert eve["contact_id"] != zoe["contact_id"]
    # Nor does it come back as a session by itself, past the company's word.
    plain = await visit(org, None, zoe["token"])
    assert plain.json["contact_id"] != zoe["contact_id"]
    assert plain.json["is_known"] is False


async def test_a_known_visitors_session_is_short_and_renewed_on_the_socket(
    house: House, org: Organization, backend: Backend
) -> None:
    """A quarter of an hour; whoever does not renew it in time is asked again who it is."""
    session = await known(org, backend.sign())
    secret = house.databases.environment["FRONTDESK_SECRET"]
    assert session["expires_at"] - session["server_time"] <= KNOWN_VISITOR_MS
    zoe = Visitor(org)
    zoe.token, zoe.contact_id = session["token"], UUID(session["contact_id"])
    await zoe.connect()
    await zoe.send(say.RenewToken())
    renewed = await zoe.hears(hear.TokenRenewed)
    assert renewed.expires_at <= now_ms() + KNOWN_VISITOR_MS
    assert read_visitor(secret, renewed.token).is_known
    await zoe.leave()
    late = Visitor(org)
    ends_soon = now_ms() - KNOWN_VISITOR_MS + 2500
    late.token, _ = sign_visitor(secret, read_visitor(secret, session["token"]), ends_soon)
    await late.connect()
    assert await late.hears_close() == CloseCode.UNAUTHENTICATED


async def test_an_address_that_a_visitor_gives_is_a_claim(house: House, org: Organization, backend: Backend) -> None:
    """It stands over an older claim, and beside what a member or the company has written."""

    async def give(token: str, email: str) -> Answer:
        return await Browser(house).post("/api/widget/email", {"email": email}, Authorization=f"Bearer {token}")

    ada = await Browser(house).logged_in(org.email("ada"))

    async def kept(contact_id: str) -> tuple[Any, Any]:
        contact = (await ada.get(f"/api/contacts/{contact_id}")).json
        return contact["email"], contact["claimed_email"]

    async def put_right(contact_id: str, email: str | None) -> tuple[Any, Any]:
        changed = await ada.ask("PATCH", f"/api/contacts/{contact_id}", {"email": email})
        return changed.json["email"], changed.json["claimed_email"]

    anna = (await visit(org, None)).json
    assert anna["has_email"] is False
    for wrong in ("anna", "anna@", "@home", "a b@c.example", "anna@home", "<a@b.example>"):
        assert is_refusal(await give(anna["token"], wrong), 422, "invalid")
    assert (await give(anna["token"], "Anna@Home.example")).status == 204
    assert (await give(anna["token"], "anna@work.example")).status == 204
    assert await kept(anna["contact_id"]) == ("anna@work.example", "anna@work.example")
    assert (await visit(org, None, anna["token"])).json["has_email"] is True
    zoe = await known(org, backend.sign())
    assert (await give(zoe["token"], "evil@home.example")).status == 204
    assert await kept(zoe["contact_id"]) == ("zoe@people.example", "evil@home.example")
    await known(org, backend.sign())
    assert await kept(zoe["contact_id"]) == ("zoe@people.example", None)
    for theirs in ("Anna@Ledger.example", "anna@work.example"):
        wrote = theirs.lower()
        assert await put_right(anna["contact_id"], theirs) == (wrote, None)
        for claim in ("anna@home.example", "a@b.example", wrote):
            assert (await give(anna["token"], claim)).status == 204
            assert await kept(anna["contact_id"]) == (wrote, None if claim == wrote else claim)
    assert await put_right(anna["contact_id"], None) == (None, None)
    assert (await visit(org, None, anna["token"])).json["has_email"] is False
    assert (await give(anna["token"], "anna@home.example")).status == 204
    assert await kept(anna["contact_id"]) == ("anna@home.example", "anna@home.example")


async def test_whoever_is_blocked_is_not_let_in_by_name_either(
    house: House, org: Organization, backend: Backend
) -> None:
    session = await known(org, backend.sign())
    async with house.db.scope(org.id) as tx:
        await tx._connection.execute("update contact set blocked_at = now() where id = $1", UUID(session["contact_id"]))
    assert is_refusal(await visit(org, backend.sign()), 403, "forbidden")
