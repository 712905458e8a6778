"""Bots that answer the visitors of a Frontdesk; docs/bots.md tells how."""

from frontdesk_bot.articles import Articles, Found
from frontdesk_bot.bot import Bot
from frontdesk_bot.events import Deleted, Edited, Event, Held, Left
from frontdesk_bot.harness import Harness
from frontdesk_bot.link import Stopped
from frontdesk_bot.outbox import Rejected
from frontdesk_bot.protocol.content import ContentCard, ContentForm, FormField, LinkButton, QuickReply
from frontdesk_bot.protocol.values import Citation
from frontdesk_bot.tools import BadArguments, NoSuchTool, Tool, Toolbox
from frontdesk_bot.turn import Turn

__all__ = [
    "Articles",
    "BadArguments",
    "Bot",
    "Citation",
    "ContentCard",
    "ContentForm",
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
    "QuickReply",
    "Rejected",
    "Stopped",
    "Tool",
    "Toolbox",
    "Turn",
]
