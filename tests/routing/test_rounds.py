"""Who is asked when, as a pure function tells it."""

from uuid import UUID

from server.domain.chat.rounds import Rounds, answered, begun, skipped, steps_left
from server.protocol.collaboration_values import Contribution
from server.protocol.values import CollaborationType

ANN, BOB, CYD = (UUID(int=number) for number in (1, 2, 3))


def of(kind: CollaborationType, *agent_ids: UUID, rounds: int = 1) -> Rounds:
    return begun(Rounds(kind, agent_ids or (ANN, BOB, CYD), rounds))


def says(rounds: Rounds, agent_id: UUID, body: str = "", **fields: object) -> Rounds:
    said = Contribution(agent_id, "", round=rounds.round, body=body, **fields)  # type: ignore[arg-type]
    return answered(rounds, said)


def test_a_sequence_asks_one_after_the_other() -> None:
    """And nobody twice; one that is skipped is passed over."""
    rounds = of("sequential")
    assert (list(rounds.asked), steps_left(rounds)) == ([ANN], 3)
    rounds = skipped(says(rounds, ANN, "first"), {BOB: "Bob"})
    assert (list(rounds.asked), steps_left(rounds)) == ([CYD], 1)
    rounds = says(rounds, CYD, "last")
    assert [(each.agent_id, each.is_skipped) for each in rounds.contributions] == [
        (ANN, False), (BOB, True), (CYD, False),
    ]  # fmt: skip
    assert rounds.outcome == "completed"


def test_all_at_once_is_over_when_all_have_answered() -> None:
    """Or are skipped."""
    for kind in ("parallel", "expert_panel"):
        rounds = of(kind)
        assert list(rounds.asked) == [ANN, BOB, CYD]
        rounds = says(says(rounds, BOB), ANN)
        assert rounds.outcome is None
        assert skipped(rounds, {CYD: "Cyd"}).outcome == "completed"


def test_a_debate_goes_on_until_all_agree() -> None:
    """The first round is for positions: that somebody agrees counts from the second on."""
    rounds = of("debate", ANN, BOB, rounds=3)
    rounds = says(says(rounds, ANN, "red", agrees=True), BOB, "blue", agrees=True)
    assert (rounds.round, list(rounds.asked), rounds.outcome) == (2, [ANN, BOB], None)
    rounds = says(says(rounds, ANN, "red", agrees=False), BOB, "red", agrees=True)
    assert rounds.outcome == "consensus"
    rounds = of("debate", ANN, BOB, rounds=2)
    for _ in range(2):
        rounds = says(says(rounds, ANN, "red", agrees=False), BOB, "blue", agrees=True)
    assert (rounds.outcome, rounds.consensus_reached, len(rounds.contributions)) == ("completed", False, 4)


def test_nobody_debates_alone() -> None:
    """Whoever is left says nothing that anybody could agree with."""
    rounds = says(skipped(of("debate", ANN, BOB, rounds=3), {BOB: "Bob"}), ANN, "red", agrees=True)
    assert (rounds.outcome, rounds.consensus_reached) == ("completed", False)


def test_all_bots_have_to_approve_and_one_member_is_enough() -> None:
    """One no is a no; a bot that is silent has not said yes."""
    rounds = says(of("verification", ANN, BOB), ANN, verdict="approve")
    assert rounds.outcome is None
    assert says(rounds, BOB, verdict="approve").outcome == "approved"
    assert says(rounds, BOB, "For 30 days", verdict="approve").outcome == "edited"
    assert says(rounds, BOB, "No", verdict="reject").outcome == "rejected"
    assert skipped(rounds, {BOB: "Bob"}).outcome is None
    assert says(skipped(of("verification", ANN, BOB), {BOB: "Bob"}), ANN, verdict="approve").outcome is None
    by_member = says(rounds, CYD, verdict="approve")
    assert (by_member.outcome, list(by_member.agent_ids)) == ("approved", [ANN, BOB, CYD])
