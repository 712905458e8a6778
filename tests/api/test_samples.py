"""Every route does what it is for: the refusals that the other walks see are refusals of something that goes well."""

import pytest

from server.core.endpoint import Endpoint
from server.domain import endpoints
from tests.api.samples import SPECIAL, caller_of, decoded, is_about_oneself, place_of, route_of, sample
from tests.api.world import World


@pytest.mark.parametrize("endpoint", endpoints(), ids=route_of)
async def test_a_sample_goes_well(world: World, endpoint: Endpoint) -> None:
    """With the answer that the route promises."""
    world = await place_of(world, endpoint)
    caller = await world.somebody("owner") if is_about_oneself(endpoint) else caller_of(world, endpoint)
    asked = await sample(world, endpoint, caller)
    answer = await caller.ask(asked)
    told = f"{asked} was answered {answer.status} {answer.text}: say in tests/api/samples.py what it needs"
    assert answer.status == endpoint.status, told
    if endpoint.answer is None:
        assert answer.text == ""
    else:
        decoded(endpoint, answer.text)


def test_nothing_is_told_about_routes_that_are_gone() -> None:
    """The table stays as short as it can be."""
    assert SPECIAL.keys() <= {route_of(each) for each in endpoints()}
