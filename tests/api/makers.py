"""How the things are made that no route makes from nothing."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from server.core.ids import uuid7
from tests.api.world import Caller, Request, World
from tests.machines import Bot

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


async def helped_by(world: World, bot: Bot) -> str:
    """A new conversation that a person holds, whose co-pilot a bot is."""
    helps = "update bot set copilot = 'everybody' where org_id = $1 and id = $2"
    await world.house.rows(helps, world.org.id, bot.id)
    conversation_id = await world.a_conversation()
    await world.decide(conversation_id, "take")
    return conversation_id


async def consulted_by(world: World, bot: Bot) -> str:
    """A new conversation that a bot holds which is set up to consult another, that is not there."""
    other = "select id from bot where org_id = $1 and id <> $2 limit 1"
    if not await world.house.rows(other, world.org.id, bot.id):
        await world.owner.does(Request("POST", "/api/bots", {"name": "Expert", "instructions": "Know."}))
    (found,) = await world.house.rows(other, world.org.id, bot.id)
    asks = "update bot set collaboration = jsonb_build_object('type', 'parallel', 'agent_ids', array[$3::uuid])"
    await world.house.rows(f"{asks} where org_id = $1 and id = $2", world.org.id, bot.id, found["id"])
    return await world.held_by(bot)


async def alone(_: World, __: object) -> dict[str, None]:
    """A bot that works with nobody: which kind goes with which bots is told elsewhere."""
    return {"collaboration": None}


async def a_draft(world: World, asked: UUID | None = None) -> dict[str, str]:
    """What a bot would say in a new conversation that it holds; put straight into the tables."""
    conversation_id, made = await world.a_conversation(), str(uuid7())
    draft = {"type": "post_message", "id": made, "conversation_id": conversation_id, "body": "Yes.", "turn": 0}
    await world.house.rows(
        """
        with held as (
          update conversation
             set status = 'assigned', queued_at = null,
                 assigned_agent_id = (select id from bot where org_id = $1 order by created_at limit 1)
           where org_id = $1 and id = $3
          returning org_id, id, assigned_agent_id)
        insert into collaboration (org_id, id, conversation_id, type, agent_ids, asked, coordinator_agent_id, draft,
                                   turn, after_seq, due_at, deadline_at, asked_at)
        select org_id, $2, id, 'verification', $5, $5, assigned_agent_id, $4, 0, 1000, now() + interval '1 hour',
               now() + interval '1 hour', now()
          from held
        """,
        world.org.id, UUID(made), UUID(conversation_id), draft, [asked] if asked else [],
    )  # fmt: skip
    return {"conversation_id": conversation_id, "id": made, "verdict": "reject"}


async def a_waiting_draft(world: World, _: object = None) -> dict[str, str]:
    """The same, as routes name it."""
    made = await a_draft(world)
    return {"conversation_id": made["conversation_id"], "draft_id": made["id"]}


async def _draft(world: World) -> str:
    return (await a_waiting_draft(world))["draft_id"]


async def _organization(world: World) -> str:
    return str(world.org.id)


async def a_bot_tool(world: World, _: object) -> dict[str, str]:
    """A tool of a bot's; put straight into its table, as not everybody may make one."""
    made = "insert into bot_tool (org_id, bot_id, tool_name, display_name) select $1, id, $2, 'Today' from bot"
    where = "where org_id = $1 limit 1 returning bot_id, id"
    (row,) = await world.house.rows(f"{made} {where}", world.org.id, f"t{uuid7()}")
    return {"bot_id": str(row["bot_id"]), "tool_id": str(row["id"])}


async def a_cited_answer(world: World, visitor: Caller) -> dict[str, str]:
    """What a bot answered a visitor from an article; put straight into its table, as no bot is connected."""
    conversation_id, article_id, made = await world.a_conversation(visitor), await world.an_article(), str(uuid7())
    await world.house.rows(
        "insert into message (org_id, id, conversation_id, seq, at, sender_kind, sender_agent_id, body, meta)"
        " select $1, $2, $3, 1000, now(), 'bot', id, 'Within thirty days', jsonb_build_object('citations',"
        " jsonb_build_array(jsonb_build_object('article_id', $4::uuid))) from bot where org_id = $1 limit 1",
        world.org.id, UUID(made), UUID(conversation_id), UUID(article_id),
    )  # fmt: skip
    return {"conversation_id": conversation_id, "message_id": made, "article_id": article_id}


async def something_to_note(_world: World, _caller: Caller) -> dict[str, Any]:
    """A tag and a fact."""
    return {"add": ["urgent"], "attributes": {"order": 1041}}


async def something_to_see(_world: World, _caller: Caller) -> dict[str, Any]:
    """Answers to tap, a card and a form."""
    button = {"label": "Look at it", "url": "https://plants.example/fern"}
    card = {"title": "Fern", "text": "Likes the shade", "image_url": "/portraits/fern.svg", "buttons": [button]}
    fields = [{"name": "why", "label": "Why", "type": "choice", "choices": ["Broken"]}]
    form = {"title": "Sending it back", "submit_label": "Send", "fields": fields}
    return {"content": {"quick_replies": [{"label": "Yes", "payload": "yes"}], "cards": [card], "form": form}}


_DRAFT = "/api/conversations/{conversation_id}/drafts/{draft_id}"
# What the routes of one draft need.
DRAFTS = {"GET " + _DRAFT: a_waiting_draft, f"POST {_DRAFT}/decide": a_waiting_draft}
MAKERS: dict[str, Callable[[World], Awaitable[str]]] = {
    "article": World.an_article,
    "member": World.a_member,
    "channel": World.a_channel,
    "conversation": World.a_conversation,
    "contact": World.a_contact,
    "draft": _draft,
    "message": _message,
    "organization": _organization,
    "suggestion": _suggestion,
    "team": World.a_team,
}
