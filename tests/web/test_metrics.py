"""What a web tells of itself on /metrics, and whom."""

from collections.abc import AsyncIterator

import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from tests.browser import Browser, is_refusal
from tests.conftest import Cast
from tests.people import Refused, eventually
from tests.servers import Databases, House
from tests.web.figures import Page, scrape

TOKEN = "a-token-for-prometheus"


@pytest.fixture(scope="module")
async def public(databases: Databases, house: House) -> AsyncIterator[House]:
    """A web that the world reaches through a proxy, and that has a port of its own for those who watch it."""
    made = House(databases, webs=1, workers=0, FRONTDESK_PUBLIC_URL="https://chat.example.com").watched()
    async with made as running:
        yield running


async def test_a_message_is_counted_where_it_went(people: Cast, house: House) -> None:
    """The sender's node accepts it and the reader's node delivers it; what is refused is counted by its code."""
    before = await scrape(house)
    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    await agent.watch(conversation)
    await visitor.stored(await visitor.say(conversation, "hello"))
    await agent.hears_line("hello")
    with pytest.raises(Refused):
        await visitor.say(uuid7(), "nobody is here")
    after = await scrape(house)

    def rose(name: str, *labels: str) -> float:
        return after.get(name, *labels) - before.get(name, *labels)

    # That it was started, and what was said.
    assert rose("frontdesk_entries_accepted_total", "conversation") == 2
    # The visitor and the agent follow the conversation; the agent's inbox heard of it, too.
    assert rose("frontdesk_deliveries_total", "entry") >= 2
    assert rose("frontdesk_refusals_total", "not_found") == 1
    assert rose("frontdesk_sockets_opened_total") == 2
    assert (rose("frontdesk_sockets", "visitor"), rose("frontdesk_sockets", "member")) == (1, 1)
    await visitor.leave_socket()

    async def is_gone() -> bool:
        return (await scrape(house)).of("frontdesk_sockets", "visitor") == before.of("frontdesk_sockets", "visitor")

    await eventually(is_gone)


async def test_why_a_socket_was_closed_is_counted(people: Cast, house: House) -> None:
    """Whoever says something else than hello is sent away."""
    before = await scrape(house)
    rude = await people.visitor()
    await rude.leave_socket()
    await rude.open()
    await rude.send(say.Pong())
    await rude.hears_close()
    name = "frontdesk_sockets_closed_total"
    assert (await scrape(house)).of(name, "bad_hello") == before.get(name, "bad_hello") + 1


async def test_the_parts_and_the_process_are_told(house: House) -> None:
    """What an alert is made of is there before anything happened."""
    page = await scrape(house)
    for part in ("postgres", "valkey", "bus", "log"):
        assert page.of("frontdesk_part_ready", part) == 1
    assert page.of("frontdesk_bus_canary_age_seconds") < 3
    assert page.of("frontdesk_log_is_open") == 1
    assert page.of("process_resident_memory_bytes") > 10_000_000
    assert all(page.of("frontdesk_unstored_entries", str(each)) >= 0 for each in range(16))
    assert page.names() >= {"process_cpu_seconds_total", "frontdesk_bus_heals_total", "frontdesk_bus_losses_total"}


async def test_no_figure_names_an_organization_or_a_person(people: Cast, house: House) -> None:
    """However much they say: labels come from short lists of ours."""
    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    await visitor.stored(await visitor.say(conversation, "hello"))
    text = (await scrape(house)).text
    for secret in (people.org.slug, people.org.id, people.org.id.hex, agent.id, visitor.contact_id, conversation):
        assert str(secret) not in text
    assert "example" not in text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded", "Via"])
async def test_what_a_proxy_passed_on_is_refused_without_a_token(house: House, header: str) -> None:
    """A proxy on this machine comes from 127.0.0.1 as Prometheus does, and so would all the world."""
    assert is_refusal(await Browser(house).get("/metrics", **{header: "127.0.0.1"}), 404, "not_found")


async def test_another_name_for_this_machine_is_refused(house: House) -> None:
    """A page on the internet may have its own name lead to 127.0.0.1, and read what a browser here gets."""
    assert is_refusal(await Browser(house).get("/metrics", Host="evil.example"), 404, "not_found")
    assert (await Browser(house).get("/metrics", Host="localhost:1")).status == 200


async def test_a_web_behind_a_proxy_tells_nobody_on_its_public_port(public: House) -> None:
    """A proxy that adds no header at all looks like a neighbour; the process's own port is what neighbours ask."""
    assert is_refusal(await Browser(public).get("/metrics"), 404, "not_found")
    own = f"http://127.0.0.1:{public.health_ports['web-1']}"
    assert (await scrape(public, f"{own}/metrics")).of("frontdesk_part_ready", "bus") == 1
    async with public.http.get(f"{own}/health/ready") as answer:
        assert answer.status == 200
    async with public.http.get(f"{own}/api/me") as answer:
        assert answer.status == 404
    async with public.http.get(f"{own}/metrics", headers={"Host": "evil.example"}) as answer:
        assert answer.status == 404


async def test_with_a_token_only_whoever_shows_it_reads(databases: Databases, house: House) -> None:
    """From wherever it comes, also through a proxy; and nobody else, also not from this machine."""
    async with House(databases, webs=1, workers=0, FRONTDESK_METRICS_TOKEN=TOKEN) as guarded:
        browser = Browser(guarded)
        for wrong in (None, "Bearer", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "Bearer \udce4"):
            refused = await browser.get("/metrics", Authorization=wrong)
            assert is_refusal(refused, 401, "unauthenticated")
        page = Page((await browser.get("/metrics", Authorization=f"Bearer {TOKEN}", X_Forwarded_For="1.2.3.4")).text)
        assert page.of("frontdesk_part_ready", "postgres") == 1
