"""An admin sets channels up."""

import asyncio
import html
import json
from typing import Any

import pytest

from server.domain.channels.appearance import words_of
from server.protocol.codes import CloseCode
from tests.browser import Browser, is_refusal
from tests.channels.conftest import LOADER
from tests.conftest import Cast
from tests.servers import SHOP, House, Organization

CHANNELS = "/api/channels"


@pytest.fixture
async def olga(house: House, org: Organization) -> Browser:
    """The owner, logged in."""
    return await Browser(house).logged_in(org.email("olga"))


@pytest.fixture
def second(house: House) -> Browser:
    """A browser at another web process, which is told of changes."""
    return Browser(house, 1)


async def make(olga: Browser, name: str = "Website", **more: Any) -> Any:
    """Open a widget; what the server answers."""
    answer = await olga.post(CHANNELS, {"name": name, **more})
    assert answer.status == 201, answer.text
    return answer.json


def settings_in(page: str) -> Any:
    """What the panel's page is told."""
    return named(json.loads(html.unescape(page.split("data-settings='")[1].split("'", maxsplit=1)[0])))


def named(settings: Any) -> Any:
    """The settings, with the names of their words."""
    return settings | {"words": dict(zip(words_of("en"), settings["words"], strict=True))}


async def test_a_new_channel_comes_with_the_line_for_the_page(olga: Browser) -> None:
    """Ready to be copied, with the address at which it was asked for."""
    made = await make(olga, allowed_origins=["HTTPS://Shop.example/", "https://shop.example:443"])
    assert made["allowed_origins"] == ["https://shop.example"]
    assert made["snippet"] == f'<script async src="{olga.url}/widget.js" data-key="{made["widget_key"]}"></script>'
    assert made["appearance"]["language"] == "auto"
    assert (await olga.get(f"{CHANNELS}/{made['id']}")).json == made
    assert [each["name"] for each in (await olga.get(CHANNELS)).json["items"]] == ["Shop", "Website"]


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("shop.example", "write https://shop.example"),
        ("https://shop.example/contact?x=1", "write just https://shop.example"),
        ("https://*.shop.example", "there are no wildcards"),
        ("ftp://shop.example", "write it like https://shop.example"),
    ],
)
async def test_an_origin_that_is_none_is_refused_with_what_would_be_one(
    olga: Browser, written: str, advice: str
) -> None:
    """Beside the field where it stands."""
    answer = await olga.post(CHANNELS, {"name": "Website", "allowed_origins": [SHOP, written]})
    assert is_refusal(answer, 422, "invalid")
    assert answer.json["field"] == "allowed_origins[1]"
    assert advice in answer.json["message"]


async def test_a_change_is_seen_at_once_on_every_node(olga: Browser, second: Browser) -> None:
    """By the next visitor: launcher, panel and the pages that may show it."""
    made = await make(olga, allowed_origins=[SHOP])
    address, panel = f"/widget/settings?key={made['widget_key']}", f"/widget/panel?key={made['widget_key']}"
    assert (await second.get(address, Origin=SHOP)).json["side"] == "right"
    look = {"position": "left", "greeting": "Grüezi!", "starters": ["Where is my order?"], "theme": "dark"}
    changed = await olga.ask("PATCH", f"{CHANNELS}/{made['id']}", {"appearance": look})
    assert changed.status == 200, changed.text
    assert changed.json["appearance"] == made["appearance"] | look
    # Without being told, a node looks again after five seconds.
    async with asyncio.timeout(4.5):
        while (await second.get(address, Origin=SHOP)).json["side"] == "right":
            pass
    page = await second.get(panel)
    told = settings_in(page.text)
    assert (told["greeting"], told["starters"], told["theme"]) == ("Grüezi!", ["Where is my order?"], "dark")
    assert "data-theme='dark'" in page.text
    await olga.ask("PATCH", f"{CHANNELS}/{made['id']}", {"allowed_origins": ["https://other.example"]})
    while (await second.get(address, Origin=SHOP)).status == 200:
        pass
    assert (await second.get(panel)).policy["frame-ancestors"] == "'self' https://other.example"


async def test_what_is_not_given_stays(olga: Browser) -> None:
    """Name, switch and each setting by itself."""
    made = await make(olga, appearance={"color": "#336699", "away_text": "Back at nine"})
    path = f"{CHANNELS}/{made['id']}"
    await olga.ask("PATCH", path, {"name": "Main site"})
    await olga.ask("PATCH", path, {"appearance": {"away_text": ""}})
    found = (await olga.get(path)).json
    assert (found["name"], found["appearance"]["color"], found["appearance"]["away_text"]) == (
        "Main site", "#336699", "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("appearance", "field"),
    [
        ({"color": "red"}, "appearance.color"),
        ({"colour": "#336699"}, "appearance.colour"),
        ({"starters": ["a", "b", "c", "d"]}, "appearance.starters"),
        ({"starters": [""]}, "appearance.starters"),
        ({"language": "tlh"}, "appearance.language"),
    ],
)
async def test_a_setting_that_is_none_is_named(olga: Browser, appearance: dict[str, Any], field: str) -> None:
    """And nothing is changed."""
    made = await make(olga)
    answer = await olga.ask("PATCH", f"{CHANNELS}/{made['id']}", {"appearance": appearance})
    assert is_refusal(answer, 422, "invalid")
    assert answer.json["field"] == field
    assert (await olga.get(f"{CHANNELS}/{made['id']}")).json == made


