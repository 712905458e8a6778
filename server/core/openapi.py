"""The OpenAPI document of the HTTP API, made from the typed routes.

Source: OpenAPI Specification 3.1.1, https://spec.openapis.org/oas/v3.1.1.html.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from server.core.endpoint import UNSAFE, Endpoint, Who
from server.core.http import COOKIE, ErrorShape
from server.core.idempotency import HEADER, MOST

# Raised when a route changes what it means; new routes and fields do not raise it.
API_VERSION = "1"
REF = "#/components/schemas/{name}"
SECURITY: dict[Who, list[dict[str, list[str]]]] = {
    Who.MEMBER: [{"api_token": []}, {"session": []}],
    Who.VISITOR: [{"visitor": []}],
    Who.ANYONE: [],
}
SCHEMES = {
    "api_token": {"type": "http", "scheme": "bearer", "description": "An API token, `fdk_…`, made in the settings."},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "What a login sets in a browser."},
    "bot": {"type": "http", "scheme": "bearer", "description": "A bot's own token, `fdb_…`."},
    "visitor": {"type": "http", "scheme": "bearer", "description": "The token that `POST /api/widget/sessions` gives."},
}
ABOUT = (
    "Times are integers, milliseconds since 1970 by the server's clock. Lists come in pages: pass `next_cursor` as "
    "`cursor` to go on. Every answer of 400 and above is an `ErrorShape`. A POST with an `Idempotency-Key` is done "
    "once, however often it is sent within a day. The ETag of an answer, sent back as `If-Match` with a change, refuses"
    " it with 412 when somebody changed the same thing in between. Live talk goes over the WebSocket: docs/protocol.md."
)


def document(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """The whole document, ready to be written as JSON."""
    shapes = _shapes(endpoints)
    schemas, components = _portable(msgspec.json.schema_components(shapes, ref_template=REF))
    schema_of = {id(shape): schema for shape, schema in zip(shapes, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for each in endpoints:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, schema_of, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Frontdesk", "version": API_VERSION, "description": ABOUT},
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": SCHEMES},
    }


def _portable(schema: Any, key: str = "") -> Any:
    r"""The same with patterns as JSON Schema has them (ECMA-262), which knows no `\Z`."""
    if isinstance(schema, dict):
        return {name: _portable(each, name) for name, each in schema.items()}
    if isinstance(schema, list | tuple):
        return [_portable(each) for each in schema]
    return schema.removesuffix(r"\Z") + "$" if key == "pattern" and schema.endswith(r"\Z") else schema


def _shapes(endpoints: Iterable[Endpoint]) -> list[Any]:
    found = [ErrorShape]
    for each in endpoints:
        found += [shape for shape in (each.body, each.answer, each.query) if shape is not None]
    return found


def _operation(each: Endpoint, schema_of: dict[int, Any], components: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": each.name,
        "summary": each.summary,
        "tags": [each.path.split("/")[2].replace("-", " ")],
        "security": [*SECURITY[each.who], *([{"bot": []}] if each.for_bots else [])],
        "parameters": list(_parameters(each, schema_of, components)),
        "responses": {
            str(each.status): _content("Done.", schema_of[id(each.answer)] if each.answer is not None else None),
            "default": _content("Refused, and why.", schema_of[id(ErrorShape)]),
        },
    }
    if each.permission:
        made["description"] = f"Needs the permission `{each.permission}`."
    if each.body is not None:
        made["requestBody"] = {"required": True, **_content("", schema_of[id(each.body)])}
        made["requestBody"].pop("description")
    return made


def _content(told: str, schema: Any) -> dict[str, Any]:
    return {"description": told, **({"content": {"application/json": {"schema": schema}}} if schema else {})}


def _parameters(each: Endpoint, schema_of: dict[int, Any], components: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for name in each.ids:
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    if each.query is not None:
        shape = components[schema_of[id(each.query)]["$ref"].rsplit("/", 1)[-1]]
        for name, schema in shape["properties"].items():
            yield {"name": name, "in": "query", "required": name in shape.get("required", ()), "schema": schema}
    if each.who is not Who.MEMBER or each.method not in UNSAFE:
        return
    if each.method == "POST":
        yield {"name": HEADER, "in": "header", "required": False, "schema": {"type": "string", "maxLength": MOST}}
    else:
        yield {"name": "if-match", "in": "header", "required": False, "schema": {"type": "string"}}
