"""The jobs of identity, done by workers/jobs.py: mails, and erasing what was deleted."""

from uuid import UUID

from server.core.auth import INVITATION, RESET, derived_token
from server.core.jobs import Job, Means
from server.core.sql import load
from server.domain.identity import letters
from server.domain.identity.types import MailTo

sql = load(__file__)


async def mail_invitation(means: Means, job: Job) -> None:
    """Send an invitation, unless it was revoked or used meanwhile."""
    await _mail(means, job, UUID(job.args["invitation_id"]), INVITATION)


async def mail_reset(means: Means, job: Job) -> None:
    """Send the way to a new password, unless it was used or has ended meanwhile."""
    await _mail(means, job, UUID(job.args["token_id"]), RESET)


async def _mail(means: Means, job: Job, token_id: UUID, prefix: str) -> None:
    async with means.db.scope(job.org_id) as tx:
        to = await tx.maybe(sql.mail_to, MailTo, id=token_id)
    if to is None:
        return
    token = derived_token(prefix, means.settings.secret, token_id)
    page = "invite" if prefix == INVITATION else "reset"
    link = f"{means.settings.public_url.rstrip('/')}/{page}#token={token}"
    letter = (
        letters.invitation(to.email, to.organization_name, to.name, link)
        if prefix == INVITATION
        else letters.password_reset(to.email, to.name, link)
    )
    assert means.mail is not None
    await means.mail.send(letter)


async def erase_organization(means: Means, job: Job) -> None:
    """Erase a closed organization with everything in it, and the logins that nothing else keeps."""
    async with means.db.scope(job.org_id) as tx:
        # Opened again by the operator: somebody thought better of it.
        if await tx.value(sql.is_open):
            return
        await tx.run(sql.erase_sole_logins)
        await tx.run(sql.erase_organization)
