"""Runs one script of this folder with the Node that builds the pages."""

import asyncio

from build_faces import ROOT, node_environment


async def tell(script: str, told: dict[str, str], *, patience: float = 240) -> None:
    """Run the script with these variables; fails with its words when it fails."""
    process = await asyncio.create_subprocess_exec(
        "node",
        f"tests/faces/{script}",
        cwd=ROOT,
        env={**node_environment(), **told},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), patience)
    except BaseException:
        process.kill()
        raise
    assert process.returncode == 0, said.decode()
