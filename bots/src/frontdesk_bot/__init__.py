"""Bots that answer the visitors of a Frontdesk; docs/bots.md tells how."""

from frontdesk_bot.articles import Articles, Found
from frontdesk_bot.bot import Bot
from frontdesk_bot.consulting import Asked, Consulted
from frontdesk_bot.events import Deleted, Edited, Event, Held, Left
from frontdesk_bot.harness import Harness
from frontdesk_bot.link import Stopped
from frontdesk_bot.outbox import NotApproved, Rejected
from frontdesk_bot.protocol.collaboration_values import Contribution
from frontdesk_bot.protocol.content import ContentCard, ContentForm, FormField, LinkButton, QuickReply
from frontdesk_bot.protocol.values import Citation
from frontdesk_bot.tools import BadArguments, NoSuchTool, Tool, Toolbox
from frontdesk_bot.turn import Turn

__all__ = [
    "Articles",
    "Asked",
    "BadArguments",
    "Bot",
    "Citation",
    "Consulted",
    "ContentCard",
    "ContentForm",
    "Contribution",
    "Deleted",
    "Edited",
    "Event",
    "FormField",
    "Found",
    "Harness",
    "Held",
    "Left",
    "LinkButton",
    "NoSuchTool",
    "NotApproved",
    "QuickReply",
    "Rejected",
    "Stopped",
    "Tool",
    "Toolbox",
    "Turn",
]
