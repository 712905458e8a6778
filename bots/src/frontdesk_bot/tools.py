"""Tools: plain functions with types, described as JSON schema and called by name with checked arguments."""

import asyncio
import inspect
import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any, NamedTuple, TypeVar, get_type_hints

import msgspec

from frontdesk_bot.protocol.bot_values import DeclaredTool, ToolSetup
from frontdesk_bot.protocol.values import ToolCall

# Whom to tell which tools were called: the turn whose handler calls them, or nobody.
USED: ContextVar[list[str]] = ContextVar("frontdesk_bot_tools_used")
CALLS: ContextVar[list[ToolCall]] = ContextVar("frontdesk_bot_tool_calls")
F = TypeVar("F", bound=Callable[..., Any])


class NoSuchTool(Exception):  # noqa: N818 - it reads as what it is
    """Nothing has this name; the message says which names there are."""


class BadArguments(Exception):  # noqa: N818 - it reads as what it is
    """The arguments are not what the tool's types say; the message names the first wrong one, for a model to read."""


class Tool(NamedTuple):
    """One function."""

    name: str
    description: str
    parameters: dict[str, Any]
    """The JSON schema of the arguments."""
    function: Callable[..., Any]
    arguments: type[msgspec.Struct]

    def described(self) -> dict[str, Any]:
        """What a model is told of it."""
        return {"name": self.name, "description": self.description, "parameters": self.parameters}


class Toolbox:
    """The tools of a bot, by name."""

    def __init__(self) -> None:
        self._tools: dict[str, Tool] = {}
        self._setup: dict[str, ToolSetup] = {}

    def set_up(self, setup: Sequence[ToolSetup]) -> None:
        """People said which may be called, in which order they are offered, and what models are told of them."""
        self._setup = {each.tool_name: each for each in setup}

    def settings(self, name: str) -> dict[str, Any]:
        """What people have set for a tool."""
        return self._setup[name].settings if name in self._setup else {}

    def add(self, function: Callable[..., Any]) -> Tool:
        """Take a function; refuses one whose arguments have no types, or which does not say what it is for."""
        tool = _tool_of(function)
        if tool.name in self._tools:
            raise ValueError(f"there is a tool {tool.name} already")
        self._tools[tool.name] = tool
        return tool

    def __getitem__(self, name: str) -> Tool:
        if name not in self:
            raise NoSuchTool(f"there is no tool {name!r}, but: {', '.join(self._enabled()) or 'none'}")
        return self._tools[name]

    def __contains__(self, name: str) -> bool:
        return name in self._tools and (name not in self._setup or self._setup[name].is_enabled)

    def declared(self) -> list[DeclaredTool]:
        """All that there are, for people to switch on and off."""
        return [DeclaredTool(each.name, each.description, each.parameters) for each in self._tools.values()]

    def described(self) -> list[dict[str, Any]]:
        """What a model is told of those that are enabled: name, description and the JSON schema of the parameters."""
        described = [self._tools[name].described() for name in self._enabled()]
        for each in described:
            if (setup := self._setup.get(each["name"])) and setup.description:
                each["description"] = setup.description
        return described

    def _enabled(self) -> list[str]:
        known = [name for name in self._setup if name in self._tools]
        return [name for name in (*known, *(each for each in self._tools if each not in known)) if name in self]

    async def call(self, name: str, arguments: dict[str, Any] | str) -> Any:
        """Call a tool with arguments as a model gives them, an object or its JSON; the answer can be written as JSON.

        A plain function runs in a thread, so that a slow one holds up nobody. Raises NoSuchTool, BadArguments, and what
        the function raises.
        """
        tool = self[name]
        used = USED.get([])
        if name not in used:
            used.append(name)
        began, is_failed = time.monotonic(), True
        try:
            answer = await _called(tool, arguments)
            is_failed = False
            return answer
        finally:
            # Also one that is stopped because it takes too long.
            CALLS.get([]).append(ToolCall(name, int((time.monotonic() - began) * 1000), is_failed))


async def _called(tool: Tool, arguments: dict[str, Any] | str) -> Any:
    try:
        if isinstance(arguments, str):
            given = msgspec.json.decode(arguments, type=tool.arguments)
        else:
            given = msgspec.convert(arguments, tool.arguments)
    except msgspec.DecodeError as error:
        raise BadArguments(f"{tool.name}: {error}") from None
    named = {field: getattr(given, field) for field in tool.arguments.__struct_fields__}
    if inspect.iscoroutinefunction(tool.function):
        answer = await tool.function(**named)
    else:
        answer = await asyncio.to_thread(tool.function, **named)
    return msgspec.to_builtins(answer)


def _tool_of(function: Callable[..., Any]) -> Tool:
    name = getattr(function, "__name__", repr(function))
    description = inspect.getdoc(function)
    if not description:
        raise TypeError(f"the tool {name} needs a docstring: it is all that a model knows of it")
    hints = get_type_hints(function, include_extras=True)
    fields: list[Any] = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY}:
            raise TypeError(f"the tool {name} is called by the names of its arguments, which {parameter} has not")
        if parameter.name not in hints:
            raise TypeError(f"the argument {parameter.name} of the tool {name} needs a type")
        field = (parameter.name, hints[parameter.name])
        fields.append(field if parameter.default is parameter.empty else (*field, _default(parameter.default)))
    arguments = msgspec.defstruct(name, fields, kw_only=True, forbid_unknown_fields=True)
    return Tool(name, description, _schema_of(arguments), function, arguments)


def _default(value: Any) -> Any:
    """Not a plain list or dict: all calls would share it."""
    return msgspec.field(default_factory=value.copy) if isinstance(value, list | dict | set) else value


def _schema_of(arguments: type[msgspec.Struct]) -> dict[str, Any]:
    """One object, with what it refers to beside it."""
    (schema,), components = msgspec.json.schema_components([arguments], ref_template="#/$defs/{name}")
    own = components.pop(schema["$ref"].removeprefix("#/$defs/"))
    own.pop("title", None)
    return {**own, "$defs": components} if components else dict(own)
