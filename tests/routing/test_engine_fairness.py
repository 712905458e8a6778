"""Nobody waits for ever, and nobody gets more than a fair share."""

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.routing.engine import PER_LEVEL, TIERS, decide, explain, served_at
from server.domain.routing.simulate.floor import Floor
from tests.routing.days import TEAMS, rules, seat, wait

MINUTE = 60_000
quick = settings(max_examples=40, deadline=None, derandomize=True)


@given(crew=st.integers(2, 7), arrivals=st.integers(1, 40), gap=st.sampled_from([0, 1, MINUTE]))
@quick
def test_round_robin_gives_everybody_the_same(crew: int, arrivals: int, gap: int) -> None:
    """Who is there all day gets one more than the others at most, whatever is closed meanwhile, or comes at once."""
    floor = Floor([seat(each, max_load=99) for each in range(1, crew + 1)], rules("round_robin"))
    given = dict.fromkeys(floor.seats, 0)
    for number in range(arrivals):
        floor.arrive(wait(number, number * gap))
        if gap or number == arrivals - 1:
            for offer in floor.route(1 + number * gap).offers:
                given[offer.seat.agent_id] += 1
                floor.accept(offer.waiting.conversation_id)
                if number % 3:
                    floor.end(offer.waiting.conversation_id)
    assert sum(given.values()) == arrivals
    assert max(given.values()) - min(given.values()) <= 1


@given(crew=st.integers(2, 7), arrivals=st.integers(1, 40), is_at_once=st.booleans())
@quick
def test_least_busy_keeps_loads_level(crew: int, arrivals: int, is_at_once: bool) -> None:
    """Among equals nobody carries two more than somebody else."""
    floor = Floor([seat(each, max_load=99) for each in range(1, crew + 1)], rules())
    for number in range(arrivals):
        floor.arrive(wait(number, number))
        if not is_at_once:
            floor.route(number)
    floor.route(arrivals)
    loads = [each.load for each in floor.seats.values()]
    assert sum(loads) == arrivals
    assert max(loads) - min(loads) <= 1


@given(places=st.integers(1, 3), waiting=st.lists(st.integers(1, 5), min_size=1, max_size=25),
       refuses=st.integers(0, 4), crew=st.integers(1, 3))  # fmt: skip
@quick
def test_with_one_who_is_able_everything_is_offered(places: int, waiting: list[int], refuses: int, crew: int) -> None:
    """However often it is refused before."""
    floor = Floor([seat(each, max_load=places) for each in range(1, crew + 1)], rules(offer_seconds=5))
    for number, priority in enumerate(waiting):
        floor.arrive(wait(number, number, priority=priority))
    moment, said_no = 1_000, dict.fromkeys(floor.waiting, 0)
    for _ in range(len(waiting) * (refuses + 2) * 2):
        moment += 5_000
        floor.route(moment)
        for conversation_id in list(floor.offers):
            if said_no[conversation_id] < refuses:
                said_no[conversation_id] += 1
                floor.refuse(conversation_id, "declined", moment)
            else:
                floor.accept(conversation_id)
                floor.end(conversation_id)
    assert not floor.waiting


