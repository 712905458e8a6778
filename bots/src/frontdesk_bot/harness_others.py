"""The others of a harness: who is consulted, who approves what the bot says, and who asks it itself."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from frontdesk_bot.protocol import client_frames as say
from frontdesk_bot.protocol import server_frames as hear
from frontdesk_bot.protocol.collaboration_values import Collaboration, Contribution, MessageDraft
from frontdesk_bot.protocol.values import Suggestion

# Why a text is rejected; nothing where it is approved.
Reviewer = Callable[[str], str | None]


class Others:
    """Says what a test wants to be said."""

    def __init__(self, contributions: Sequence[Contribution], reviewer: Reviewer | None) -> None:
        self._contributions, self._reviewer = list(contributions), reviewer
        self._asked: dict[UUID, asyncio.Future[say.Contribute]] = {}

    def consulted(self, frame: say.ConsultAgents, bot_id: UUID, at: int) -> hear.CollaborationChanged:
        """What came of asking them."""
        return hear.CollaborationChanged(Collaboration(
            frame.id, frame.conversation_id, "parallel", [each.agent_id for each in self._contributions], bot_id, "Bot",
            at, at, frame.body, contributions=self._contributions, ended_at=at, outcome="completed",
        ))  # fmt: skip

    def suggested(self, frame: say.SuggestAnswer, bot_id: UUID, at: int) -> hear.SuggestionChanged:
        """What a co-pilot would answer is there."""
        return hear.SuggestionChanged(Suggestion(
            frame.id, frame.conversation_id, frame.message_id, bot_id, "Bot", frame.body, "offered", at
        ))  # fmt: skip

    def rejected(self, frame: say.PostMessage, bot_id: UUID, at: int) -> hear.CollaborationChanged | None:
        """That a text may not be said; None where it may."""
        reason = None if self._reviewer is None or frame.is_internal else self._reviewer(frame.body)
        if reason is None:
            return None
        said = Contribution(UUID(int=1), "Reviewer", body=reason, verdict="reject")
        return hear.CollaborationChanged(Collaboration(
            frame.id, frame.conversation_id, "verification", [said.agent_id], bot_id, "Bot", at, at, frame.body,
            draft=MessageDraft(frame.body), contributions=[said], ended_at=at, outcome="rejected",
        ))  # fmt: skip

    def ask(
        self, asked_id: UUID, conversation_id: UUID, text: str, seconds: int, fields: dict[str, Any]
    ) -> "tuple[asyncio.Future[say.Contribute], hear.ContributionRequested]":
        """What the bot says to a question, when it has; and the question."""
        answer: asyncio.Future[say.Contribute] = asyncio.get_running_loop().create_future()
        self._asked[asked_id] = answer
        known: dict[str, Any] = {"collaboration_type": "parallel", "round": 1, "seconds": seconds} | fields
        return answer, hear.ContributionRequested(asked_id, conversation_id, body=text, **known)

    def heard(self, frame: Any) -> None:
        """The bot has said what it was asked."""
        if isinstance(frame, say.Contribute):
            self._asked.pop(frame.id).set_result(frame)
