"""The one place that reads the environment: every setting, its default and what it is for."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any

PREFIX = "FRONTDESK_"
_WORDS = {
    word: value for value, words in ((True, "1 true yes on"), (False, "0 false no off")) for word in words.split()
}


class BadSettings(Exception):  # noqa: N818 - it reads as what it is
    """The environment asks for something that cannot be; the message says which variable and why."""


def setting(variable: str, told: str, default: Any = MISSING, *, secret: bool = False) -> Any:
    """One field of Settings: its environment variable, its default and its sentence in the README."""
    return field(default=default, metadata={"variable": variable, "told": told, "secret": secret})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says, read once and passed down."""

    # Where the parts are.
    database_url: str = setting("DATABASE_URL", "Postgres 18, as the role that the program works with.", secret=True)
    redis_url: str = setting(
        "REDIS_URL", "Valkey 8+ or Redis 7.2+; with `?cluster=true` a cluster of them.", secret=True
    )
    secret: str = setting("FRONTDESK_SECRET", "Signs visitors' tokens; at least 32 characters.", secret=True)
    database_owner_url: str = setting(
        "DATABASE_OWNER_URL", "The same database, as its owner; only `release` uses it.", "", secret=True
    )
    host: str = setting("FRONTDESK_HOST", "The address that web listens on.", "127.0.0.1")
    port: int = setting("PORT", "The port that web listens on.", 8000)
    public_url: str = setting(
        "FRONTDESK_PUBLIC_URL", "How browsers reach web, for example https://chat.example.com.", ""
    )
    node: str = setting(
        "FRONTDESK_NODE", "This process's name in logs; empty: the machine's with the process number.", ""
    )
    health_port: int = setting(
        "FRONTDESK_HEALTH_PORT",
        "A port on 127.0.0.1 of this process's own, for /health and /metrics; 0: none. `up` counts upwards from it.",
        0,
    )
    metrics_token: str = setting(
        "FRONTDESK_METRICS_TOKEN",
        "Who shows it as `Authorization: Bearer` may read /metrics; empty: only this machine may, past no proxy.",
        "",
        secret=True,
    )
    traces: str = setting(
        "OTEL_EXPORTER_OTLP_ENDPOINT", "Where traces of messages go, over OTLP/HTTP; needs `frontdesk[otel]`.", ""
    )
    trace_share: float = setting("FRONTDESK_TRACE_SHARE", "The share of messages that are traced, 0 to 1.", 0.01)
    log_format: str = setting("FRONTDESK_LOG", "`json` or `text`.", "json")
    log_level: str = setting("FRONTDESK_LOG_LEVEL", "debug, info, warning or error.", "info")
    faces: str = setting("FRONTDESK_FACES", "The folder of the built pages; empty: those inside the package.", "")

    # Only `frontdesk up` reads these.
    data: str = setting(
        "FRONTDESK_DATA", "`up`: the data folder; empty: .frontdesk here, or /var/lib/frontdesk as root.", ""
    )
    web: int = setting("FRONTDESK_WEB", "`up`: how many web processes.", 1)
    workers: int = setting("FRONTDESK_WORKERS", "`up`: how many worker processes.", 1)
    shop_port: int = setting("FRONTDESK_SHOP_PORT", "`up`: the port of the demo shop.", 8001)
    demo: bool = setting(
        "FRONTDESK_DEMO", "`up`: fill an empty database with the demo's company, and serve its shop.", True
    )
    appendfsync: str = setting(
        "FRONTDESK_APPENDFSYNC",
        "`up`: `always` keeps an accepted message through a power cut; `everysec` is faster.",
        "always",
    )
    min_free_mb: int = setting("FRONTDESK_MIN_FREE_MB", "`up`: refuse to start with less free disk than this.", 200)

    # Pools and partitions.
    database_pool: int = setting("FRONTDESK_DATABASE_POOL", "Postgres connections of one process.", 8)
    partitions: int = setting(
        "FRONTDESK_PARTITIONS", "Partitions of the log; a power of two, fixed at first start.", 16
    )
    trust_proxy: bool = setting("FRONTDESK_TRUST_PROXY", "Take a client's address from X-Forwarded-For.", False)

    # The message path.
    command_deadline: float = setting(
        "FRONTDESK_COMMAND_DEADLINE", "Seconds that a command to Valkey may take before it is refused.", 2.0
    )
    unstored_cap: int = setting(
        "FRONTDESK_UNSTORED_CAP", "Entries of one partition that may wait for Postgres before `busy`.", 200_000
    )
    ingest_batch: int = setting("FRONTDESK_INGEST_BATCH", "Entries in one ingest transaction.", 500)
    ingest_linger: float = setting("FRONTDESK_INGEST_LINGER", "Seconds that ingest gathers a batch.", 0.01)
    lease: float = setting("FRONTDESK_LEASE", "Seconds that a worker's lease on a partition lasts.", 6.0)
    canary_every: float = setting("FRONTDESK_CANARY_EVERY", "Seconds between canaries through the bus.", 1.0)
    canary_deadline: float = setting(
        "FRONTDESK_CANARY_DEADLINE", "Seconds without a canary until the bus is dead.", 3.0
    )

    # Well over a minute: browsers throttle the timers of background tabs, and a reload is no absence.
    presence_grace: float = setting(
        "FRONTDESK_PRESENCE_GRACE", "Seconds after its last socket until an agent is shown as offline.", 90.0
    )
    presence_refresh: float = setting(
        "FRONTDESK_PRESENCE_REFRESH", "Seconds between a node's signs that its agents' sockets live.", 25.0
    )

    understanding: bool = setting(
        "FRONTDESK_UNDERSTANDING",
        "Workers find out intent, mood, urgency and language of what visitors write; takes 250 MB in one of them.",
        True,
    )

    # Limits of one socket (security.md in docs tells how they were chosen).
    hello_deadline: float = setting("FRONTDESK_HELLO_DEADLINE", "Seconds until a socket must have said hello.", 10.0)
    # Home routers drop a silent connection after about 60 s; half of that survives one lost ping.
    ping_every: float = setting("FRONTDESK_PING_EVERY", "Seconds between pings.", 25.0)
    drain: float = setting("FRONTDESK_DRAIN", "Seconds over which a stopping node closes its sockets.", 2.0)
    message_bytes: int = setting("FRONTDESK_MESSAGE_BYTES", "The largest assembled message on a socket.", 16_384)
    message_fragments: int = setting("FRONTDESK_MESSAGE_FRAGMENTS", "The most fragments of one message.", 8)
    outgoing_bytes: int = setting("FRONTDESK_OUTGOING_BYTES", "What may wait for a slow reader, in bytes.", 262_144)
    outgoing_frames: int = setting("FRONTDESK_OUTGOING_FRAMES", "What may wait for a slow reader, in frames.", 512)
    in_flight: int = setting("FRONTDESK_IN_FLIGHT", "Frames that one socket may have unanswered.", 32)
    watched: int = setting("FRONTDESK_WATCHED", "Conversations that one socket may watch.", 200)
    visitor_rate: float = setting("FRONTDESK_VISITOR_RATE", "Frames per second of a visitor.", 5.0)
    visitor_burst: int = setting("FRONTDESK_VISITOR_BURST", "Frames that a visitor may send at once.", 20)
    member_rate: float = setting("FRONTDESK_MEMBER_RATE", "Frames per second of a member.", 20.0)
    bot_rate: float = setting("FRONTDESK_BOT_RATE", "Frames per second of a bot.", 50.0)
    visitor_sockets: int = setting("FRONTDESK_VISITOR_SOCKETS", "Sockets of one visitor on one node.", 5)
    member_sockets: int = setting("FRONTDESK_MEMBER_SOCKETS", "Sockets of one member on one node.", 20)
    organization_sockets: int = setting(
        "FRONTDESK_ORGANIZATION_SOCKETS", "Sockets of one organization on one node.", 20_000
    )
    organization_rate: float = setting(
        "FRONTDESK_ORGANIZATION_RATE", "Frames per second of one organization on one node.", 5000.0
    )
    connect_rate: float = setting("FRONTDESK_CONNECT_RATE", "New sockets per second from one address, per node.", 50.0)
    connect_burst: int = setting("FRONTDESK_CONNECT_BURST", "New sockets at once from one address, per node.", 200)
    api_rate: float = setting("FRONTDESK_API_RATE", "Requests per second of one session or API token, per node.", 50.0)
    api_burst: int = setting("FRONTDESK_API_BURST", "Requests at once of one session or API token, per node.", 500)
    organization_api_rate: float = setting(
        "FRONTDESK_ORGANIZATION_API_RATE",
        "Requests per second of one organization's members on one node, and of its visitors.",
        500.0,
    )
    recheck_every: float = setting(
        "FRONTDESK_RECHECK_EVERY", "Seconds between looks whether open sockets' sessions were ended unnoticed.", 30.0
    )
    signup: str = setting(
        "FRONTDESK_SIGNUP", "`open`: anybody may found an organization; `closed`: nobody, members are invited.", "open"
    )
    signup_rate: float = setting("FRONTDESK_SIGNUP_RATE", "Organizations per hour founded from one address.", 20.0)
    smtp_url: str = setting(
        "SMTP_URL", "Where mail goes out: smtp(s)://user:password@host:port; empty: no mail.", "", secret=True
    )
    mail_from: str = setting("MAIL_FROM", "The sender of mail, for example Frontdesk <desk@example.com>.", "")
    login_rate: float = setting("FRONTDESK_LOGIN_RATE", "Logins per minute of one address and one e-mail.", 10.0)

    def __post_init__(self) -> None:
        if len(self.secret) < 32:
            raise BadSettings("FRONTDESK_SECRET must have at least 32 characters; make one with: openssl rand -hex 32")
        if self.metrics_token and len(self.metrics_token) < 16:
            raise BadSettings("FRONTDESK_METRICS_TOKEN must have at least 16 characters")
        if self.trace_share > 1:
            raise BadSettings("FRONTDESK_TRACE_SHARE must lie between 0 and 1")
        if self.partitions < 1 or self.partitions & (self.partitions - 1):
            raise BadSettings("FRONTDESK_PARTITIONS must be a power of two")
        if self.presence_refresh * 2 > self.presence_grace:
            raise BadSettings("FRONTDESK_PRESENCE_GRACE must be at least twice FRONTDESK_PRESENCE_REFRESH")
        if self.appendfsync not in {"always", "everysec"}:
            raise BadSettings("FRONTDESK_APPENDFSYNC must be always or everysec")
        if self.signup not in {"open", "closed"}:
            raise BadSettings("FRONTDESK_SIGNUP must be open or closed")
        if self.smtp_url and not (self.mail_from and self.public_url):
            # A link in a mail must not lead where a request's Host header says.
            raise BadSettings("SMTP_URL needs MAIL_FROM, and FRONTDESK_PUBLIC_URL for the links in mails")
        if self.log_format not in {"json", "text"}:
            raise BadSettings("FRONTDESK_LOG must be json or text")


