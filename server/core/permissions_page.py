"""docs/permissions.md: who may do what, by role, by route and by frame."""

from collections.abc import Sequence
from typing import get_args

from server.core.endpoint import Endpoint, Who
from server.core.permissions import FRAME_PERMISSIONS, TABLE, Role
from server.protocol import client_frames as say
from server.protocol.senders import SENDERS

HEAD = """# Who may do what

Made by `frontdesk types` from the tables that the server checks; a test walks every role through every route and frame.

A visitor has no role: it talks in its own conversations and sees nothing else. What belongs to a person alone, such as
a password, needs a session and no permission. An API token may do what its maker's role may, and of that only what it
was made for. `queue.read` and `conversation.take_any` can be withheld from a single member, though not from an owner or
an admin; [decision 17](decisions/0017-withheld.md) says what is left.
"""


def permissions_page(endpoints: Sequence[Endpoint]) -> str:
    """The whole page, as Markdown."""
    roles = get_args(Role)
    lines = [HEAD, "## Roles", "", f"| permission | {' | '.join(roles)} | what it lets somebody do |"]
    lines.append("|---|" + ":-:|" * len(roles) + "---|")
    for name, (told, have) in TABLE.items():
        marks = " | ".join("✓" if role in have else "" for role in roles)
        lines.append(f"| `{name}` | {marks} | {told} |")
    lines += ["", "## Routes", "", "| route | for | needs | what it does |", "|---|---|---|---|"]
    for each in sorted(endpoints, key=lambda each: (each.path, each.method)):
        whom = f"{each.who}, bot" if each.for_bots else each.who
        lines.append(f"| `{each.method} {each.path}` | {whom} | {_needs(each)} | {each.summary} |")
    lines += ["", "## Frames", "", "| frame | for | needs |", "|---|---|---|"]
    for frame, senders in SENDERS.items():
        permission = FRAME_PERMISSIONS.get(frame)
        whom = ", ".join(kind for kind in ("visitor", "member", "bot") if kind in senders)
        note = ", for a note `conversation.note`" if frame in {say.PostMessage, say.SetTyping} else ""
        needs = f"`{permission}`{note}" if permission else ""
        lines.append(f"| `{frame.__struct_config__.tag}` | {whom} | {needs} |")
    return "\n".join(lines) + "\n"


def _needs(each: Endpoint) -> str:
    if each.permission:
        return f"`{each.permission}`"
    return "a session" if each.who is Who.MEMBER and each.method != "GET" else ""
