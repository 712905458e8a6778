"""What the settings say, and what this machine has."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from server.core.config import Settings
from server.doctor.finding import Finding, bad, either, note, ok
from server.up.folder import data_folder
from server.up.room import free_mb

# A text typed by hand has few letters; 16 bytes of chance in hex have nearly always ten or more.
DIFFERENT_LETTERS = 8


def secret_here(environ: Mapping[str, str], settings: Settings) -> str:
    """The secret of the installation; nothing where it cannot be read."""
    if told := environ.get("FRONTDESK_SECRET"):
        return told
    if environ.get("DATABASE_URL"):
        return ""
    try:
        return (data_folder(settings) / "secret").read_text().strip()
    except OSError:
        return ""


def of_settings(environ: Mapping[str, str], settings: Settings, secret: str) -> Iterable[Finding]:
    """Whether the settings go together."""
    if not secret:
        yield note("secret", "FRONTDESK_SECRET is not set here", "set it as web has it to look at the proxy")
    else:
        yield either(
            len(set(secret)) >= DIFFERENT_LETTERS, "secret", f"{len(secret)} characters",
            "it looks made by hand; take: openssl rand -hex 32 (everybody has to log in again)",
        )  # fmt: skip
    yield _public(settings)
    is_mailed = bool(settings.smtp_url)
    yield either(
        is_mailed, "mail", "goes out" if is_mailed else "none goes out", "set SMTP_URL and MAIL_FROM for invitations",
        state="note",
    )  # fmt: skip
    if settings.public_url.startswith("https:") and settings.signup == "open":
        yield note("sign-up", "anybody may found an organization", "set FRONTDESK_SIGNUP=closed when yours is there")
    if not environ.get("DATABASE_URL") and environ.get("REDIS_URL"):
        yield note("settings", "Valkey is yours and Postgres is that of `frontdesk up`", "is this meant?")


def _public(settings: Settings) -> Finding:
    if not settings.public_url:
        return note("public url", "FRONTDESK_PUBLIC_URL is not set", "set it for real use: mails and the proxy need it")
    parts = urlsplit(settings.public_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"} or parts.query:
        return bad("public url", settings.public_url, "it has to be like https://chat.example.com, without a path")
    is_near = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme == "http" and not is_near:
        return bad("public url", f"{settings.public_url} is not https", "browsers send passwords in the clear: use TLS")
    if not is_near and not settings.trust_proxy:
        return note("public url", settings.public_url, "behind a proxy set FRONTDESK_TRUST_PROXY=true")
    return ok("public url", settings.public_url)


def of_machine(environ: Mapping[str, str], settings: Settings) -> Iterable[Finding]:
    """Room on the disk."""
    folder = Path("/") if environ.get("DATABASE_URL") and environ.get("REDIS_URL") else data_folder(settings)
    free = free_mb(folder)
    do = "make room: a database that cannot write stops in the middle"
    if free < settings.min_free_mb:
        yield bad("disk", f"{free:,} MB free at {folder}", do)
    else:
        yield either(free >= 5 * settings.min_free_mb, "disk", f"{free:,} MB free at {folder}", do, state="note")
