"""The demo shop: a page of somebody else's, on another origin, that embeds the widget as any company's page would."""

import re
from html import escape
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from server.core.config import Settings
from server.demo import DEMO_WIDGET_KEY
from server.shop.plants import PLANTS, WORDS, Words, page_of, window

HERE = Path(__file__).parent


def shop(settings: Settings) -> None:
    """Serve the shop until it is told to stop."""
    uvicorn.run(app(settings), host=settings.host, port=settings.shop_port, log_config=None, server_header=False)


def app(settings: Settings) -> Starlette:
    """The shop's window, a page for each plant, and what they look like."""
    frontdesk = settings.public_url or f"http://{settings.host}:{settings.port}"
    template = (HERE / "page.html").read_text("utf-8")
    template = template.replace("{frontdesk}", escape(frontdesk)).replace("{key}", escape(DEMO_WIDGET_KEY))
    plants = {plant.slug: plant for plant in PLANTS}

    def page(main: str, words: Words, status: int = 200) -> Response:
        languages = " ".join(f'<a href="?lang={each}" lang="{each}">{each}</a>' for each in WORDS)
        filled = {**words, "languages": languages, "main": main}
        return HTMLResponse(re.sub(r"\{(\w+)\}", lambda match: filled[match[1]], template), status)

    async def show(request: Request) -> Response:
        words = _spoken(request)
        return page(window(words), words)

    async def plant(request: Request) -> Response:
        words, found = _spoken(request), plants.get(request.path_params["slug"])
        if found is None:
            return page(f"<h1>{words['gone']}</h1>", words, 404)
        return page(page_of(found, words), words)

    def file(name: str, media_type: str) -> Route:
        async def answer(_: Request) -> Response:
            return FileResponse(HERE / name, media_type=media_type)

        return Route(f"/{name}", answer)

    return Starlette(
        routes=[
            Route("/", show),
            Route("/plants/{slug}", plant),
            file("style.css", "text/css"),
            file("window.css", "text/css"),
            file("plants.svg", "image/svg+xml"),
        ]
    )


def _spoken(request: Request) -> Words:
    return WORDS.get(request.query_params.get("lang", ""), WORDS["en"])
