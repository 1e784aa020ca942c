"""The way out: one mail handed to a server, and what is known of it when that fails.

SMTP as in https://www.rfc-editor.org/rfc/rfc5321. Until the server has the whole text nothing is sent; what it says
then decides; if it says nothing, nobody knows.
"""

from __future__ import annotations

import contextlib
import ssl

import aiosmtplib

from bot.errors import PermanentError, RetriableError, UnknownResultError
from integrations.networks.email.answering import Outgoing
from integrations.networks.email.mailbox import Server
from integrations.redaction import redact


async def send(server: Server, mail: Outgoing) -> None:
    """Hand the mail over. Raises `PermanentError` with the server's reason, `RetriableError` when it was not taken for now,
    `UnknownResultError` when nobody can say whether it was."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            client = await _connected(server)
            stack.push_async_callback(_leave, client)
            await client.mail(mail.sender)
            await client.rcpt(mail.recipient)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _failure(server, error) from error
        try:
            await client.data(mail.data)
        except aiosmtplib.SMTPResponseException as error:
            raise _failure(server, error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise UnknownResultError(
                f"{server.host} took the mail but did not say whether it will deliver it: {type(error).__name__}."
            ) from error


async def reach(server: Server) -> None:
    """Connect, log in and leave again. Raises `PermanentError` where the server lets us not in, else `RetriableError`."""
    try:
        client = await _connected(server)
    except (aiosmtplib.SMTPException, OSError) as error:
        raise _failure(server, error) from error
    await _leave(client)


async def _connected(server: Server) -> aiosmtplib.SMTP:
    context = (server.context or ssl.create_default_context()) if server.security != "none" else None
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port or {"tls": 465, "starttls": 587, "none": 25}[server.security],
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        tls_context=context,
        timeout=server.patience,
    )
    await client.connect()
    try:
        # Which of its abilities count is said on the connection as it is now.
        await client.ehlo()
        if server.password and client.supports_extension("auth"):
            await client.login(server.user, server.password)
    except BaseException:
        client.close()
        raise
    return client


async def _leave(client: aiosmtplib.SMTP) -> None:
    """Politely where it listens."""
    try:
        await client.quit(timeout=3)
    except (aiosmtplib.SMTPException, OSError):
        client.close()


def _failure(server: Server, error: Exception) -> PermanentError | RetriableError:
    """What it means that the server did not take the mail."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        said = redact(" ".join(f"{error.code} {error.message}".split())[:300], (server.password,))
        if isinstance(error, aiosmtplib.SMTPAuthenticationError) and error.code >= 500:
            return PermanentError(f"{server.host} does not let {server.user} send: {said}")
        if error.code >= 500:
            return PermanentError(f"{server.host} refuses the mail: {said}")
        return RetriableError(f"{server.host} does not take the mail for now: {said}")
    what = redact(str(error), (server.password,))[:200]
    return RetriableError(f"{server.host} cannot be reached: {what or type(error).__name__}")
