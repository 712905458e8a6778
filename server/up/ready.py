"""When everything is ready, and what a person wants to know then."""

import http.client
import os
from pathlib import Path

from server.core.config import Settings
from server.demo import DEMO_LOGINS, DEMO_PASSWORD, SEATS
from server.up.screen import Screen

# Long enough for a busy laptop, short enough for Ctrl-C to be heard.
_PATIENCE = 0.5


def answers(settings: Settings) -> bool:
    """Whether web says that it is ready for visitors; without a web there is nothing to wait for."""
    if not settings.web:
        return True
    line = http.client.HTTPConnection(near(settings.host), settings.port, timeout=_PATIENCE)
    try:
        line.request("GET", "/health/ready")
        return line.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def tell_ready(screen: Screen, settings: Settings, folder: Path, seconds: float) -> None:
    """Say where everything is, who may log in, and how to stop."""
    host = near(settings.host)
    host = f"[{host}]" if ":" in host else host
    rows = []
    if settings.web:
        rows.append(("Console", settings.public_url or f"http://{host}:{settings.port}"))
    if settings.shop_port:
        rows.append(("Demo shop", f"http://{host}:{settings.shop_port}"))
        # The rest of the team has the same password.
        shown = SEATS[: len(DEMO_LOGINS)]
        width = max(len(seat.email) for seat in shown)
        logins = [f"{seat.email:<{width}}  {DEMO_PASSWORD}  ({seat.role})" for seat in shown]
        rows += [("Log in as" if position == 0 else "", login) for position, login in enumerate(logins)]
    rows += [("Data", str(folder)), ("Stop", f"Ctrl-C here, or: kill {os.getpid()}")]
    screen.table(f"Frontdesk is ready after {seconds:.1f} s", rows)


def near(host: str) -> str:
    """Where this machine reaches a program that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - asked, not bound
