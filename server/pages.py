"""What browsers show: the console, the API's page, portraits, and the built files behind them."""

import re
from functools import cache
from pathlib import Path

import msgspec
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from server.core.faces import NOT_BUILT, Face, are_built, page
from server.core.http import house_of, socket_source
from server.core.openapi import document
from server.core.portrait import SUBJECTS, portrait
from server.domain import endpoints

# A file with a hash of its content in its name never changes; Vite puts them all into one folder.
_HASHED = re.compile(r"^assets/.*-[A-Za-z0-9_-]{8}\.\w+$")
CONSOLE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "media-src 'self'; frame-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"
)
# A company's page as the widget meets it: the loader is put in by its address, which Trusted Types would not let pass.
TRY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Swagger UI writes styles into its elements; what it shows is our own document, and no script but ours runs.
API_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Opened by itself, a picture is a document too; it runs and loads nothing.
PICTURE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


async def console(request: Request) -> Response:
    """GET /, /console/… and the doors to it: the console, which finds its own way from its address."""
    policy = f"{CONSOLE_POLICY}; connect-src 'self' {socket_source(request)}".rstrip()
    return page(house_of(request).settings, Face.CONSOLE, policy)


async def try_out(request: Request) -> Response:
    """GET /console/try/{channel_id}: a page with the channel's widget on it, for whoever has no site at hand."""
    return page(house_of(request).settings, Face.TRY, TRY_POLICY)


async def picture(request: Request) -> Response:
    """GET /portraits/{id}.svg?of=person|visitor|bot: who has no picture of its own gets this one, for ever the same."""
    of = SUBJECTS.get(request.query_params.get("of", "person"))
    if of is None:
        raise HTTPException(404)
    headers = {
        "cache-control": "public, max-age=31536000, immutable",
        "content-security-policy": PICTURE_POLICY,
        # The widget's loader may show one on the company's page.
        "cross-origin-resource-policy": "cross-origin",
        "access-control-allow-origin": "*",
    }
    return Response(portrait(request.path_params["id"], of), headers=headers, media_type="image/svg+xml")


@cache
def _openapi() -> bytes:
    return msgspec.json.encode(document(endpoints()))


async def openapi(_: Request) -> Response:
    """GET /api/openapi.json: every route of the API, for programs that write clients."""
    return Response(_openapi(), media_type="application/json", headers={"cache-control": "no-cache"})


async def api_docs(request: Request) -> Response:
    """GET /api/docs: the same for people, to read and to try."""
    return page(house_of(request).settings, Face.API, API_POLICY)


class Faces(StaticFiles):
    """The built files under /faces/."""

    async def check_config(self) -> None:
        """Do not insist on the folder: it may be built while we run."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file; kept for ever by browsers where its name changes with its content."""
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or are_built(str(self.directory)):
                raise
            return PlainTextResponse(NOT_BUILT, 503)
        kept = "public, max-age=31536000, immutable" if _HASHED.search(path) else "no-cache"
        response.headers["cache-control"] = kept
        return response


def page_routes(faces: Path) -> list[BaseRoute]:
    """The pages, and `/faces/` with the files that they load."""
    squeezed = [Middleware(GZipMiddleware, minimum_size=500)]
    pages = {
        "/": console,
        "/login": console,
        "/signup": console,
        "/invite": console,
        "/reset": console,
        "/console": console,
        "/console/try/{channel_id:uuid}": try_out,
        "/console/{path:path}": console,
        "/api/docs": api_docs,
        "/api/openapi.json": openapi,
        "/portraits/{id:uuid}.svg": picture,
    }
    files = Faces(directory=faces, check_dir=False)
    return [
        *(Route(path, shown, methods=["GET"], middleware=squeezed) for path, shown in pages.items()),
        Mount("/faces", files, middleware=squeezed),
    ]
