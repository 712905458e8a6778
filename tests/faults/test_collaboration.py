"""A web dies between a draft and its approval, a bot's process is frozen: it goes on all the same."""

import os
import signal
import sys
from uuid import UUID

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.bots.conftest import bot_process
from tests.conftest import Cast
from tests.machines import connected
from tests.people import eventually
from tests.routing.bots import hire
from tests.routing.drafts import set_up
from tests.servers import House


async def test_a_draft_outlives_the_web_that_took_it(people: Cast, house: House) -> None:
    """It is approved on the other one, and said once, under its id; the bot that comes back hears its number."""
    visitor, ada, bot = await people.visitor(), await people.agent("ada"), await people.bot(node=1)
    await set_up(people, bot, {"type": "verification"})
    conversation_id = await visitor.start()
    await bot.given(conversation_id, ada)
    await ada.watch(conversation_id)
    await visitor.stored(await visitor.say(conversation_id, "Until when?"))
    draft = bot.draft(conversation_id, "For 30 days.")
    await bot.send(draft)
    await ada.hears(hear.CollaborationChanged, lambda each: each.collaboration.id == draft.id)
    house.webs[1].kill()
    await ada.send(say.Contribute(draft.id, conversation_id, verdict="approve"))
    line = await visitor.hears_line("For 30 days.")
    assert line.id == draft.id
    house.webs[1].start()
    await bot.connect(node=0)
    await bot.hears(hear.ConversationHeld, lambda each: each.resumed.position.seq >= line.seq)
    await bot.send(draft)
    assert (await bot.answer(draft.id)).seq == line.seq
    assert visitor.lines(conversation_id).count("For 30 days.") == 1


async def test_what_is_approved_while_the_log_is_away_is_said_when_it_is_back(people: Cast, house: House) -> None:
    """The approval stands in Postgres; a worker says the draft, once, under its id."""
    visitor, ada, bot = await people.visitor(), await people.agent("ada"), await people.bot(node=1)
    await set_up(people, bot, {"type": "verification"})
    conversation_id = await visitor.start()
    await bot.given(conversation_id, ada)
    await ada.watch(conversation_id)
    await visitor.stored(await visitor.say(conversation_id, "Until when?"))
    draft = bot.draft(conversation_id, "For 30 days.")
    await bot.send(draft)
    await ada.hears(hear.CollaborationChanged, lambda each: each.collaboration.id == draft.id)
    house.databases.valkey.kill()
    await ada.send(say.Contribute(draft.id, conversation_id, verdict="approve"))
    approved = "select id from collaboration where org_id = $1 and id = $2 and outcome = 'approved'"
    await eventually(lambda: house.rows(approved, people.org.id, draft.id))
    house.databases.valkey.start()
    said = "select id, sender_agent_id as by from message where org_id = $1 and body = 'For 30 days.'"
    rows = await eventually(lambda: house.rows(said, people.org.id), patience=20)
    assert rows == [{"id": draft.id, "by": bot.id}]


async def test_a_frozen_contributor_holds_up_nobody(people: Cast, house: House) -> None:
    """It is skipped when its time is over, and the coordinator hears what the other one said."""
    visitor, ada, bot = await people.visitor(), await people.agent("ada"), await people.bot(node=1)
    lead = await people.agent("olga")
    made = await lead.post("/api/bots", {"name": "Frozen", "type": "support"})
    awake = await hire(people, "Awake")
    conversation_id = await visitor.start()
    await bot.given(conversation_id, ada)
    await ada.watch(conversation_id)
    await visitor.stored(await visitor.say(conversation_id, "Until when?"))
    await set_up(people, bot, {"type": "parallel", "agent_ids": [made["id"], str(awake.id)], "seconds": 4})
    command = (sys.executable, "-m", "frontdesk_bot.echo")
    async with bot_process(people.org, *command, BOT_TOKEN=made["token"]) as process:
        await connected(people.org, UUID(made["id"]))
        os.kill(process.pid, signal.SIGSTOP)
        turn = bot.draft(conversation_id, "").turn or 0
        consult = say.ConsultAgents(uuid7(), conversation_id, turn, "Until when?")
        await bot.send(consult)
        asked = await awake.hears(hear.ContributionRequested)
        await awake.send(say.Contribute(asked.id, conversation_id, body="For 30 days."))
        ended = (
            await bot.hears(hear.CollaborationChanged, lambda each: each.collaboration.outcome is not None)
        ).collaboration
    assert {each.agent_name: each.is_skipped for each in ended.contributions} == {"Frozen": True, "Awake": False}
    await bot.say(conversation_id, "For 30 days.")
    await visitor.hears_line("For 30 days.")
