"""What a platform runs: the Procfile's lines, with somebody else's databases."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import pytest

from server.core.db import connect
from server.up.postgres import SUPERUSER
from tests.servers import ROOT, Databases, free_port


def _lines() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    return {name: command.strip() for name, _, command in (line.partition(":") for line in lines)}


def _environment(databases: Databases, tmp_path: Path, **more: str) -> dict[str, str]:
    """What a platform sets, and `frontdesk` on the PATH as an installation puts it there."""
    command = tmp_path / "frontdesk"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m server "$@"\n')
    command.chmod(0o755)
    kept = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    return {**kept, **databases.environment, **more}


def _run(line: str, environment: Mapping[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        ["/bin/sh", "-c", f"exec env {line}"], env=dict(environment), cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


async def _new_database(databases: Databases, name: str) -> dict[str, str]:
    owner = await connect(databases.postgres.url(SUPERUSER))
    await owner.execute(f"create database {name}")
    await owner.close()
    return {
        "DATABASE_URL": databases.postgres.url(database=name),
        "DATABASE_OWNER_URL": databases.postgres.url(SUPERUSER, name),
    }


async def test_the_procfile_boots_on_given_databases(databases: Databases, tmp_path: Path) -> None:
    """release, then web and worker: ready; SIGTERM ends both with exit code 0."""
    port = free_port()
    urls = await _new_database(databases, "procfile")
    # Another logical Valkey would need a server; this one's partitions belong to the running installation, and the
    # fence says so: hence a Valkey of its own.
    own = Databases()
    own.valkey.start()
    environment = _environment(databases, tmp_path, **urls, REDIS_URL=own.valkey.url, PORT=str(port))
    lines, running = _lines(), []
    try:
        released = _run(lines["release"], environment)
        told, _ = released.communicate(timeout=30)
        assert released.returncode == 0, told
        running = [_run(lines[name], environment) for name in ("web", "worker")]
        ends = time.monotonic() + 30
        async with aiohttp.ClientSession() as http:
            while True:
                try:
                    async with http.get(f"http://127.0.0.1:{port}/health/ready") as answer:
                        if answer.status == 200:
                            break
                except aiohttp.ClientError:
                    assert time.monotonic() < ends, "web never became ready"
                await asyncio.sleep(0.1)
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.communicate(timeout=10)
        assert [process.returncode for process in running] == [0, 0]
    finally:
        for process in running:
            process.kill()
            process.communicate()
        own.stop()


@pytest.mark.parametrize("name", ["web", "worker"])
async def test_a_database_that_was_not_released_is_refused_in_words(
    databases: Databases, tmp_path: Path, name: str
) -> None:
    """It says what to run, not where the program was."""
    urls = await _new_database(databases, f"unreleased_{name}")
    stranger = urls["DATABASE_URL"].replace("frontdesk@", "stranger@")
    owner = await connect(databases.postgres.url(SUPERUSER))
    if name == "web":
        await owner.execute("create role stranger login")
    await owner.close()
    process = _run(_lines()[name], _environment(databases, tmp_path, DATABASE_URL=stranger))
    told, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "frontdesk release" in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("FRONTDESK_NONSENSE", "1", "FRONTDESK_NONSENSE is no setting"),
        ("PORT", "eighty", "PORT must be int"),
        ("FRONTDESK_SECRET", "short", "at least 32 characters"),
        ("REDIS_URL", "", "REDIS_URL is missing"),
    ],
)
def test_a_wrong_setting_is_refused_in_words(
    databases: Databases, tmp_path: Path, variable: str, value: str, told: str
) -> None:
    """The message names the variable and what is wrong with it."""
    process = _run(_lines()["web"], _environment(databases, tmp_path, **{variable: value}))
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert told in out
    assert "Traceback" not in out
