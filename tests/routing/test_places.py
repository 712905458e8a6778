"""Places in line over real sockets: everybody knows theirs, live and after a reconnect; the estimate is measured."""

from uuid import UUID

from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.conftest import Cast
from tests.people import Visitor


async def stands(visitor: Visitor, conversation_id: UUID, place: int) -> hear.QueueMoved:
    """Wait until a visitor was told this place last."""
    return await visitor.hears(
        hear.QueueMoved, lambda each: each.conversation_id == conversation_id and each.place == place
    )


async def test_everybody_knows_their_place_and_moves_up(people: Cast) -> None:
    """Each sees only its own; whoever comes back is told at once; whoever is served is told nothing any more."""
    ada = await people.agent("ada")
    visitors = [await people.visitor(node=number % 2) for number in range(3)]
    ids = []
    for number, visitor in enumerate(visitors, 1):
        ids.append(await visitor.start())
        assert (await stands(visitor, ids[-1], number)).seconds is None
    first, second, third = visitors
    await ada.take(ids[0])
    await stands(second, ids[1], 1)
    await stands(third, ids[2], 2)
    await third.vanish()
    third.heard.clear()
    await third.connect(say.Resume(ids[2], None), node=0)
    await stands(third, ids[2], 2)
    for visitor, own in zip(visitors, ids, strict=True):
        assert {each.conversation_id for each in visitor.heard if isinstance(each, hear.QueueMoved)} <= {own}
    assert [each.place for each in first.heard if isinstance(each, hear.QueueMoved)] == [1]


async def test_the_estimate_is_what_recent_conversations_took(people: Cast) -> None:
    """Three that were served say how long the next one waits; nothing is promised before."""
    ada = await people.agent("ada")
    served = await people.visitor()
    for _ in range(3):
        conversation_id = await served.start()
        await ada.take(conversation_id)
        await ada.close(conversation_id, 2)
    waiting = await people.visitor()
    conversation_id = await waiting.start()
    # Nothing is told before it is known that somebody is there.
    told = await waiting.hears(hear.QueueMoved, lambda each: each.seconds is not None)
    assert (told.conversation_id, told.place) == (conversation_id, 1)
    assert 0 <= (told.seconds or 0) < 60
