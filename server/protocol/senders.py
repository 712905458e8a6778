"""Which kind of client may send which frame."""

from typing import Literal

from .client_frames import (
    AcceptOffer,
    AssignConversation,
    ClientFrame,
    CloseConversation,
    DeclineOffer,
    DeleteMessage,
    EditMessage,
    FetchHistory,
    HandOffConversation,
    Hello,
    JoinConversation,
    LeaveConversation,
    MarkDelivered,
    MarkRead,
    Pong,
    PostMessage,
    PrioritizeConversation,
    ReleaseConversation,
    RenewToken,
    ReopenConversation,
    SetTyping,
    StartConversation,
    TagConversation,
    TakeConversation,
    Unwatch,
    Watch,
)

Audience = Literal["visitor", "member", "bot"]

# Who may send what. Everything not listed for a kind of client is refused `unknown_frame`.
SENDERS: dict[type[ClientFrame], frozenset[Audience]] = {
    Hello: frozenset({"visitor", "member", "bot"}),
    StartConversation: frozenset({"visitor"}),
    PostMessage: frozenset({"visitor", "member", "bot"}),
    EditMessage: frozenset({"visitor", "member", "bot"}),
    DeleteMessage: frozenset({"visitor", "member", "bot"}),
    SetTyping: frozenset({"visitor", "member", "bot"}),
    MarkDelivered: frozenset({"visitor", "member", "bot"}),
    MarkRead: frozenset({"visitor", "member", "bot"}),
    Watch: frozenset({"visitor", "member", "bot"}),
    Unwatch: frozenset({"member", "bot"}),
    FetchHistory: frozenset({"visitor", "member", "bot"}),
    TakeConversation: frozenset({"member"}),
    AcceptOffer: frozenset({"member"}),
    DeclineOffer: frozenset({"member"}),
    ReleaseConversation: frozenset({"member"}),
    AssignConversation: frozenset({"member"}),
    JoinConversation: frozenset({"member"}),
    LeaveConversation: frozenset({"member"}),
    HandOffConversation: frozenset({"member", "bot"}),
    TagConversation: frozenset({"member"}),
    PrioritizeConversation: frozenset({"member"}),
    CloseConversation: frozenset({"member"}),
    ReopenConversation: frozenset({"member"}),
    RenewToken: frozenset({"visitor"}),
    Pong: frozenset({"visitor", "member", "bot"}),
}
