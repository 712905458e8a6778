"""The face of understanding: intents in settings, and what is understood beside the thread."""

from tests.faces.node import tell
from tests.servers import PASSWORD, running


async def test_intents_are_taught_and_the_thread_says_what_is_understood() -> None:
    """In light and dark, and on a phone."""
    async with running(webs=1, workers=1, FRONTDESK_UNDERSTANDING="on") as house:
        org = await house.organization()
        told = {"WEB_URL": house.url(), "WIDGET_KEY": org.widget_key, "PASSWORD": PASSWORD}
        await tell("minds.js", told | {"LEAD": org.email("mats")})
