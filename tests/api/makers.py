"""How the things are made that no route makes from nothing."""

from collections.abc import Awaitable, Callable

from tests.api.world import World

# Field or part of a path -> the thing that it is the id of.
THINGS: dict[str, str] = {
    "member_ids": "member", "lead_id": "member", "agent_id": "member", "assigned_agent_id": "member",
    "actor_id": "member", "other_id": "contact", "entity_id": "conversation", "reply_to_id": "message",
    "default_team_id": "team", "default_bot_id": "bot", "overflow_team_id": "team",
    "copilot_for": "member", "copilot_team_id": "team", "category_id": "kb_category", "parent_id": "kb_category",
}  # fmt: skip


async def _message(world: World) -> str:
    return await world.a_message(await world.a_conversation())


async def _suggestion(world: World) -> str:
    return (await world.a_suggestion())["suggestion_id"]


async def _organization(world: World) -> str:
    return str(world.org.id)


MAKERS: dict[str, Callable[[World], Awaitable[str]]] = {
    "article": World.an_article,
    "member": World.a_member,
    "channel": World.a_channel,
    "conversation": World.a_conversation,
    "contact": World.a_contact,
    "message": _message,
    "organization": _organization,
    "suggestion": _suggestion,
    "team": World.a_team,
}
