"""What a web still does while a database is away, and how it comes back."""

import asyncio

from tests.browser import Browser, is_refusal
from tests.people import eventually
from tests.servers import Databases, House


async def test_postgres_goes_and_comes_back() -> None:
    """Whoever is known goes on; whoever is not is told when to try again; nobody has to restart anything."""
    # Sessions that were told to the browser must be there after a crash, hence with fsync.
    databases = Databases(durable=True, appendfsync="always")
    try:
        await databases.start()
        async with House(databases, webs=1, workers=1) as house:
            await _go_through_outages(house)
    finally:
        databases.stop()


async def _go_through_outages(house: House) -> None:
    org = await house.organization()
    ada = await Browser(house).logged_in(org.email("ada"))
    visitor = Browser(house)
    session = (await visitor.post("/api/widget/sessions", {"widget_key": org.widget_key})).json
    assert (await ada.post("/api/socket-tickets", {})).status == 200

    await asyncio.to_thread(house.databases.postgres.kill)
    ready = await visitor.get("/health/ready")
    assert (ready.status, ready.json["is_ready"]) == (503, False)
    assert "away" in ready.json["parts"]["postgres"]
    assert ready.json["parts"]["valkey"] == "ok"
    # Longer than an answer is fresh.
    await asyncio.sleep(5.5)
    assert (await ada.post("/api/socket-tickets", {})).status == 200
    again = await visitor.post("/api/widget/sessions", {"widget_key": org.widget_key, "token": session["token"]})
    assert again.json["contact_id"] == session["contact_id"]
    refused = await Browser(house).log_in(org.email("ada"))
    assert is_refusal(refused, 503, "unavailable")
    assert int(refused.headers["retry-after"]) > 0
    assert is_refusal(await ada.get("/api/me"), 503, "unavailable")

    await asyncio.to_thread(house.databases.postgres.start)

    async def is_back() -> bool:
        return (await ada.get("/api/me")).status == 200

    await eventually(is_back, patience=20)
    await house.ready()

    laptop = await Browser(house).logged_in(org.email("ada"))
    (other,) = [each for each in (await ada.get("/api/me/sessions")).json["items"] if not each["is_this"]]
    assert (await laptop.get("/api/me")).status == 200
    await asyncio.to_thread(house.databases.valkey.kill)
    # A node needs no notice of what it did itself.
    assert (await ada.ask("DELETE", f"/api/me/sessions/{other['id']}")).status == 204
    assert is_refusal(await laptop.get("/api/me"), 401, "unauthenticated")
    assert is_refusal(await Browser(house).log_in(org.email("ada")), 503, "unavailable")
    assert is_refusal(await ada.post("/api/socket-tickets", {}), 503, "unavailable")
    assert (await ada.get("/api/me")).status == 200
    assert (await visitor.get("/health/ready")).status == 503

    await asyncio.to_thread(house.databases.valkey.start)
    await eventually(lambda: _ticket(ada), patience=20)
    assert "a request failed" not in house.webs[0].log.read_text()


async def _ticket(browser: Browser) -> bool:
    return (await browser.post("/api/socket-tickets", {})).status == 200
