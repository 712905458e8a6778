"""Several agents on one conversation: how a bot is set up for it, and what became of each time."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from .content import Content
from .values import (
    Answer,
    Citation,
    CollaborationOutcome,
    CollaborationType,
    Partial,
    Share,
    Value,
    Verdict,
    Verifiers,
)  # fmt: skip

# More than these are no round any more, and as members rather a team.
MOST_AGENTS, MOST_MEMBERS = 8, 50


class CollaborationSetup(Value, frozen=True):
    """How a bot works with others on what it holds.

    With `verification` nothing that it says to visitors is heard before it is approved: by all bots of `agent_ids`, or
    by one of the `verifiers`, which are anybody who may answer the conversation, of these the members `member_ids`, or
    those of the team `team_id`; whoever sets bots up may always do it. Else these bots are asked when it consults them:
    one after the other, all at once, each for its own field, or in a debate of so many `rounds` until all agree. After
    `seconds` it goes on with what there is, and a draft goes to people; by default these are 60 where members approve,
    and 15 where bots are asked.
    """

    type: CollaborationType
    agent_ids: Annotated[list[UUID], Meta(max_length=MOST_AGENTS)] = []
    seconds: Annotated[int, Meta(ge=2, le=600)] | None = None
    rounds: Annotated[int, Meta(ge=1, le=5)] = 3
    verifiers: Verifiers = "anybody"
    member_ids: Annotated[list[UUID], Meta(max_length=MOST_MEMBERS)] = []
    team_id: UUID | None = None


class Contribution(Value, frozen=True):
    """What one agent said to it: of a draft that it approves the changed text, if any, and why it rejects it.

    One that `is_skipped` did not answer in time, or was not there. `ms` is how long it took.
    """

    agent_id: UUID
    agent_name: str
    round: int = 1
    body: Partial = ""
    confidence: Share | None = None
    agrees: bool | None = None
    verdict: Verdict | None = None
    ms: int = 0
    is_skipped: bool = False


class MessageDraft(Value, frozen=True):
    """What a bot would say; the message that it becomes has the collaboration's id."""

    body: str
    citations: list[Citation] = []
    answer: Answer | None = None
    content: Content | None = None


class Collaboration(Value, frozen=True):
    """Several agents on one conversation, for the team and for the bot that coordinates it.

    Without an `outcome` it goes on. A draft is `approved` as it was, `edited` first, `rejected`, or `outdated` as the
    visitor wrote again or somebody else has the conversation; `expired` is what nobody decided in time. Bots that were
    consulted came to a `consensus`, or have `completed` what they were asked. With `verifier_ids` only these members
    decide, who are those of the team `verifier_team_id` where one was named, and whoever sets bots up.
    """

    id: UUID
    conversation_id: UUID
    type: CollaborationType
    agent_ids: list[UUID]
    coordinator_id: UUID
    coordinator_name: str
    started_at: int
    deadline_at: int
    question: str = ""
    draft: MessageDraft | None = None
    round: int = 1
    contributions: list[Contribution] = []
    ended_at: int | None = None
    outcome: CollaborationOutcome | None = None
    consensus_reached: bool | None = None
    verifier_ids: list[UUID] | None = None
    verifier_team_id: UUID | None = None
