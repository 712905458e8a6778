"""The demo shop: a page of somebody else's, on another origin, that embeds the widget as any company's page would."""

from html import escape
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from server.core.config import Settings
from server.demo import DEMO_WIDGET_KEY

HERE = Path(__file__).parent


def shop(settings: Settings) -> None:
    """Serve the shop until it is told to stop."""
    uvicorn.run(app(settings), host=settings.host, port=settings.shop_port, log_config=None, server_header=False)


def app(settings: Settings) -> Starlette:
    """The shop's three pages and its style."""
    frontdesk = settings.public_url or f"http://{settings.host}:{settings.port}"
    template = (HERE / "page.html").read_text("utf-8")
    page = template.replace("{frontdesk}", escape(frontdesk)).replace("{key}", escape(DEMO_WIDGET_KEY))

    async def show(_: Request) -> Response:
        return HTMLResponse(page)

    async def style(_: Request) -> Response:
        return FileResponse(HERE / "style.css", media_type="text/css")

    return Starlette(routes=[Route("/", show), Route("/style.css", style), Route("/lamps/{name}", show)])
