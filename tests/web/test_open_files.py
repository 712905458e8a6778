"""A web takes as many sockets as the system lets it."""

import re
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import Databases, House


@pytest.fixture
def a_careful_shell() -> Iterator[int]:
    """What is started from here may open 1,024 files, unless it asks for more; how many that may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
    yield hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_a_web_asks_for_all_the_sockets_that_it_may_have(
    databases: Databases, house: House, a_careful_shell: int
) -> None:
    """A shell's 1,024 would end a company's morning."""
    async with House(databases, webs=1, workers=0) as lone:
        limits = Path(f"/proc/{lone.webs[0].pid}/limits").read_text()
    found = re.search(r"Max open files\s+(\S+)", limits)
    assert found is not None
    assert int(found[1]) == a_careful_shell
