"""What members can do: skills, languages, and how much at a time. The router decides by it, and nobody's rights do."""

from typing import Any
from uuid import UUID

from msgspec import UNSET, to_builtins

from server.core import audit, events
from server.core.auth import Actor, Client
from server.core.db import Db
from server.core.errors import Invalid, NotFound
from server.core.sql import load
from server.core.text import require_name
from server.domain.identity.forms import ChangeRouting
from server.domain.identity.profile import Match
from server.domain.identity.types import Member, Skill

sql = load(__file__)


async def change_routing(
    db: Db, actor: Actor, client: Client, member_id: UUID, body: ChangeRouting, match: Match
) -> Member:
    """Say what a member can do, for whom, and how much at a time; what is carried already stays with them."""
    skills = None if body.skills is UNSET else _spelled(body.skills)
    languages = None if body.languages is UNSET else list(dict.fromkeys(map(_language, body.languages)))
    max_load = None if body.max_load is UNSET else round(body.max_load, 2)
    async with db.act(actor, client) as tx:
        await tx.run(sql.lock_seat, agent_id=member_id)
        before = await tx.maybe(sql.member, Member, member_id=member_id)
        if before is None:
            raise NotFound("there is no such member")
        match(before)
        await tx.run(
            sql.change_routing, member_id=member_id, languages=languages, max_load=max_load,
            routing_priority=None if body.routing_priority is UNSET else body.routing_priority,
        )  # fmt: skip
        if skills is not None and skills != before.skills:
            await tx.run(sql.forget_skills, member_id=member_id)
            names, levels = [each.skill for each in skills], [each.level for each in skills]
            await tx.run(sql.add_skills, member_id=member_id, skills=names, levels=levels)
            changes: dict[str, Any] = {"skills": to_builtins([before.skills, skills])}
            await audit.note(tx, "update", "agent", member_id, event="skills_changed", changes=changes)
        after = await tx.one(sql.member, Member, member_id=member_id)
        changed = [name for name in after.__struct_fields__ if getattr(before, name) != getattr(after, name)]
        if changed:
            await events.note(tx, actor, "member_changed", member_id, changed=changed)
        return after


def _spelled(skills: list[Skill]) -> list[Skill]:
    """In the one spelling that is kept, by name; refuses two of the same."""
    found: dict[str, Skill] = {}
    for at, each in enumerate(skills):
        name = require_name(each.skill, "the skill", f"skills[{at}].skill").lower()
        if name in found:
            raise Invalid(f"{name} stands there twice", field=f"skills[{at}].skill")
        found[name] = Skill(name, each.level)
    return [found[name] for name in sorted(found)]


def _language(tag: str) -> str:
    """The way such tags are written: pt-BR, and not PT-br."""
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(each.upper() if len(each) == 2 else each for each in rest)])
