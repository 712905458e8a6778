"""What attackers write, in every text of a company: in the real pages of both faces nothing of it runs."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from aiohttp import web

from build_faces import ROOT
from server.core.endpoint import Endpoint, Who
from server.core.ids import uuid7
from server.domain import endpoints
from server.protocol import client_frames as say
from server.protocol.values import Page
from tests.api.samples import route_of, sample
from tests.api.texts import WITH_MEANING, places_of
from tests.api.world import Request, World
from tests.browser import Browser
from tests.faces.node import tell
from tests.people import Refused, Visitor
from tests.servers import House, free_port

PAYLOADS: list[str] = [
    text for each in json.loads(Path(__file__).with_name("payloads.json").read_text("utf-8")).values() for text in each
]
# The short ones, for names and labels; the first one runs wherever markup is markup.
STRONGEST = '"><img src=x onerror=__xss()>'
# So many lines of three kinds come with the first look at a conversation.
LINES = 12
# What ends things, or what the console is then asked with.
LEFT_OUT = re.compile(
    r"DELETE |/(signup|login|logout|me/password|me/organization|password-reset|invitations/|merge|block)\b"
)


@pytest.fixture(scope="module")
async def infected(open_house: House) -> World:
    """A company in which every text that anybody can write is an attack."""
    world = await World.of(open_house)
    texts = cycle(PAYLOADS)
    for endpoint in endpoints():
        if not LEFT_OUT.search(route_of(endpoint)) and endpoint.who is Who.MEMBER and endpoint.body is not None:
            await _infect(world, endpoint, texts)
    return world


async def _infect(world: World, endpoint: Endpoint, texts: Iterator[str]) -> None:
    for place in places_of(endpoint.body):
        if place.name in WITH_MEANING:
            continue
        for text in [next(texts), next(texts), STRONGEST]:
            asked = await sample(world, endpoint)
            # Of a change only what is meant: a sample of everything would switch things off.
            body = {} if endpoint.method == "PATCH" else dict(asked.body)
            answer = await world.owner.ask(msgspec.structs.replace(asked, body=place.put(body, text)))
            assert answer.status < 500, f"{text!r} at {route_of(endpoint)}: {answer.text}"


@pytest.fixture(scope="module")
async def shop_url(infected: World) -> AsyncIterator[str]:
    """Somebody's page on another origin, with the company's widget, which looks as attackers would have it."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    appearance = {"greeting": " ".join(PAYLOADS)[:500], "starters": [STRONGEST, *PAYLOADS[:2]], "away_text": STRONGEST}
    appearance["launcher_label"] = STRONGEST
    body = {"allowed_origins": [url], "appearance": appearance, "name": f"{STRONGEST} of the shop"}
    await infected.owner.does(Request("PATCH", f"/api/channels/{infected.org.channel_id}", body))
    script = f'<script async src="{infected.house.url()}/widget.js" data-key="{infected.org.widget_key}"></script>'

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=f"<!doctype html><title>A shop</title>{script}", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield url
    await runner.cleanup()


def _shown(text: str) -> dict[str, Any]:
    """Answers to tap, a card and a form, all of whose words are an attack."""
    label = text[:80]
    fields = [
        {"name": "why", "label": label, "type": "choice", "choices": [label]},
        {"name": "more", "label": label},
    ]
    return {
        "quick_replies": [{"label": label, "payload": text[:200]}],
        "cards": [{
            "title": text[:120], "text": text[:500], "image_url": "/portraits/none.svg?of=person",
            "buttons": [{"label": label, "url": "https://a.example/"}],
        }],
        "form": {"title": text[:120], "submit_label": text[:40], "fields": fields},
    }  # fmt: skip


async def _talked(world: World) -> list[dict[str, Any]]:
    """Conversations in which both sides say every payload, and notes and the page that the visitor was on, too."""
    found: list[dict[str, Any]] = []
    visitor = Visitor(world.org)
    await visitor.connect()
    for start in range(0, len(PAYLOADS), LINES):
        lines = PAYLOADS[start : start + LINES]
        text = lines[0][:200]
        frame = say.StartConversation(uuid7(), text, Page(f"https://a.example/{text}", text, f"javascript:{text}"))
        await visitor.send(frame)
        await visitor.answer(frame.id)
        for line in lines:
            await visitor.say(frame.id, line)
            for is_internal in (False, True):
                body: dict[str, Any] = {"id": str(uuid7()), "body": line, "is_internal": is_internal}
                body |= {} if is_internal else {"content": _shown(line)}
                await world.owner.does(Request("POST", f"/api/conversations/{frame.id}/messages", body))
        await _tag(world, frame.id, [line for line in lines if len(line) <= 40])
        found.append({"id": str(frame.id), "lines": lines})
    await visitor.leave()
    return found


async def _tag(world: World, conversation_id: UUID, tags: list[str]) -> None:
    for tag in tags:
        with suppress(Refused):
            asked = Request("POST", f"/api/conversations/{conversation_id}/tag", {"id": str(uuid7()), "add": [tag]})
            await world.owner.ask(asked)


def _settings_pages() -> list[str]:
    source = (ROOT / "console" / "app" / "routes.ts").read_text("utf-8")
    listed = re.search(r"SETTINGS = \[(.*?)\]", source, re.DOTALL)
    assert listed is not None
    return re.findall(r'"([\w-]+)"', listed[1])


async def test_nothing_of_it_runs_in_the_pages(infected: World, shop_url: str) -> None:
    """In every page of the console, in the widget, and in the shop around it."""
    conversations = await _talked(infected)
    await infected.settled()
    pages = [f"/console/settings/{each}" for each in _settings_pages()]
    pages += [f"/console/settings/channels/{infected.org.channel_id}", "/console/start", "/console/search?q=img"]
    pages += [f"/console/inbox/{each}" for each in ("all", "mine", "unassigned", "closed")]
    facts = {
        "WEB_URL": infected.house.url(),
        "SHOP_URL": shop_url,
        "SESSION": infected.owner.session,
        "FACTS": json.dumps(
            {
                "pages": pages,
                "conversations": conversations,
                "payloads": PAYLOADS,
                "contents": [_shown(each) for each in PAYLOADS],
            }
        ),
    }
    await tell("xss.js", facts)


class _Outline(HTMLParser):
    """The elements of a document with the names of their attributes, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, sorted(name for name, _ in attrs)))


async def test_no_appearance_changes_the_outline_of_the_widget_s_page(infected: World) -> None:
    """The panel's settings stand in an attribute of its document: no text gets out of it."""
    browser, channel = Browser(infected.house), Request("PATCH", f"/api/channels/{infected.org.channel_id}")

    async def outline(text: str) -> list[Any]:
        body = {"appearance": {"greeting": text[:500], "away_text": text[:200], "starters": [text[:120]]}}
        await infected.owner.does(msgspec.structs.replace(channel, body=body))
        parser = _Outline()
        parser.feed((await browser.get(f"/widget/panel?key={infected.org.widget_key}")).text)
        return parser.found

    plain = await outline("Good morning")
    assert len(plain) > 5
    for start in range(0, len(PAYLOADS), 4):
        for text in (" ".join(PAYLOADS[start : start + 4]), PAYLOADS[start]):
            assert await outline(text) == plain, text
