"""What bots tell of themselves, and are told."""

from typing import Annotated, Any

from msgspec import Meta

from .values import Value

# As model servers have them.
ToolName = Annotated[str, Meta(pattern="^[A-Za-z_][A-Za-z0-9_-]{0,63}$")]


class DeclaredTool(Value, frozen=True):
    """A function of a bot's: what it is for, in words for a model, and the JSON schema of its arguments."""

    tool_name: ToolName
    description: Annotated[str, Meta(max_length=2000)] = ""
    parameters: dict[str, Any] = {}


class ToolSetup(Value, frozen=True):
    """How people have set up a tool of a bot's: one that is not enabled is not called.

    A `description` stands in place of the tool's own; `settings` are the tool's to understand.
    """

    tool_name: str
    is_enabled: bool
    description: str = ""
    settings: dict[str, Any] = {}
