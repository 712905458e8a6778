"""The routes of the audit log."""

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from server.core.endpoint import Call, Page, get
from server.core.http import client_of, house_of, member_of
from server.domain.audit import actions
from server.domain.audit.forms import AuditFilter
from server.domain.audit.types import AuditLine


async def list_audit_lines(call: Call, query: AuditFilter) -> Page[AuditLine]:
    """List who did what, from where, the newest first; that somebody looked is written down."""
    return await actions.list_lines(call.house.db, call.actor, call.client, query)


async def export(request: Request) -> Response:
    """GET /api/audit/export: the whole log as a file, one line of JSON each; that too is written down."""
    actor = await member_of(request)
    actor.require("audit.read")
    lines = actions.export_lines(house_of(request).db, actor, client_of(request))
    headers = {"content-disposition": 'attachment; filename="audit.jsonl"'}
    return StreamingResponse(lines, headers=headers, media_type="application/x-ndjson")


endpoints = [get("/api/audit", list_audit_lines, permission="audit.read")]
routes = [Route("/api/audit/export", export, methods=["GET"])]