def test_a_low_one_is_served_within_a_bound_however_many_urgent_ones_come() -> None:
    """One agent with one place, and each minute one more who is as urgent as can be, from the best of customers."""
    floor = Floor([seat(1, max_load=1)], rules())
    low = wait(0, 0, priority=1)
    floor.arrive(low)
    bound = 4 * PER_LEVEL + TIERS["enterprise"]
    for minute in range(bound // MINUTE + 2):
        for number in (1, 2):
            urgent = wait(minute * 2 + number, minute * MINUTE, priority=5, tier="enterprise")
            floor.arrive(urgent)
            assert (served_at(urgent) < served_at(low)) == (minute * MINUTE < bound)
        for offer in floor.route(minute * MINUTE).offers:
            floor.accept(offer.waiting.conversation_id)
            floor.end(offer.waiting.conversation_id)
    # Nobody who came after the bound is served before it.
    ahead = [each for each in floor.waiting.values() if served_at(each) < served_at(low)]
    assert len(ahead) <= bound // MINUTE
    for _ in range(len(ahead) + 1):
        for offer in floor.route(bound + 2 * MINUTE).offers:
            floor.accept(offer.waiting.conversation_id)
            floor.end(offer.waiting.conversation_id)
    assert low.conversation_id not in floor.waiting
    assert floor.waiting


def test_a_heavy_one_gets_its_places_kept() -> None:
    """Light ones that come without end would take each place that becomes free; whoever waits longer has it kept."""
    floor = Floor([seat(each, max_load=2) for each in (1, 2)], rules())
    for number in range(4):
        floor.arrive(wait(number, number))
    floor.route(10)
    for conversation_id in list(floor.offers):
        floor.accept(conversation_id)
    heavy = wait(99, 20, load=2.0)
    floor.arrive(heavy)
    turns = 0
    while heavy.conversation_id in floor.waiting:
        turns += 1
        assert turns <= 4
        floor.arrive(wait(100 + turns, 20 + turns))
        floor.end(next(iter(floor.held)))
        for offer in floor.route(30 + turns).offers:
            floor.accept(offer.waiting.conversation_id)
    light = next(iter(floor.waiting.values()))
    assert light.load == 1
    # What nobody could ever carry keeps nobody's place.
    found = decide(50, [seat(1, max_load=2)], [wait(1, 1, load=3.0), light], rules())
    assert [each.waiting for each in found.offers] == [light]


def test_refused_by_all_it_goes_round_in_the_order_of_the_refusals() -> None:
    """Whom the company would rather ask is asked first, and still not twice before the others."""
    crew = [seat(1, priority=5), seat(2), seat(3)]
    floor = Floor(crew, rules(offer_seconds=10))
    each = wait(0, 0)
    floor.arrive(each)
    asked, moment = [], 0
    for _ in range(90):
        moment += 1_000
        for offer in floor.route(moment).offers:
            asked.append((offer.seat.agent_id.int, moment // 1_000))
            floor.refuse(each.conversation_id, "declined", moment)
    assert asked == [(1, 1), (2, 2), (3, 3), (1, 13), (2, 23), (3, 33), (1, 43), (2, 53), (3, 63), (1, 73), (2, 83)]


def test_what_overflows_is_not_overtaken_on_the_way() -> None:
    """It is in its new queue, as old as it is, before that queue's place is given to somebody."""
    sales, care = TEAMS["sales"], TEAMS["care"]
    over = rules(team="sales", overflow_team_id=care, overflow_seconds=60) | rules(team="care")
    floor = Floor([seat(1, max_load=1, team_ids=[care])], over)
    floor.arrive(wait(1, 0, team_id=sales))
    floor.arrive(wait(2, 1, team_id=care))
    found = floor.route(MINUTE)
    assert [each.waiting.conversation_id.int for each in found.overflows] == [1_001]
    assert [(each.waiting.conversation_id.int, each.why.is_overflow) for each in found.offers] == [(1_001, True)]
    assert not floor.route(10 * MINUTE).overflows


def test_the_order_of_strategies_languages_and_skills() -> None:
    """Who speaks the language, who is rather asked, who answered last, who carries less, who can it better."""

    def asked(strategy: str, *crew: object, **fields: object) -> int:
        found = decide(100, crew, [wait(0, 0, **fields)], rules(strategy))  # type: ignore[arg-type]
        return found.offers[0].seat.agent_id.int

    busy_german = seat(2, load=3.0, languages=["de"])
    assert asked("least_busy", seat(1), busy_german, language="de") == 2
    assert asked("least_busy", seat(1), busy_german, language="en") == 1
    assert asked("least_busy", seat(1, priority=1), busy_german, language="de") == 2
    assert asked("least_busy", seat(1), seat(2, load=2.0, priority=1)) == 2
    assert asked("last_agent", seat(1), seat(2, load=3.0), last_agent_id=UUID(int=2)) == 2
    assert asked("last_agent", seat(1), seat(2, load=4.0), last_agent_id=UUID(int=2)) == 1
    assert asked("least_busy", seat(1), seat(2, load=3.0), last_agent_id=UUID(int=2)) == 1
    assert asked("least_busy", seat(1, load=1.0, max_load=2.0), seat(2, load=2.0, max_load=8.0)) == 2
    assert asked("round_robin", seat(1, last_offered_at=9), seat(2, load=3.0, last_offered_at=8)) == 2
    weak, strong = seat(1, skills={"roses": 1}), seat(2, skills={"roses": 5})
    assert asked("least_busy", weak, strong, seat(3), skills=["roses"]) == 2
    assert asked("least_busy", weak, strong) == 1


def test_the_why_of_everybody_who_was_left_out() -> None:
    """Each with the first reason; and the seats of other teams are no news."""
    sales = [TEAMS["sales"]]
    crew = [
        seat(1, is_connected=False), seat(2, availability="away"), seat(3, availability="busy"),
        seat(4, load=4.0), seat(5, max_load=0.0), seat(6, skills={"roses": 3}),
    ]  # fmt: skip
    why = explain(100, crew, wait(0, 0, skills=["roses"]), rules()[None])
    assert [(each.agent_id.int, each.obstacle) for each in why.left_out] == [
        (1, "offline"), (2, "away"), (3, "busy"), (4, "skill"), (5, "skill")
    ]  # fmt: skip
    assert explain(100, crew, wait(0, 0), rules()[None]).excluded == 5
    why = explain(100, [seat(1), seat(2, team_ids=sales)], wait(0, 0, team_id=sales[0]), rules(team="sales")[sales[0]])
    assert ([each.agent_id.int for each in why.ranked], why.excluded, why.moment) == ([2], 0, 100)
