"""A real SMTP server (aiosmtpd) on loopback that refuses what a test wants refused.

    async with MailServer(DATA="451 try later") as server:
        channel = email(port=server.port)

``server.mails`` holds what was accepted: the envelope's recipients and the bytes of the mail.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers import LOOPBACK

DROP = "drop"  # in place of an answer: the connection is closed


@dataclass(frozen=True, slots=True)
class Mail:
    sender: str
    to: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)


class MailServer:
    """``RCPT`` may be a mapping of recipients to answers; ``hold`` delays every answer to DATA."""

    def __init__(
        self,
        *,
        MAIL: str | None = None,  # noqa: N803 - as on the wire
        RCPT: dict[str, str] | None = None,  # noqa: N803
        DATA: str = "250 taken",  # noqa: N803
        tls: ssl.SSLContext | None = None,
        password: str | None = None,
        hold: asyncio.Event | None = None,
    ) -> None:
        self._mail, self._rcpt, self._data = MAIL, RCPT or {}, DATA
        self._tls, self._password, self._hold = tls, password, hold
        self.mails: list[Mail] = []
        self.logins: list[str] = []
        self.encrypted: list[bool] = []
        self.arrived = asyncio.Event()  # a mail is here, whatever becomes of it
        self.port = 0

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, LOOPBACK, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    def _session(self) -> SMTP:
        more: dict[str, Any] = {}
        if self._password is not None:
            more = {"authenticator": self._login, "auth_required": True}
        return SMTP(
            self,
            hostname="mail.example",
            tls_context=self._tls,
            require_starttls=self._tls is not None,
            loop=asyncio.get_running_loop(),
            **more,
        )

    def _login(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        known = data.password.decode() == self._password
        return AuthResult(success=known, handled=known)  # or else the server says no

    # --- aiosmtpd's hooks ----------------------------------------------------------------------

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.encrypted.append(session.ssl is not None)
        if self._mail is not None:
            return self._mail
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._rcpt.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.arrived.set()
        if self._hold is not None:
            await self._hold.wait()
        if self._data == DROP:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "250 unheard"
        if self._data.startswith("250"):
            assert isinstance(envelope.content, bytes)
            sender = envelope.mail_from or ""
            self.mails.append(Mail(sender, tuple(envelope.rcpt_tos), envelope.content))
        return self._data