def read_settings(environ: Mapping[str, str], **known: str) -> Settings:
    """Read Settings from the environment; `known` adds variables that the caller decided (by field name).

    Raises BadSettings for a variable that is missing, unknown or cannot be read.
    """
    by_variable = {each.metadata["variable"]: each for each in fields(Settings)}
    for variable in environ:
        if variable.startswith(PREFIX) and variable not in by_variable:
            raise BadSettings(f"{variable} is no setting; the README lists them all")
    values: dict[str, Any] = dict(known)
    for variable, each in by_variable.items():
        text = environ.get(variable, "")
        if text:
            values.setdefault(each.name, _parsed(each, text))
        elif each.default is MISSING and each.name not in values:
            raise BadSettings(f"{variable} is missing: {each.metadata['told']}")
    return Settings(**values)


def _parsed(each: "Field[Any]", text: str) -> Any:
    kind, variable = each.type, each.metadata["variable"]
    try:
        if kind is bool:
            return _WORDS[text.lower()]
        if kind in (int, float):
            number = kind(text)
            if number < 0:
                raise BadSettings(f"{variable} must not be negative, not {text!r}")
            return number
    except (ValueError, KeyError):
        raise BadSettings(f"{variable} must be {getattr(kind, '__name__', kind)}, not {text!r}") from None
    return text


def settings_table() -> str:
    """The README's table of every variable, as Markdown."""
    rows = ["| variable | default | what it is for |", "|---|---|---|"]
    for each in fields(Settings):
        default = "(needed)" if each.default is MISSING else f"`{each.default}`" if each.default != "" else ""
        rows.append(f"| `{each.metadata['variable']}` | {default} | {each.metadata['told']} |")
    return "\n".join(rows)


def checkout() -> Path | None:
    """The root of the checkout that this code runs from, or None when it was installed as a wheel."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / "pyproject.toml").is_file() else None
