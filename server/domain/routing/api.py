"""The routes of routing: how queues are worked, and why a conversation went to whom."""

from uuid import UUID

from msgspec import Struct

from server.core.endpoint import Call, get, put
from server.domain.routing import queues
from server.domain.routing.queues import Candidates, ChangeRule
from server.domain.routing.types import AssignmentStep, Rule


class Queues(Struct, frozen=True):
    """How each queue is worked: the organization's own first, then each team's."""

    queues: list[Rule]


class AssignmentSteps(Struct, frozen=True):
    """How a conversation travelled, the first step first."""

    assignments: list[AssignmentStep]


async def list_queues(call: Call) -> Queues:
    """List how the queues are worked; without a rule people take what they like."""
    return Queues(await queues.list_rules(call.house.db, call.actor))


async def put_queue(call: Call, body: ChangeRule) -> Rule:
    """Say how conversations without a team are worked."""
    return await queues.put_rule(call.house.db, call.actor, call.client, None, body, call.match)


async def put_team_queue(call: Call, team_id: UUID, body: ChangeRule) -> Rule:
    """Say how a team's conversations are worked."""
    return await queues.put_rule(call.house.db, call.actor, call.client, team_id, body, call.match)


async def list_assignments(call: Call, conversation_id: UUID) -> AssignmentSteps:
    """List whom a conversation was offered to, who took it, and why."""
    return AssignmentSteps(await queues.list_assignments(call.house.db, call.actor, conversation_id))


async def show_candidates(call: Call, conversation_id: UUID) -> Candidates:
    """Show who could be offered a waiting conversation just now, and why others could not."""
    return await queues.candidates(call.house.db, call.actor, conversation_id)


endpoints = [
    get("/api/routing/queues", list_queues, permission="routing.read"),
    put("/api/routing/queue", put_queue, permission="routing.write"),
    put("/api/teams/{team_id}/queue", put_team_queue, permission="routing.write"),
    get("/api/conversations/{conversation_id}/assignments", list_assignments, permission="conversation.read"),
    get("/api/conversations/{conversation_id}/candidates", show_candidates, permission="conversation.read"),
]
