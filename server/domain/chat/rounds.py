"""Who is asked when, and when it is over: pure functions of what was said so far."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from server.protocol.collaboration_values import Contribution
from server.protocol.values import CollaborationOutcome, CollaborationType


class Rounds(Struct, frozen=True):
    """How far a collaboration has come; with an `outcome` it is over."""

    type: CollaborationType
    agent_ids: Sequence[UUID]
    rounds: int = 1
    round: int = 1
    asked: Sequence[UUID] = ()
    contributions: Sequence[Contribution] = ()
    outcome: CollaborationOutcome | None = None
    consensus_reached: bool | None = None


def begun(rounds: Rounds) -> Rounds:
    """The first who are asked."""
    return replace(rounds, asked=rounds.agent_ids[:1] if rounds.type == "sequential" else rounds.agent_ids)


def answered(rounds: Rounds, said: Contribution) -> Rounds:
    """One of those who were asked has answered, or a member has said its verdict."""
    left = [each for each in rounds.asked if each != said.agent_id]
    agent_ids = rounds.agent_ids if said.agent_id in rounds.agent_ids else [*rounds.agent_ids, said.agent_id]
    now = replace(rounds, agent_ids=agent_ids, asked=left, contributions=[*rounds.contributions, said])
    if now.type == "verification":
        is_members = said.agent_id not in rounds.agent_ids
        return _verified(now, said, is_members=is_members)
    return now if left else _next(now)


def skipped(rounds: Rounds, names: Mapping[UUID, str]) -> Rounds:
    """Whoever of those who are asked stands here does not answer: the others go on, and it is noted."""
    gone = [each for each in rounds.asked if each in names]
    noted = [Contribution(each, names[each], round=rounds.round, is_skipped=True) for each in gone]
    left = [each for each in rounds.asked if each not in names]
    now = replace(rounds, asked=left, contributions=[*rounds.contributions, *noted])
    return now if left or not gone or now.type == "verification" else _next(now)


def steps_left(rounds: Rounds) -> int:
    """How often somebody may still be asked, so that all of them fit into the time there is."""
    if rounds.type == "sequential":
        return max(1, len(rounds.agent_ids) - len(rounds.contributions))
    return rounds.rounds - rounds.round + 1 if rounds.type == "debate" else 1


def _next(now: Rounds) -> Rounds:
    """Everybody who was asked has answered or is skipped."""
    if now.type == "sequential" and len(now.contributions) < len(now.agent_ids):
        return replace(now, asked=[now.agent_ids[len(now.contributions)]])
    if now.type != "debate":
        return replace(now, outcome="completed")
    positions = [each for each in now.contributions if each.round == now.round and not each.is_skipped]
    if _agree(positions, is_first=now.round == 1):
        return replace(now, outcome="consensus", consensus_reached=True)
    if now.round == now.rounds or len(positions) < 2:
        return replace(now, outcome="completed", consensus_reached=False)
    return replace(now, round=now.round + 1, asked=[each.agent_id for each in positions])


def _agree(positions: Sequence[Contribution], *, is_first: bool) -> bool:
    """Whether two or more say the same, or each has nothing against what the others said in the round before."""
    if len(positions) < 2:
        return False
    is_one = len({" ".join(each.body.split()).casefold() for each in positions}) == 1
    return is_one or (not is_first and all(each.agrees for each in positions))


def _verified(now: Rounds, said: Contribution, *, is_members: bool) -> Rounds:
    """One no is a no; a member's yes is enough, and of bots it takes the yes of each."""
    if said.verdict == "reject":
        return replace(now, asked=[], outcome="rejected")
    if now.asked and not is_members:
        return now
    if not is_members and any(each.is_skipped for each in now.contributions):
        return now
    is_changed = any(each.verdict == "approve" and each.body for each in now.contributions)
    return replace(now, asked=[], outcome="edited" if is_changed else "approved")
