"""Making, remaking and removing the demo: never beside somebody's own company, never half."""

import asyncio
import os
import random
import re
import sys

import pytest

from server.core.errors import NotFound
from server.core.portrait import features
from server.demo import DEMO_LOGINS, DEMO_WIDGET_KEY, NAME, SEATS, make_demo, remove_demo, reset_demo
from server.demo.scripts import filled as filled_line
from server.demo.scripts import gaps, scripts
from tests.browser import Browser
from tests.demo.conftest import SHOP_PORT, Member
from tests.servers import ROOT, Databases, House, Organization


async def test_the_members_have_faces_that_suit_them(filled: House, company: Organization) -> None:
    """A picture follows from the id, so the demo chose ids."""
    agents = {row["name"]: row["id"] for row in await filled.rows("select name, id from agent where kind = 'human'")}
    assert set(agents) == {seat.name for seat in SEATS}
    assert all(seat.look.suits(features(agents[seat.name])) for seat in SEATS)


async def test_every_address_leads_nowhere(filled: House, company: Organization) -> None:
    """Nobody's real mailbox may ever get mail from a demo."""
    rows = await filled.rows(
        "select email from contact where email is not null union select email from customer"
        " union select email from app_user"
    )
    assert len(rows) > 60
    reserved = (".example", "example.com", "example.net", "example.org")
    assert all(row["email"].endswith(reserved) for row in rows)


def test_a_script_leaves_no_gap() -> None:
    """Not for strangers either, who have no name that could be filled in."""
    chance = random.Random(1)
    for name in ("Hannah", ""):
        for script in scripts():
            known = gaps(script.language, chance) | {
                "name": name,
                "email": "h@example.com",
                "company": "X",
                "agent": "Maya",
            }
            for line in script.lines:
                text = filled_line(line.text, known, chance)
                assert not set("{}[]|") & set(text), text
                assert not text.startswith((",", " ", "、"))
                assert "  " not in text
                assert not any(each in text for each in (" ,", " .")), text


async def test_everybody_in_it_can_log_in_and_its_shop_has_a_widget(filled: House, company: Organization) -> None:
    """With the password that the README tells."""
    for email, password in DEMO_LOGINS:
        assert (await Browser(filled).log_in(email, password)).json["organization_name"] == NAME
    session = await Browser(filled).post("/api/widget/sessions", {"widget_key": DEMO_WIDGET_KEY})
    assert session.json["organization_name"] == NAME
    assert session.json["greeting"]


async def test_a_second_start_makes_nothing(filled: House, company: Organization) -> None:
    before = await filled.rows("select count(*) from conversation")
    assert await make_demo(filled.databases.environment["DATABASE_URL"], SHOP_PORT) is None
    assert await filled.rows("select count(*) from conversation") == before


async def test_a_reset_leaves_nothing_of_the_old_one_and_nothing_else_changes(
    filled: House, company: Organization
) -> None:
    """Logins and key go on working; another company in the same database notices nothing."""
    url = filled.databases.environment["DATABASE_URL"]
    other = await filled.organization()
    old, new = await reset_demo(url)
    assert (old.organization_id, old.conversations) == (company.id, new.conversations)
    tables = await filled.rows(
        "select table_name as name from information_schema.columns"
        " where column_name = 'org_id' and table_schema = 'public'"
        "   and table_name not like '%\\_20%' and table_name not like 'audit%'"
    )
    for table in tables:
        assert not await filled.rows(f"select from {table['name']} where org_id = $1", company.id), table
    assert await filled.rows("select from organization where id = $1", other.id)
    logins = await filled.rows("select count(*) as n from app_user where email like '%@frontdesk.example'")
    assert logins[0]["n"] == len(SEATS)
    origins = await filled.rows("select allowed_origins from channel where widget_key = $1", DEMO_WIDGET_KEY)
    assert origins[0]["allowed_origins"] == [f"http://{host}:{SHOP_PORT}" for host in ("127.0.0.1", "localhost")]
    maya = Member(company, "maya")
    await maya.login()
    await maya.leave()


async def test_where_there_is_no_demo_nothing_is_thrown_away(
    databases: Databases, house: House, org: Organization
) -> None:
    """The commands know the demo by its slug, and whoever has real customers has another."""
    url = databases.environment["DATABASE_URL"]
    for command in (reset_demo, remove_demo):
        with pytest.raises(NotFound, match="no demo"):
            await command(url)
    assert await make_demo(url, SHOP_PORT) is None
    assert await house.rows("select from organization where id = $1", org.id)


async def test_the_command_says_what_it_did(filled: House) -> None:
    """Beside a running product, from another terminal; a second removal finds nothing and says so."""
    code, told = await _frontdesk(filled, "--reset")
    assert code == 0
    assert re.search(r"as on its first day: \d+ conversations went, \d+ conversations with [\d,]+ messages came", told)
    code, told = await _frontdesk(filled, "--remove")
    assert (code, "The demo is gone" in told) == (0, True)
    code, told = await _frontdesk(filled, "--remove")
    assert (code, "Nothing was changed: there is no demo here" in told) == (1, True)
    assert (await _frontdesk(filled, "--reset", "--remove"))[0] == 2


async def _frontdesk(house: House, *how: str) -> tuple[int | None, str]:
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", "demo", *how,
        env={**os.environ, **house.databases.environment}, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await command.communicate()
    return command.returncode, told.decode()
