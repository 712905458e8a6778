"""Agents as the team sees them: who is there, how bots are set up, and how they fare."""

from uuid import UUID

from .bot_values import ToolSetup
from .collaboration_values import CollaborationSetup
from .values import (
    AgentKind,
    Availability,
    BotType,
    Copilot,
    HealthReason,
    HealthStatus,
    ShownAvailability,
    Value,
)


class BotHealth(Value, frozen=True):
    """How a bot fares: an unhealthy one is given nothing, and one that is being tried one conversation."""

    status: HealthStatus = "healthy"
    reason: HealthReason | None = None
    since: int | None = None


class BotConfiguration(Value, frozen=True):
    """How a bot is set up; it takes of it what it needs.

    New conversations with one of `trigger_keywords` in their first words are its own; of several bots the one with the
    higher `routing_priority` has them. Below `handoff_threshold` an answer is its last; after `answer_seconds` without
    one somebody else is asked, and people when the visitor says one of `handoff_keywords`, or is in a mood as bad as
    `handoff_sentiment`, or twice in a row in one half as bad (at -1 it bears any). The server itself tells the visitor
    the `fallback_message` of a bot that cannot help. `copilot` says in whose conversations it suggests answers: those
    of the member `copilot_for`, of the members of the team `copilot_team_id`, or of everybody. `collaboration` says
    whom it consults, or who approves what it says. `tools` are in the order in which they are offered; one that is not
    among them is enabled.
    """

    name: str
    type: BotType
    description: str
    instructions: str
    model: str
    temperature: float
    max_tokens: int
    fallback_message: str
    handoff_threshold: float
    handoff_keywords: list[str]
    answer_seconds: int
    copilot: Copilot = "nobody"
    copilot_for: UUID | None = None
    copilot_team_id: UUID | None = None
    trigger_keywords: list[str] = []
    routing_priority: int = 0
    handoff_sentiment: float = -0.5
    collaboration: CollaborationSetup | None = None
    tools: list[ToolSetup] = []


class AgentLine(Value, frozen=True):
    """One agent as the team sees it: `status` is what is shown, made of the choice and of whether a socket lives.

    `since` is when the status began, as far as is known. `active_load` is what its conversations weigh by their
    channels, of the `max_load` that it takes without being asked. One that `is_active` no longer is taken off the list.
    """

    id: UUID
    name: str
    kind: AgentKind
    status: ShownAvailability
    availability: Availability
    is_connected: bool
    max_load: float
    active_load: float
    conversation_count: int
    # A bot has none.
    role: str = ""
    avatar_url: str | None = None
    reason: str = ""
    since: int | None = None
    is_active: bool = True
    # Of a bot.
    health: BotHealth | None = None
