"""The face of supervision: who looks on, whispers, joins and takes over."""

from tests.faces.node import tell
from tests.servers import PASSWORD, Organization


async def test_a_lead_whispers_joins_and_takes_over(org: Organization) -> None:
    """Both sides see who takes part; what is whispered the team sees alone; and all of it has a way back."""
    told = {"WEB_URL": org.house.url(), "WIDGET_KEY": org.widget_key, "PASSWORD": PASSWORD}
    people = {"EMAIL": org.email("ada"), "LEAD": org.email("mats"), "OWNER": org.email("olga")}
    await tell("supervisors.js", told | people)
