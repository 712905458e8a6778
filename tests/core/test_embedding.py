"""The embedder: meaning beyond words and languages, from a process that may end at any time."""

import asyncio
import math

import pytest

from server.core.embedding import DIMENSIONS, Embedder, Vector
from server.core.errors import Unavailable


def likeness(one: Vector, other: Vector) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


async def test_what_means_the_same_lies_close() -> None:
    """In other words and in another language closer than what means something else."""
    embedder = Embedder()
    try:
        asked, same, german, other = await embedder.vectors(
            ["I want my money back", "How do I get a refund?", "Ich möchte mein Geld zurück", "The plant needs water"]
        )
    finally:
        await embedder.close()
    assert len(asked) == DIMENSIONS
    assert math.isclose(likeness(asked, asked), 1, rel_tol=1e-3)
    assert likeness(asked, german) > likeness(asked, other)
    assert likeness(asked, same) > likeness(asked, other)


async def test_a_process_that_was_killed_is_started_again() -> None:
    """Whoever asked just then is told to come again; the next one is answered."""
    embedder = Embedder()
    try:
        (before,) = await embedder.vectors(["hello"])
        embedder._child.kill()
        await embedder._child.wait()
        assert await embedder.vectors(["hello"]) == [before]
        asking = [asyncio.create_task(embedder.vectors(["hello " * 500] * 16)) for _ in range(3)]
        await asyncio.sleep(0)
        embedder._child.kill()
        told = await asyncio.gather(*asking, return_exceptions=True)
        assert all(isinstance(each, list | Unavailable) for each in told)
        assert await embedder.vectors(["hello"]) == [before]
    finally:
        await embedder.close()


async def test_who_gives_up_does_not_get_the_next_one_s_answer() -> None:
    """An answer that came too late is read by nobody, and by nobody else."""
    embedder = Embedder()
    try:
        (hello,) = await embedder.vectors(["hello"])
        with pytest.raises(Unavailable):
            await embedder.vectors(["something else entirely " * 150] * 16, patience=0.01)
        assert await embedder.vectors(["hello"]) == [hello]
    finally:
        await embedder.close()


async def test_nobody_asks_and_the_process_ends() -> None:
    """Its memory is given back; the next question starts it again."""
    embedder = Embedder(idle=0.05)
    await embedder.vectors(["hello"])
    child = embedder._child
    async with asyncio.timeout(5):
        await child.wait()
    assert len(await embedder.vectors(["hello"])) == 1
    await embedder.close()
