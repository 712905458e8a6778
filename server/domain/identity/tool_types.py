"""The tools of bots."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from server.core.text import Name
from server.protocol.bot_values import ToolName

Priority = Annotated[int, Meta(ge=-1000, le=1000)]
Description = Annotated[str, Meta(max_length=2000)]


class BotTool(Struct, frozen=True):
    """A tool of a bot's; `schema` is what the bot tells of it, `description` what people say in place of that."""

    id: UUID
    bot_id: UUID
    tool_name: str
    display_name: str
    description: str
    schema: dict[str, Any]
    settings: dict[str, Any]
    is_enabled: bool
    priority: int
    # When its bot told of it last; None before it did.
    seen_at: int | None = None

    def edited(self) -> "BotTool":
        """What people change of it, and whether it is another tool than it was."""
        return msgspec.structs.replace(self, seen_at=None)


class NewBotTool(Struct, frozen=True):
    """A tool that a bot will have, set up before it tells of it; the highest priority is offered first."""

    tool_name: ToolName
    display_name: Name | None = None
    description: Description = ""
    settings: dict[str, Any] = {}
    is_enabled: bool = True
    priority: Priority = 0


class ChangeBotTool(Struct, frozen=True):
    """What changes about a tool; what is left out stays."""

    display_name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    settings: dict[str, Any] | UnsetType = UNSET
    is_enabled: bool | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
