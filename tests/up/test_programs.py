"""Frontdesk's own processes: they are Frontdesk's wherever somebody starts them."""

import http.client
from pathlib import Path

import pytest

from server.core.config import read_settings
from server.up.process import stop
from server.up.programs import health_port, program
from tests.up.plain import myself
from tests.up.running import free_port, wait_until


def test_a_server_in_the_current_folder_is_not_mistaken_for_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`python -m server` alone would run whatever is called so where somebody happens to stand."""
    (tmp_path / "server.py").write_text("raise SystemExit('somebody else')")
    (tmp_path / "run").mkdir()
    monkeypatch.chdir(tmp_path)
    port = free_port()
    known = {"DATABASE_URL": "-", "REDIS_URL": "-", "FRONTDESK_SECRET": "-" * 32, "FRONTDESK_SHOP_PORT": str(port)}
    shop = program("shop", tmp_path, {**myself().environ, **known}, lambda _name, _line: None)
    shop.start()

    def is_answered() -> bool:
        assert shop.ended() is None, shop.last_lines()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()

    wait_until(is_answered, 20)
    assert stop([shop]) == []


def test_each_process_has_a_health_port_of_its_own() -> None:
    """Counted upwards from the setting; without it nobody opens one."""
    known = {"DATABASE_URL": "-", "REDIS_URL": "-", "FRONTDESK_SECRET": "-" * 32, "FRONTDESK_WEB": "2"}
    watched = read_settings({**known, "FRONTDESK_HEALTH_PORT": "9400"})
    told = [health_port(name, watched)["FRONTDESK_HEALTH_PORT"] for name in ("web-1", "web-2", "worker-1")]
    assert told == ["9400", "9401", "9402"]
    assert health_port("worker-1", read_settings(known)) == {"FRONTDESK_HEALTH_PORT": "0"}
