"""The routes of interactions."""

from uuid import UUID

from server.core.endpoint import Call, Cursor, Page, get
from server.domain.interactions import actions
from server.domain.interactions.actions import InteractionFilter
from server.domain.interactions.catalogue import interaction_types
from server.domain.interactions.scorecard import report_tools, show_scorecard
from server.domain.interactions.types import Interaction


async def list_interactions(call: Call, query: InteractionFilter) -> Page[Interaction]:
    """List interactions, the newest first."""
    return await actions.list_interactions(call.house.db, call.actor, query)


async def list_conversation_interactions(call: Call, conversation_id: UUID, query: Cursor) -> Page[Interaction]:
    """List the interactions of a conversation: one more each time it was opened again."""
    return await actions.list_of_conversation(call.house.db, call.actor, conversation_id, query)


async def list_contact_interactions(call: Call, contact_id: UUID, query: Cursor) -> Page[Interaction]:
    """List the interactions with a contact, and with whoever it was joined from."""
    return await actions.list_of_contact(call.house.db, call.actor, contact_id, query)


endpoints = [
    get("/api/bots/{bot_id}/scorecard", show_scorecard, permission="bot.read"),
    get("/api/bots/{bot_id}/tool-report", report_tools, permission="bot.read"),
    *interaction_types.endpoints(),
    get("/api/interactions", list_interactions, permission="conversation.read"),
    get(
        "/api/conversations/{conversation_id}/interactions", list_conversation_interactions,
        permission="conversation.read",
    ),
    get("/api/contacts/{contact_id}/interactions", list_contact_interactions, permission="conversation.read"),
]  # fmt: skip
