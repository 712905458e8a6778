"""The letters that identity sends."""

from collections.abc import Sequence
from html import escape

from server.core.mail import Letter

_PAGE = (
    '<!doctype html><html lang="en"><body style="font:16px/1.5 system-ui,sans-serif;color:#1c2430;max-width:34rem;'
    'margin:2rem auto;padding:0 1rem">{body}</body></html>'
)
_BUTTON = (
    '<p><a href="{link}" style="display:inline-block;background:#2b5fd9;color:#fff;text-decoration:none;'
    'padding:.6rem 1.1rem;border-radius:.5rem">{label}</a></p>'
)
_SMALL = '<p style="color:#667085;font-size:14px">{text}</p>'


def invitation(to: str, organization: str, inviter: str, link: str) -> Letter:
    """Somebody is invited to an organization."""
    return _letter(
        to,
        f"{inviter} invites you to {organization}",
        [f"{inviter} invites you to work with {organization} in Frontdesk."],
        "Accept the invitation",
        link,
        "The link lets you in once and is good for a week. If you do not know what this is about, throw it away.",
    )


def password_reset(to: str, name: str, link: str) -> Letter:
    """Somebody forgot a password."""
    return _letter(
        to,
        "Choose a new password",
        [f"Hello {name},", "somebody, most likely you, asked for a new password for your login at Frontdesk."],
        "Choose a new password",
        link,
        "The link works once and for an hour. If it was not you, throw this mail away: nothing has changed.",
    )


def _letter(to: str, subject: str, lines: Sequence[str], label: str, link: str, small: str) -> Letter:
    text = "\n\n".join([*lines, f"{label}:\n{link}", small]) + "\n"
    body = "".join(f"<p>{escape(each)}</p>" for each in lines)
    body += _BUTTON.format(link=escape(link), label=escape(label)) + _SMALL.format(text=escape(small))
    return Letter(to, subject, text, _PAGE.format(body=body))
