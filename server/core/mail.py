"""Mail by SMTP. The one file that knows aiosmtplib."""

import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib
import msgspec

from server.core.config import BadSettings, Settings
from server.core.errors import Unavailable
from server.core.jobs import Hopeless

# A mail server that answers slowly is doing its checks; one that says nothing for so long is gone.
PATIENCE = 30.0


class Letter(msgspec.Struct, frozen=True):
    """One mail to one person, in plain text and in HTML."""

    to: str
    subject: str
    text: str
    html: str


class Mailer:
    """Sends letters through the server that SMTP_URL names."""

    def __init__(self, settings: Settings) -> None:
        parts = urlsplit(settings.smtp_url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise BadSettings("SMTP_URL must look like smtp://user:password@mail.example.com:587, or smtps://…")
        self._from = settings.mail_from
        self._domain = parseaddr(settings.mail_from)[1].rpartition("@")[2]
        if not self._domain:
            raise BadSettings("MAIL_FROM must hold an address, as in Frontdesk <desk@example.com>")
        self._host, self._is_tls = parts.hostname, parts.scheme == "smtps"
        self._port = parts.port or (465 if self._is_tls else 587)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None

    async def send(self, letter: Letter) -> None:
        """Hand a letter to the mail server.

        Raises Hopeless where the server will never take it, and Unavailable where it may later.
        """
        # A password goes over the wire in the clear only where nobody else has the wire.
        needs_tls = self._user is not None and self._host not in {"127.0.0.1", "::1", "localhost"}
        try:
            await aiosmtplib.send(
                self._message(letter), hostname=self._host, port=self._port, username=self._user,
                password=self._password, use_tls=self._is_tls, timeout=PATIENCE,
                start_tls=False if self._is_tls else needs_tls or None, tls_context=ssl.create_default_context(),
            )  # fmt: skip
        except aiosmtplib.SMTPNotSupported as error:
            raise Hopeless(f"the mail server cannot take this address: {error}") from None
        except (aiosmtplib.SMTPException, OSError) as error:
            codes = _codes(error)
            if codes and min(codes) >= 500:
                raise Hopeless(f"the mail server refuses this mail with {min(codes)}") from None
            told = f"with {min(codes)}" if codes else f"({type(error).__name__})"
            raise Unavailable(f"the mail server does not take mail just now {told}") from None

    def _message(self, letter: Letter) -> EmailMessage:
        made = EmailMessage()
        made["From"], made["To"], made["Subject"] = self._from, letter.to, letter.subject
        made["Date"], made["Message-ID"] = formatdate(), make_msgid(domain=self._domain)
        # No holiday notice shall answer it (RFC 3834).
        made["Auto-Submitted"] = "auto-generated"
        made.set_content(letter.text)
        made.add_alternative(letter.html, subtype="html")
        return made


def _codes(error: Exception) -> list[int]:
    """What the server said about this very mail; about a login or a greeting it may say something else later."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return [each.code for each in error.recipients]
    if isinstance(error, aiosmtplib.SMTPSenderRefused | aiosmtplib.SMTPDataError):
        return [error.code]
    return []


def open_mail(settings: Settings) -> Mailer | None:
    """The way out for mail, where there is one."""
    return Mailer(settings) if settings.smtp_url else None
