"""Fills the generated parts of docs/protocol.md; the prose around the markers is written by hand."""

import re
from collections.abc import Callable, Sequence
from typing import get_args

import msgspec.inspect as look
from msgspec import Struct, json

from server.core.protocol_answers import ANSWERS
from server.core.protocol_examples import COMMANDS, CREDENTIALS, LINES
from server.core.typescript import default_of, limits, ts_type
from server.protocol import agent_values, bot_values, collaboration_values, content, values
from server.protocol import client_frames as say
from server.protocol.codes import CLOSES, REFUSALS
from server.protocol.entries import AnyEntry
from server.protocol.senders import SENDERS, Audience
from server.protocol.server_frames import AnyServerFrame, Resumed, Said

MARKED = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end of generated -->)", re.DOTALL)

# What comes back to its sender; every command that is answered can be `refused` instead.
ANSWERED_BY: dict[type[Struct], str] = {
    say.Hello: "`welcome`, or the socket is closed",
    say.StartConversation: "`accepted` with number 1",
    say.PostMessage: "`accepted`, later `stored`; `collaboration_changed` where it waits for approval",
    say.SuggestAnswer: "`suggestion_changed`",
    say.ConsultAgents: "`collaboration_changed`",
    say.Contribute: "`collaboration_changed`",
    say.EditMessage: "`accepted`, later `stored`",
    say.DeleteMessage: "`accepted`, later `stored`",
    say.SetTyping: "nothing",
    say.ShowPartial: "nothing",
    say.MarkDelivered: "nothing",
    say.MarkRead: "nothing",
    say.Watch: "`resumed`",
    say.Unwatch: "nothing",
    say.FetchHistory: "`history`",
    say.TakeConversation: "`accepted`",
    say.AcceptOffer: "`accepted`",
    say.DeclineOffer: "`accepted`",
    say.ReleaseConversation: "`accepted`",
    say.AssignConversation: "`accepted`",
    say.HandOffConversation: "`accepted`",
    say.TagConversation: "`accepted`",
    say.SetAttributes: "`accepted`",
    say.JoinConversation: "`accepted`",
    say.LeaveConversation: "`accepted`",
    say.PrioritizeConversation: "`accepted`",
    say.ClassifyConversation: "`accepted`",
    say.CloseConversation: "`accepted`",
    say.ReopenConversation: "`accepted`",
    say.DeclareTools: "`bot_configured`, where something is new",
    say.RenewToken: "`token_renewed`",
    say.AnswerQuestion: "nothing",
    say.Pong: "nothing",
}


def page(text: str) -> str:
    """The page with everything between its markers written anew; raises for a marker that nobody fills."""
    return MARKED.sub(lambda found: f"{found[1]}\n{_sections()[found[2]]().strip()}\n\n{found[3]}", text)


def examples() -> dict[type[Struct], Struct]:
    """The example of every frame and entry, by its type."""
    return {type(each): each for each in (*COMMANDS, *ANSWERS, *LINES, *CREDENTIALS)}


def _sections() -> dict[str, Callable[[], str]]:
    return {
        "commands": _command_table,
        "command_details": lambda: _details(get_args(say.AnyClientFrame)),
        "credentials": lambda: _details([say.AsVisitor, say.AsMember, say.AsBot]),
        "answers": lambda: _details(get_args(AnyServerFrame)),
        "entries": lambda: _details(get_args(AnyEntry)),
        "values": lambda: _details([say.Resume, Resumed, Said, *_values()]),
        "refusals": _refusal_table,
        "closes": _close_table,
        "protocol": lambda: f"This page describes protocol {values.PROTOCOL}.",
    }


def _values() -> list[type[Struct]]:
    known = [
        each
        for module in (values, agent_values, bot_values, collaboration_values, content)
        for each in vars(module).values()
    ]
    found = [each for each in known if isinstance(each, type) and issubclass(each, values.Value)]
    return [each for each in dict.fromkeys(found) if each is not values.Value]


def _command_table() -> str:
    rows = ["| frame | visitor | member | bot | answer |", "|---|:-:|:-:|:-:|---|"]
    for frame in get_args(say.AnyClientFrame):
        may = " | ".join("yes" if kind in SENDERS[frame] else "" for kind in get_args(Audience))
        tag = frame.__struct_config__.tag
        rows.append(f"| [`{tag}`](#{tag}) | {may} | {ANSWERED_BY[frame]} |")
    return "\n".join(rows)


def _details(structs: Sequence[type[Struct]]) -> str:
    known = examples()
    parts = []
    for struct in structs:
        info = look.type_info(struct)
        assert isinstance(info, look.StructType)
        title = f"`{info.tag}`" if info.tag else struct.__name__
        told = " ".join((struct.__doc__ or "").split())
        parts += [f"#### {title}\n\n{told}\n", _field_table(info)]
        if struct in known:
            parts.append(f"```json\n{_shown(known[struct])}\n```\n")
    return "\n".join(parts)


def _field_table(info: look.StructType) -> str:
    if not info.fields:
        return "No fields.\n"
    rows = ["| field | type | limits | default |", "|---|---|---|---|"]
    for each in info.fields:
        default = "needed" if each.required else f"`{default_of(each)}`"
        kind = ts_type(each.type).replace("readonly ", "").replace("|", "\\|")
        rows.append(f"| `{each.encode_name}` | `{kind}` | {', '.join(limits(each.type))} | {default} |")
    return "\n".join(rows) + "\n"


def _refusal_table() -> str:
    rows = [f"| `{code.value}` | {told} |" for code, told in REFUSALS.items()]
    return "\n".join(["| code | what it says |", "|---|---|", *rows])


def _close_table() -> str:
    rows = [f"| {code.value} | {code.name.lower()} | {told} |" for code, told in CLOSES.items()]
    return "\n".join(["| code | name | what it says |", "|---|---|---|", *rows])


def _shown(frame: Struct) -> str:
    encoded = json.encode(frame)
    text = json.format(encoded, indent=0).decode()
    return text if len(text) <= 110 else json.format(encoded, indent=2).decode()
