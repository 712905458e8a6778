"""The deadline of a handler counts what the handler does, and not what it waits for the server."""

import asyncio

import pytest

from frontdesk_bot.patience import Patience


async def test_a_slow_server_is_not_the_handlers_fault() -> None:
    """The deadline stands still meanwhile, also where it waits for two things at once."""
    async with asyncio.timeout(0.1) as scope:
        patience = Patience(scope)
        with patience.paused():
            with patience.paused():
                await asyncio.sleep(0.1)
            await asyncio.sleep(0.1)
    assert not scope.expired()


async def test_the_deadline_goes_on_afterwards() -> None:
    """It is as long as it was."""

    async def story() -> None:
        async with asyncio.timeout(0.1) as scope:
            with Patience(scope).paused():
                await asyncio.sleep(0.2)
            await asyncio.sleep(0.2)

    with pytest.raises(TimeoutError):
        await story()


async def test_what_a_handler_does_while_it_is_stopped_may_speak() -> None:
    """There is nothing left to stop."""

    async def story() -> None:
        async with asyncio.timeout(0.01) as scope:
            try:
                await asyncio.sleep(1)
            finally:
                with Patience(scope).paused():
                    pass

    with pytest.raises(TimeoutError):
        await story()


async def test_what_a_handler_left_behind_may_still_speak() -> None:
    """A task that it began goes on when it has ended."""
    async with asyncio.timeout(1) as scope:
        patience = Patience(scope)
        await asyncio.sleep(0)
    patience.is_over = True
    with patience.paused():
        pass
    assert not scope.expired()
