"""The face of supervision: who looks on, whispers, joins and takes over."""

from tests.faces.node import tell
from tests.servers import PASSWORD, Organization


async def test_a_lead_whispers_joins_and_takes_over(org: Organization) -> None:
    """Both sides see who takes part; what is whispered the team sees alone; and all of it has a way back."""
    told = {"WEB_URL": org.house.url(), "WIDGET_KEY": org.widget_key, "PASSWORD": PASSWORD}
    people = {"EMAIL": org.email("ada"), "LEAD": org.email("mats"), "OWNER": org.email("olga")}
    await tell("supervisors.js", told | people)


async def test_an_admin_says_what_a_member_sees_and_takes(org: Organization) -> None:
    """Two switches with a sentence to each; the member's console has them at once, and nothing that is not its own."""
    told = {"WEB_URL": org.house.url(), "WIDGET_KEY": org.widget_key, "PASSWORD": PASSWORD}
    await tell("limits.js", told | {"EMAIL": org.email("ada"), "OWNER": org.email("olga")})


async def test_a_conversation_is_handed_over_with_a_note(org: Organization) -> None:
    """Who is asked sees who asks, why, what is known and the last words; what is given at once needs no answer."""
    told = {"WEB_URL": org.house.url(), "WIDGET_KEY": org.widget_key, "PASSWORD": PASSWORD}
    people = {"EMAIL": org.email("ada"), "LEAD": org.email("mats"), "OWNER": org.email("olga")}
    await tell("transfer.js", told | people)