async def test_a_channel_that_was_switched_off_or_removed_lets_nobody_in(olga: Browser, house: House) -> None:
    """Its name and its page are free again; what was said in it stays."""
    ends: list[tuple[str, Any]] = [("PATCH", {"is_active": False}), ("DELETE", None)]
    for method, body in ends:
        made = await make(olga, name=method)
        visitor = {"widget_key": made["widget_key"]}
        assert (await Browser(house).post("/api/widget/sessions", visitor)).status == 200
        assert (await olga.ask(method, f"{CHANNELS}/{made['id']}", body)).status < 300
        while (await Browser(house).post("/api/widget/sessions", visitor)).status == 200:
            pass
        assert is_refusal(await Browser(house).get(f"/widget/panel?key={made['widget_key']}"), 404, "not_found")


async def test_who_is_connected_to_a_channel_that_is_switched_off_is_sent_away(
    olga: Browser, org: Organization, people: Cast
) -> None:
    """On every node; visitors of other channels and members stay."""
    here, there, ada = await people.visitor(node=0), await people.visitor(node=1), await people.agent()
    other = await make(olga, allowed_origins=[SHOP])
    await olga.ask("PATCH", f"{CHANNELS}/{other['id']}", {"is_active": False})
    await olga.ask("PATCH", f"{CHANNELS}/{org.channel_id}", {"name": "Main shop"})
    assert await here.start()
    await olga.ask("PATCH", f"{CHANNELS}/{org.channel_id}", {"is_active": False})
    assert [await each.hears_close() for each in (here, there)] == [CloseCode.UNAUTHENTICATED] * 2
    assert ada.close_code is None


async def test_a_page_that_is_not_allowed_is_told_why(olga: Browser) -> None:
    """Whoever builds it reads it in the browser's console; the settings stay with the channel's own pages."""
    made = await make(olga, allowed_origins=[SHOP])
    address = f"/widget/settings?key={made['widget_key']}"
    allowed = await olga.get(address, Origin=SHOP)
    assert (allowed.status, allowed.headers["access-control-allow-origin"]) == (200, SHOP)
    refused = await olga.get(address, Origin="https://evil.example")
    assert is_refusal(refused, 403, "forbidden")
    assert refused.headers["access-control-allow-origin"] == "https://evil.example"
    assert "not among the channel's allowed origins" in refused.json["message"]
    unknown = await olga.get("/widget/settings?key=unknown-widget-key", Origin=SHOP)
    assert is_refusal(unknown, 404, "not_found")
    assert unknown.headers["access-control-allow-origin"] == SHOP


async def test_the_panel_speaks_the_language_of_the_page_around(olga: Browser) -> None:
    """And stands the right way round."""
    made = await make(olga)
    page = await olga.get(f"/widget/panel?key={made['widget_key']}&lang=ar-EG", Accept_Language="de")
    assert "lang='ar' dir='rtl'" in page.text
    assert settings_in(page.text)["words"]["send"] == "إرسال"
    page = await olga.get(f"/widget/panel?key={made['widget_key']}", Accept_Language="de-AT,de;q=0.9")
    assert "lang='de' dir='ltr'" in page.text


async def test_words_cannot_break_out_of_the_page(olga: Browser) -> None:
    """A greeting is text, also where the page is made."""
    evil = """'><script>alert(1)</script><p a='"&#39;"""
    made = await make(olga, appearance={"greeting": evil})
    page = await olga.get(f"/widget/panel?key={made['widget_key']}")
    assert "<script>alert" not in page.text
    assert settings_in(page.text)["greeting"] == evil


async def test_only_our_own_pages_show_a_preview(olga: Browser) -> None:
    """Which opens no session, and is drawn from an appearance that is not saved."""
    made = await make(olga, allowed_origins=[SHOP])
    page = await olga.get(f"/widget/panel?key={made['widget_key']}&preview=1")
    assert page.policy["frame-ancestors"] == "'self'"
    shown = await olga.post("/api/channel-preview", {"appearance": {"color": "#FFD400", "language": "fr"}})
    assert (shown.status, shown.json["palette"]["on_accent"]) == (200, ["#16130f", "#16130f"])
    assert named(shown.json)["words"]["send"] == "Envoyer"


async def test_the_median_of_real_answers_is_told_and_only_of_enough(
    olga: Browser, house: House, org: Organization
) -> None:
    """Five in two weeks; fewer would be an accident."""

    async def answered(channel_id: str, *seconds: int) -> None:
        for each in seconds:
            await house.rows(
                "insert into conversation (org_id, session_key, channel_id, started_at, first_response_at)"
                " values ($1, uuidv7()::text, $2, now() - interval '1 day',"
                " now() - interval '1 day' + make_interval(secs => $3))",
                org.id, channel_id, each,
            )  # fmt: skip

    few, enough = await make(olga, name="Few"), await make(olga, name="Enough")
    await answered(few["id"], 10, 20, 30, 40)
    await answered(enough["id"], 30, 60, 120, 600, 9000)
    told = [
        settings_in((await olga.get(f"/widget/panel?key={each['widget_key']}")).text)["answers_within"]
        for each in (few, enough)
    ]
    assert told == [None, 120]


async def test_faces_are_shown_where_the_company_wants_it(olga: Browser) -> None:
    """Of those who answer: a viewer does not."""
    made = await make(olga)
    panel = f"/widget/panel?key={made['widget_key']}"
    team = settings_in((await olga.get(panel)).text)["team"]
    assert len(team) == 3
    assert "Vera" not in {each["name"] for each in team}
    assert all(each["picture"] == f"/portraits/{each['id']}.svg" for each in team)
    await olga.ask("PATCH", f"{CHANNELS}/{made['id']}", {"appearance": {"show_team": False}})
    while settings_in((await olga.get(panel)).text)["team"]:
        pass


async def test_the_loader_is_the_same_for_everybody(paged: House) -> None:
    """What differs is asked for with the key."""
    assert (await Browser(paged).get("/widget.js")).text == LOADER
