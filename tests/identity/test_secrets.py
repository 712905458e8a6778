"""What the log of a whole story holds, and what it must not."""

import secrets

import msgspec

from tests.browser import Browser, is_refusal
from tests.people import Visitor
from tests.servers import PASSWORD, House, Organization


async def test_no_password_and_no_token_is_ever_logged(house: House, strict: House, org: Organization) -> None:
    """At the most talkative level, through everything that can go right and wrong at the door."""
    address = f"2001:db8:{secrets.token_hex(2)}::1"
    ada = Browser(strict)
    await ada.log_in(org.email("ada"), X_Forwarded_For=address)
    ticket = (await ada.post("/api/socket-tickets", {})).json["ticket"]
    stranger = Browser(strict)
    await stranger.log_in(org.email("ada"), "my other password", X_Forwarded_For=address)
    await stranger.ask("POST", "/api/login", data=b'{"password": "my other password"', X_Forwarded_For=address)
    await stranger.get(f"/api/nothing?token={ada.token}")
    stranger.token = ada.token + "x"
    await stranger.get("/api/me", Authorization=f"Bearer {org.bot_token}")
    visitor = Visitor(Organization(strict, org.id, org.slug, org.widget_key, org.channel_id))
    await visitor.credentials()
    await visitor.connect()
    conversation = await visitor.start()
    await visitor.say(conversation, "my card number is 4111 1111 1111 1111")
    await visitor.leave()
    await ada.post("/api/logout", {})
    told = "".join(each.log.read_text() for each in [*strict.processes, *house.processes])
    assert "login refused" in told
    kept = (PASSWORD, "my other password", ada.token, ticket, org.bot_token, visitor.token, "4111 1111", "Bearer ")
    assert [each for each in kept if each in told] == []
    assert strict.databases.environment["FRONTDESK_SECRET"] not in told


async def test_a_mistake_of_ours_is_answered_with_a_number_that_the_log_has(house: House, org: Organization) -> None:
    """The one who asks sees no inner parts; the operator finds the traceback."""
    ada = await Browser(house).logged_in(org.email("ada"))
    await house.rows("revoke select on organization from fd_app")
    try:
        answer = await ada.get("/api/me?token=" + ada.token)
    finally:
        await house.rows("grant select on organization to fd_app")
    assert is_refusal(answer, 500, "internal")
    assert "organization" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    incident = answer.json["message"].rpartition(" ")[2]
    lines = [msgspec.json.decode(line) for line in house.webs[0].log.read_text().splitlines() if incident in line]
    assert [(line["event"], line["path"], line["level"]) for line in lines] == [
        ("a request failed", "/api/me", "error")
    ]
    assert "permission denied" in lines[0]["exception"]
    assert ada.token not in house.webs[0].log.read_text()
