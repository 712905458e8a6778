"""The face of understanding: intents in settings, and what is understood beside the thread."""

from tests.faces.node import tell
from tests.servers import PASSWORD, Databases, House


async def test_intents_are_taught_and_the_thread_says_what_is_understood(databases: Databases) -> None:
    """In light and dark, and on a phone."""
    async with House(databases, webs=1, workers=1, FRONTDESK_UNDERSTANDING="on") as house:
        org = await house.organization()
        told = {"WEB_URL": house.url(), "WIDGET_KEY": org.widget_key, "PASSWORD": PASSWORD}
        await tell("minds.js", told | {"LEAD": org.email("mats")})
