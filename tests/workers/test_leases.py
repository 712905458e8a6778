"""Which worker stores what, when workers come and go."""

from tests.people import eventually
from tests.servers import running


async def test_a_worker_that_stops_leaves_its_share_at_once() -> None:
    """After a restart the only worker holds every partition, long before a lease would have ended."""
    async with running(webs=1, workers=1, FRONTDESK_LEASE="60") as house:
        (worker,) = house.workers

        async def all_are_held() -> bool:
            (row,) = await house.rows("select bool_and(coalesce(lease_until > now(), false)) as held from shard")
            return bool(row["held"])

        async def none_is_held() -> bool:
            (row,) = await house.rows("select bool_and(lease_token is null) as free from shard")
            return bool(row["free"])

        await eventually(all_are_held)
        assert worker.stop() == 0
        assert await none_is_held()
        worker.start()
        await eventually(all_are_held)


async def test_partitions_spread_over_all_workers_and_move_when_one_goes() -> None:
    """Each has its fair share; whoever is gone leaves nothing unstored for long, and whoever comes gets its part."""
    async with running(webs=1, workers=3) as house:

        async def shares() -> list[int]:
            rows = await house.rows(
                "select count(*) as count from shard where lease_until > now() group by lease_token order by 1"
            )
            return [row["count"] for row in rows]

        async def are(*wanted: int) -> bool:
            return await shares() == list(wanted)

        await eventually(lambda: are(4, 6, 6))
        house.workers[0].kill()
        await eventually(lambda: are(8, 8), patience=20)
        house.workers[0].start()
        await eventually(lambda: are(4, 6, 6), patience=20)
