"""The face of interactions: what conversations are about, and what each contact was."""

from tests.faces.node import tell
from tests.servers import PASSWORD, Organization


async def test_what_a_conversation_is_about_is_said_and_its_contacts_are_told(org: Organization) -> None:
    """By keys and by hand; each with what was waited and who answered."""
    told = {"WEB_URL": org.house.url(), "WIDGET_KEY": org.widget_key, "PASSWORD": PASSWORD}
    await tell("matters.js", told | {"LEAD": org.email("mats")})
