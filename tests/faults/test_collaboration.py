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


async def test_a_draft_that_can_never_be_said_holds_up_no_other(people: Cast, house: House) -> None:
    """Its turn is none that the log will ever hear of: it is outdated, and the next one is said."""
    visitor, other, ada = await people.visitor(), await people.visitor(), await people.agent("ada")
    bot = await people.bot(node=1)
    await set_up(people, bot, {"type": "verification"})
    drafts: list[say.PostMessage] = []
    for talker in (visitor, other):
        conversation_id = await talker.start()
        await bot.given(conversation_id, ada)
        await talker.stored(await talker.say(conversation_id, "Until when?"))
        draft = bot.draft(conversation_id, f"For {len(drafts) + 1}0 days.")
        await bot.send(draft)
        await bot.hears(hear.CollaborationChanged, lambda told, draft=draft: told.collaboration.id == draft.id)  # type: ignore[misc]
        drafts.append(draft)
    never, late = drafts
    await house.rows(
        "with moved as (update conversation set turn = turn + 1 where org_id = $1 and id = $2 returning turn)"
        " update collaboration k set turn = m.turn, draft = draft || jsonb_build_object('turn', m.turn)"
        "   from moved m where org_id = $1 and id = $3",
        people.org.id, never.conversation_id, never.id,
    )  # fmt: skip
    # As a process does that has taken the approvals, and dies before it says the drafts.
    for each in drafts:
        await house.rows(
            "with decided as (update collaboration set outcome = 'approved', ended_at = now(), asked = '{}'"
            " where org_id = $1 and id = $2 returning org_id, conversation_id)"
            " insert into event (org_id, kind, actor_kind, subject_type, subject_id, conversation_id, data)"
            " select org_id, 'collaboration_ended', 'system', 'conversation', conversation_id, conversation_id,"
            " jsonb_build_object('type', 'verification', 'outcome', 'approved') from decided",
            people.org.id, each.id,
        )  # fmt: skip
    assert (await other.hears_line("For 20 days.")).id == late.id
    outdated = "select 1 from collaboration where org_id = $1 and id = $2 and outcome = 'outdated'"
    await eventually(lambda: house.rows(outdated, people.org.id, never.id))
    assert visitor.lines(never.conversation_id) == []


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
