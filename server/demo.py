"""An organization to try Frontdesk with. Only `up` asks for it: its passwords are known to everybody."""

from contextlib import suppress

from server.core.auth import Passwords
from server.core.db import Db, open_db
from server.core.errors import Conflict
from server.domain.channels.actions import add_widget, look_up_channel
from server.domain.channels.types import NewWidget
from server.domain.identity.actions import add_member, add_team, find_seat, found_organization
from server.domain.identity.types import NewMember, NewOrganization

DEMO_WIDGET_KEY = "demo-widget-key"
DEMO_PASSWORD = "frontdesk-demo"  # noqa: S105 - known to everybody on purpose
_OWNER = NewMember("Maya Lindqvist", "maya@frontdesk.example", DEMO_PASSWORD, "owner")
_AGENTS = (
    NewMember("Jonas Weber", "jonas@frontdesk.example", DEMO_PASSWORD),
    NewMember("Amara Okafor", "amara@frontdesk.example", DEMO_PASSWORD),
)
_GREETING = "Hello! Ask us anything, we usually answer within a minute."
# E-mail and password of each, for whoever starts the demo.
DEMO_LOGINS = tuple((each.email, each.password) for each in (_OWNER, *_AGENTS))


async def make_demo(database_url: str, shop_port: int) -> None:
    """Make the demo's organization, or what an interrupted run has left out; run again, it changes nothing."""
    db = await open_db(database_url, "fd_app", size=1)
    passwords = Passwords()
    try:
        # The widget is made last: where it is, all is.
        if await look_up_channel(db, DEMO_WIDGET_KEY) is None:
            await _make(db, passwords, shop_port)
    finally:
        passwords.close()
        await db.close()


async def _make(db: Db, passwords: Passwords, shop_port: int) -> None:
    with suppress(Conflict):
        await found_organization(db, passwords, NewOrganization("Frontdesk Demo", "frontdesk-demo", _OWNER))
    owner = await find_seat(db, _OWNER.email)
    for each in _AGENTS:
        with suppress(Conflict):
            await add_member(db, passwords, owner.org_id, each)
    members = [(await find_seat(db, each.email)).agent_id for each in (_OWNER, *_AGENTS)]
    with suppress(Conflict):
        await add_team(db, owner.org_id, "Support", members)
    origins = [f"http://{host}:{shop_port}" for host in ("127.0.0.1", "localhost")]
    await add_widget(db, owner.org_id, NewWidget("Demo shop", origins, _GREETING, DEMO_WIDGET_KEY))
