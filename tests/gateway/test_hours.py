"""Business hours, as visitors are told of them."""

import time
from datetime import UTC, datetime
from typing import Any

from server.core.auth import Actor
from server.core.fresh import Fresh
from server.core.hours import HoursPlan
from server.core.ids import uuid7
from server.domain.channels.types import Channel
from server.gateway.hours import Hours
from server.protocol import server_frames as hear
from tests.browser import Browser
from tests.conftest import Cast
from tests.people import Visitor, eventually
from tests.servers import SHOP, House, Organization

NEVER: dict[str, Any] = {"timezone": "Europe/Berlin", "weekly": [[]] * 7, "holidays": []}
ALWAYS: dict[str, Any] = NEVER | {"weekly": [[["00:00", "24:00"]]] * 7}


def later() -> dict[str, Any]:
    """A plan that is closed now, and opens within two days."""
    today = datetime.now(UTC).weekday()
    return NEVER | {
        "timezone": "UTC",
        "weekly": [[["12:00", "13:00"]] if day == (today + 2) % 7 else [] for day in range(7)],
    }


async def put(olga: Browser, path: str, plan: Any) -> None:
    """Save hours."""
    assert (await olga.ask("PUT", path, {"plan": plan})).status == 200


async def hears(visitor: Visitor, *, is_open: bool) -> hear.HoursChanged:
    """The last that the visitor was told, once it is this."""

    async def told() -> hear.HoursChanged | None:
        found = [each for each in visitor.heard if isinstance(each, hear.HoursChanged)]
        return found[-1] if found and found[-1].is_open is is_open else None

    last: hear.HoursChanged = await eventually(told)
    return last


async def test_an_open_panel_learns_at_once_that_hours_were_changed(people: Cast, house: House) -> None:
    """On every node; the channel's own hours count before the organization's, and without any it is always open."""
    org = people.org
    olga = await Browser(house).logged_in(org.email("olga"))
    visitor = await people.visitor(node=1)
    assert (await hears(visitor, is_open=True)).opens_at is None
    whole, own = "/api/organization/hours", f"/api/channels/{org.channel_id}/hours"
    await put(olga, whole, NEVER)
    assert (await hears(visitor, is_open=False)).opens_at is None
    await put(olga, own, ALWAYS)
    await hears(visitor, is_open=True)
    await put(olga, own, later())
    opens_at = (await hears(visitor, is_open=False)).opens_at
    assert opens_at is not None
    assert datetime.fromtimestamp(opens_at / 1000, UTC).hour == 12
    await put(olga, whole, None)
    await put(olga, own, None)
    await hears(visitor, is_open=True)


async def test_whoever_comes_outside_business_hours_is_told_when_somebody_is_back(
    people: Cast, house: House, org: Organization
) -> None:
    """By the widget's socket, and by its settings for pages that say so themselves; what is written is taken."""
    olga = await Browser(house).logged_in(org.email("olga"))
    await put(olga, "/api/organization/hours", later())
    visitor = await people.visitor()
    told = await hears(visitor, is_open=False)
    settings = (await Browser(house).get(f"/widget/settings?key={org.widget_key}", Origin=SHOP)).json
    assert (settings["is_open"], settings["opens_at"]) == (False, told.opens_at)
    await visitor.stored(await visitor.say(await visitor.start(), "Anybody there?"))


async def test_another_companys_hours_are_none_of_ones_own(people: Cast, house: House, other: Organization) -> None:
    """Whoever closes there closes nothing here."""
    theirs = await people.visitor(org=other)
    olga = await Browser(house).logged_in(people.org.email("olga"))
    await put(olga, "/api/organization/hours", NEVER)
    await hears(await people.visitor(), is_open=False)
    assert [each.is_open for each in theirs.heard if isinstance(each, hear.HoursChanged)] == [True]


class _Panel:
    """Somebody who looks at a panel all day."""

    is_welcome = True

    def __init__(self, channel: Channel) -> None:
        self.actor = Actor("contact", uuid7(), channel.org_id, "Zoe", channel_id=channel.id)
        self.heard: list[Any] = []

    def say(self, frame: Any) -> None:
        """Write a frame."""
        self.heard.append((frame.is_open, frame.opens_at))


async def test_a_panel_hears_through_the_day_when_the_channel_opens_and_closes() -> None:
    """To the minute; as long as nothing changes nothing is said."""
    day = HoursPlan("Europe/Berlin", [[("09:00", "12:00"), ("13:00", "17:00")]] * 7)
    channel = Channel(uuid7(), uuid7(), "Shop", "Plants", is_active=True, allowed_origins=(), hours=day)
    zoe = _Panel(channel)
    clock = datetime(2026, 11, 23, 7, tzinfo=UTC)

    async def look_up(_: str) -> Channel | None:
        return channel

    channels = Fresh(look_up, time.monotonic, seconds=60, spare=60, most=10)
    hours = Hours(channels, lambda: [zoe], every=60, clock=lambda: int(clock.timestamp() * 1000))  # type: ignore[list-item]
    await hours.tell(zoe, "key")  # type: ignore[arg-type]
    told: dict[str, Any] = {}
    for minute in range(12 * 60):
        clock = datetime(2026, 11, 23, 7 + minute // 60, minute % 60, tzinfo=UTC)
        before = len(zoe.heard)
        await hours.look()
        if len(zoe.heard) > before:
            told[f"{clock:%H:%M}"] = zoe.heard[-1]

    def at(day: int, hour: int) -> int:
        return int(datetime(2026, 11, day, hour, tzinfo=UTC).timestamp() * 1000)

    assert zoe.heard[0] == (False, at(23, 8))
    assert told == {
        "08:00": (True, None),
        "11:00": (False, at(23, 12)),
        "12:00": (True, None),
        "16:00": (False, at(24, 8)),
    }
