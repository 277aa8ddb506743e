"""Alerts and notices as mail, handed to an SMTP server."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from monitor.deliver.base import Channel, Outlets, Told
from monitor.errors import DeliveryError
from monitor.fields import Secret
from monitor.text import one_line


def _mailbox(value: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        checked = validate_email(
            value, allow_smtputf8=False, check_deliverability=False, test_environment=True
        )
    except EmailNotValidError as error:
        raise ValueError(f"not a mail address: {error}") from error
    return checked.ascii_email or checked.normalized  # a domain such as 例子.com in Punycode


_QUIT = 5.0  # seconds for the goodbye

Mailbox = Annotated[str, AfterValidator(_mailbox)]


class EmailChannel(Channel):
    """One mail an alert or notice. A repeat bears the same Message-ID, so mail stores drop it."""

    kind: Literal["email"]
    host: str = Field(min_length=1, description="the SMTP server")
    port: int = Field(default=587, ge=1, le=65535, description="465 goes with tls")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="tls from the first byte, after STARTTLS, or none"
    )
    username: str | None = Field(default=None, description="without it, no log-in")
    password: Secret | None = Field(default=None, description="${NAME} or file:PATH")
    sender: Mailbox = Field(description="the From address")
    to: tuple[Mailbox, ...] = Field(min_length=1, description="mail addresses, at least one")
    timeout: float = Field(default=30.0, gt=0, le=300, description="seconds for each SMTP step")

    def recipients(self) -> tuple[str, ...]:
        return self.to

    async def send(self, told: Told, out: Outlets, *, recipient: str = "") -> str:
        # Loaded with the first mail: they take as long as all else that a start does for channels.
        import aiosmtplib

        from monitor.deliver.mail import compose
        from monitor.deliver.render import Look

        # In a thread, for a template of the user's own may take its time.
        mail = await asyncio.to_thread(
            compose,
            told,
            self.sender,
            [recipient] if recipient else self.to,
            Look(out.templates, self.digest),
        )
        client = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            timeout=self.timeout,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
            username=self.username,
            password=self.password.get_secret_value() if self.password else None,
        )
        try:
            await client.connect()
            refused, answer = await client.send_message(mail)
            with suppress(aiosmtplib.SMTPException, OSError):  # the mail is taken: so or so, done
                await client.quit(timeout=_QUIT)
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            raise _failure(error, f"{self.host}:{self.port}") from error
        finally:
            client.close()  # at once: a server that hangs must not hold up the end of the service
        if refused:
            return _partly(refused)
        return one_line(answer, 500)


def _failure(error: Exception, server: str) -> DeliveryError:
    """A 5xx to the mail itself is for good (RFC 5321 §4.2.1), anything else is tried again.

    A 5xx to the greeting or the password is the operator's to mend, and then the mail can go.
    """
    import aiosmtplib

    refusals: list[aiosmtplib.SMTPResponseException] = []
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        refusals += error.recipients
    elif isinstance(error, aiosmtplib.SMTPSenderRefused | aiosmtplib.SMTPDataError):
        refusals.append(error)
    permanent = bool(refusals) and all(500 <= refusal.code < 600 for refusal in refusals)
    said = "; ".join(f"{refusal.code} {refusal.message}" for refusal in refusals) or error
    return DeliveryError(one_line(f"SMTP {server}: {said}", 500), retryable=not permanent)


def _partly(refused: Mapping[str, tuple[int, str]]) -> str:
    """Some recipients were refused: try again for those that may be taken later.

    Whoever has the mail already gets it again under the same Message-ID.
    """
    names = ", ".join(f"{to}: {code} {text}" for to, (code, text) in refused.items())
    if any(400 <= code < 500 for code, _ in refused.values()):
        raise DeliveryError(one_line(f"not taken for {names}", 500))
    return one_line(f"taken, but not for {names}", 500)
