"""Requests that a program makes up from our own OpenAPI document: no mistake of ours, and every answer as it says.

A few for every operation; with SOAK=1 minutes of them, others each time, and chains.
"""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from server.core.endpoint import Who
from server.domain import endpoints
from tests.api.world import Caller, World
from tests.servers import ROOT, House

IS_SOAK = os.environ.get("SOAK") == "1"
SECONDS = int(os.environ.get("SOAK_SECONDS", "180"))
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "unsupported_method", "allow_header_conformance",
)  # fmt: skip
# They end the session or the company that is asked with.
ENDING = {"log_out", "switch_organization", "change_password", "end_session", "delete_organization"}
CONFIG = Path(__file__).with_name("schemathesis.toml")


@pytest.mark.timeout(SECONDS * 2 + 120)
async def test_no_request_from_the_document_makes_a_mistake_of_ours(open_house: House, tmp_path: Path) -> None:
    """As the owner, as a viewer and as a visitor, at once."""
    world = await World.of(open_house)
    for _ in range(3):
        await world.a_message(await world.a_conversation())
    found = await asyncio.gather(
        _run(world.owner, open_house, {Who.MEMBER, Who.ANYONE}, tmp_path),
        _run(world.members["viewer"], open_house, {Who.MEMBER}, tmp_path),
        _run(world.visitor, open_house, {Who.VISITOR, Who.ANYONE}, tmp_path),
    )
    for code, told in found:
        assert code == 0, told[-6000:]
        assert re.search(r"[1-9]\d* generated", told), told[-2000:]


async def _run(caller: Caller, house: House, who: set[Who], folder: Path) -> tuple[int | None, str]:
    names = [each.name for each in endpoints() if each.who in who and each.name not in ENDING]
    if caller.bearer:
        shown = [f"Authorization: Bearer {caller.bearer}"]
    else:
        shown = [f"Cookie: fd_session={caller.session}", "Sec-Fetch-Site: same-origin"]
    soak = ("--phases", "examples,coverage,fuzzing,stateful", "--max-time", str(SECONDS))
    # By number and not by time, of which a busy machine has too little and an idle one too much.
    short = ("--phases", "fuzzing", "--seed", "1", "--no-shrink", "-n", "2")
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(CONFIG), "run",
        f"{house.url()}/api/openapi.json",
        *(part for each in shown for part in ("-H", each)),
        *(part for each in names for part in ("--include-operation-id", each)),
        "--checks", ",".join(CHECKS), "--continue-on-failure", "--no-color", "--warnings", "off",
        *(soak if IS_SOAK else short),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        said, _ = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    return process.returncode, said.decode()
