"""Who may do what: one table of permissions, for routes and frames alike; docs/permissions.md is made from it."""

from typing import Literal

from server.protocol import client_frames as say

Role = Literal["owner", "admin", "manager", "agent", "viewer", "bot"]

_ALL: tuple[Role, ...] = ("owner", "admin", "manager", "agent", "viewer")
_TALKERS: tuple[Role, ...] = ("owner", "admin", "manager", "agent")
_LEADS: tuple[Role, ...] = ("owner", "admin", "manager")
_ADMINS: tuple[Role, ...] = ("owner", "admin")

# Permission -> what it lets somebody do, and the roles that have it. A contact stands in no column: it talks in its own
# conversations, which is ownership.
TABLE: dict[str, tuple[str, tuple[Role, ...]]] = {
    "inbox.read": ("See the inbox and its counts, and who of the team is there.", _ALL),
    "conversation.read": ("Read conversations, their past and their figures; search them.", (*_ALL, "bot")),
    "queue.read": ("See all conversations, and not only what one holds, is offered, joined or closed.", (*_ALL, "bot")),
    "conversation.reply": ("Write to visitors; edit and take back one's own messages.", (*_TALKERS, "bot")),
    "conversation.note": ("Write notes that only the team sees.", (*_TALKERS, "bot")),
    "conversation.take": ("Become the holder of a conversation.", _TALKERS),
    "conversation.take_any": ("Take what a colleague holds, or what waits without being offered to oneself.", _TALKERS),
    "offer.answer": ("Be offered conversations by the router, and accept or decline.", _TALKERS),
    "conversation.assign": ("Give a conversation to somebody else, or to a team.", _TALKERS),
    "conversation.release": ("Give a conversation back to the queue.", _TALKERS),
    "conversation.hand_off": ("Ask somebody else to hold a conversation; a bot, of what it holds.", (*_TALKERS, "bot")),
    "conversation.close": ("End a conversation.", _TALKERS),
    "conversation.reopen": ("Let a closed conversation go on.", _TALKERS),
    "conversation.join": ("Take part beside the holder, who stays, and leave again.", _LEADS),
    "conversation.tag": (
        "Tag a conversation, note attributes of it and its contact; a bot, of what it holds.",
        (*_TALKERS, "bot"),
    ),
    "conversation.prioritize": ("Say how urgent a conversation is.", _TALKERS),
    "conversation.classify": ("Say what a conversation is about.", _TALKERS),
    "interaction_type.read": ("See what conversations may be about.", _ALL),
    "interaction_type.write": ("Make, change and remove the types of what conversations are about.", _LEADS),
    "intent.read": ("See what visitors may want, and try how a sentence is understood.", _ALL),
    "intent.write": ("Teach what visitors may want, by examples.", _LEADS),
    "contact.read": ("See contacts and customers.", _ALL),
    "contact.write": ("Make, change, block, merge and remove contacts and customers.", _TALKERS),
    "canned_response.read": ("Use canned responses.", _ALL),
    "canned_response.write": ("Make, change and remove canned responses.", _TALKERS),
    "knowledge.read": ("Read the published articles, and search them.", (*_ALL, "bot")),
    "knowledge.write": ("Write, publish, archive and remove articles and their categories.", _LEADS),
    "channel.read": ("See the channels and their looks.", _ALL),
    "channel.write": ("Make, change and remove channels, and their identity keys.", _ADMINS),
    "team.read": ("See the teams.", _ALL),
    "team.write": ("Make, change and remove teams, and say who is in them.", _LEADS),
    "routing.read": ("See how the queues are worked, and why a conversation went to whom.", _ALL),
    "routing.write": ("Say how the queues are worked, and what members can do and carry.", _LEADS),
    "member.read": ("See who works here.", _ALL),
    "member.invite": ("Invite people, up to one's own role.", _LEADS),
    "member.write": ("Change roles below one's own, deactivate and rename members.", _ADMINS),
    "bot.read": ("See the bots.", _ALL),
    "bot.write": ("Make and remove bots, and give them new tokens.", _ADMINS),
    "bot.ask": ("Ask a bot outside of any conversation, as its test chat does.", _ADMINS),
    "organization.read": ("See the organization's settings.", _ALL),
    "organization.write": ("Change the organization's settings.", _ADMINS),
    "organization.delete": ("Delete the organization and everything in it.", ("owner",)),
    "api_token.write": ("Make, list and revoke API tokens.", _ADMINS),
    "audit.read": ("Read the audit log.", _ADMINS),
}

# What may be withheld from a single member whose role has it, never from an owner or an admin, who say so.
Withholdable = Literal["queue.read", "conversation.take_any"]

# Role -> what it may do.
PERMISSIONS: dict[str, frozenset[str]] = {
    role: frozenset(name for name, (_, roles) in TABLE.items() if role in roles) for role in (*_ALL, "bot")
}

# What a member or a bot must be allowed for a frame; visitors need no permission, they have their own conversations.
# A note needs conversation.note in place of conversation.reply.
FRAME_PERMISSIONS: dict[type[say.ClientFrame], str | None] = {
    say.Hello: None,
    say.PostMessage: "conversation.reply",
    say.SuggestAnswer: "conversation.reply",
    say.ConsultAgents: "conversation.reply",
    say.Contribute: "conversation.reply",
    say.EditMessage: "conversation.reply",
    say.DeleteMessage: "conversation.reply",
    say.SetTyping: "conversation.reply",
    say.ShowPartial: "conversation.reply",
    say.MarkDelivered: "conversation.read",
    say.MarkRead: "conversation.read",
    say.Watch: "conversation.read",
    say.Unwatch: "conversation.read",
    say.FetchHistory: "conversation.read",
    say.TakeConversation: "conversation.take",
    say.AcceptOffer: "offer.answer",
    say.DeclineOffer: "offer.answer",
    say.ReleaseConversation: "conversation.release",
    say.AssignConversation: "conversation.assign",
    say.JoinConversation: "conversation.join",
    say.LeaveConversation: "conversation.join",
    say.HandOffConversation: "conversation.hand_off",
    say.TagConversation: "conversation.tag",
    say.SetAttributes: "conversation.tag",
    say.PrioritizeConversation: "conversation.prioritize",
    say.ClassifyConversation: "conversation.classify",
    say.CloseConversation: "conversation.close",
    say.ReopenConversation: "conversation.reopen",
    say.AnswerQuestion: "conversation.reply",
    say.DeclareTools: None,
    say.Pong: None,
}


_SPOKEN = (say.PostMessage, say.EditMessage, say.DeleteMessage, say.SetTyping)


def needed(frame: say.ClientFrame) -> str | None:
    """What a member or a bot must be allowed to send this frame."""
    if isinstance(frame, _SPOKEN) and frame.is_internal:
        return "conversation.note"
    return FRAME_PERMISSIONS[type(frame)]
