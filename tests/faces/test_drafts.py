"""What a bot would say is approved, changed or rejected, in a real browser."""

from frontdesk_bot import Bot, NotApproved, Turn
from tests.bots.conftest import at_work
from tests.faces.node import tell
from tests.people import Agent
from tests.servers import PASSWORD, Organization


async def _answer(turn: Turn) -> None:
    await turn.reply(f"About {turn.text}: for ever." if len(turn.text) < 400 else turn.text)


async def _mend(turn: Turn, rejected: NotApproved) -> None:
    await turn.reply(f"For {rejected.reason}.")


async def test_a_draft_is_decided_about_in_the_console(org: Organization) -> None:
    """By keys and by hand; the visitor reads what was approved, and nothing else."""
    bot = Bot(org.house.url(), org.bot_token)
    bot.on_message(_answer)
    bot.on_rejected(_mend)
    async with at_work(bot, org):
        admin = Agent(org, "alma")
        await admin.login()
        (found,) = (await admin.get("/api/bots"))["items"]
        collaboration = {"type": "verification", "seconds": 300}
        await admin.change(f"/api/bots/{found['id']}", {"collaboration": collaboration})
        await admin.leave()
        told = {"WEB_URL": org.house.url(), "WIDGET_KEY": org.widget_key, "PASSWORD": PASSWORD, "BOT_ID": found["id"]}
        await tell("drafts.js", told | {"EMAIL": org.email("ada"), "BEN": org.email("ben"), "ADMIN": org.email("alma")})
