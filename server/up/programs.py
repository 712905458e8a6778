"""The processes of Frontdesk itself: web, workers, and the demo's shop and bot."""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from server.core.config import Settings, checkout
from server.up.owner import Owner
from server.up.process import Child, Farewell
from server.up.server import pid_file

# Time to tell every socket goodbye and to write what is in hand.
FAREWELL: Farewell = ((signal.SIGTERM, 3.0), (signal.SIGKILL, 0.2))


def programs(settings: Settings) -> list[str]:
    """The names of all processes, in the order in which they start."""
    webs = [f"web-{number}" for number in range(1, settings.web + 1)]
    workers = [f"worker-{number}" for number in range(1, settings.workers + 1)]
    demo = ["shop", *(["bot"] if settings.web else [])] if settings.shop_port else []
    return webs + workers + demo


def program(name: str, folder: Path, environ: Mapping[str, str], quote: Callable[[str, str], None]) -> Child:
    """One of them, by its name, which is also its node's name."""
    return Child(
        name,
        # -P: whatever is called server.py where somebody starts Frontdesk is none of its business.
        [sys.executable, "-P", "-m", "server", name.partition("-")[0]],
        owner=Owner.current(),
        environ={**environ, **_found(environ), "FRONTDESK_NODE": name, "PYTHONUNBUFFERED": "1"},
        pid_file=pid_file(folder, name),
        farewell=FAREWELL,
        output=lambda line: quote(name, line),
    )


def _found(environ: Mapping[str, str]) -> dict[str, str]:
    """Where Python finds Frontdesk without looking into the current folder: an installed one it finds by itself."""
    root = checkout()
    if root is None:
        return {}
    found = (str(root), str(root / "bots" / "src"), environ.get("PYTHONPATH"))
    return {"PYTHONPATH": os.pathsep.join(filter(None, found))}


def health_port(name: str, settings: Settings) -> dict[str, str]:
    """The setting of one process: the ports are counted upwards, in the order in which the processes start."""
    port = settings.health_port and settings.health_port + programs(settings).index(name)
    return {"FRONTDESK_HEALTH_PORT": str(port)}


def environment(
    environ: Mapping[str, str], settings: Settings, *, database: str, owner: str, redis: str, secret: str
) -> dict[str, str]:
    """What every process of Frontdesk gets to know."""
    return {
        # Whoever looks at a terminal reads lines, not JSON.
        "FRONTDESK_LOG": "text",
        **environ,
        "DATABASE_URL": database,
        "DATABASE_OWNER_URL": owner,
        "REDIS_URL": redis,
        "FRONTDESK_SECRET": secret,
        "PORT": str(settings.port),
        "FRONTDESK_SHOP_PORT": str(settings.shop_port),
    }


def leftovers(folder: Path) -> list[Child]:
    """What a killed run left running, found by its pid files: whatever they are, in the order to stop them."""
    order = ("bot", "shop", "web", "worker", "valkey", "postgres", "initdb")
    farewells: dict[str, Farewell] = {
        "valkey": ((signal.SIGTERM, 10.0), (signal.SIGKILL, 2.0)),
        # A last checkpoint may be a big one, and nobody waits in front of a terminal that is gone.
        "postgres": ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 2.0)),
    }
    found = [file for file in (folder / "run").glob("*.pid") if file.stem.partition("-")[0] in order]
    children = [
        Child(
            file.stem,
            [],
            owner=Owner.current(),
            environ=os.environ,
            pid_file=file,
            farewell=farewells.get(file.stem, FAREWELL),
            output=lambda _: None,
        )
        for file in sorted(found, key=lambda file: order.index(file.stem.partition("-")[0]))
    ]
    return [child for child in children if child.is_alive()]
