"""The receiving ends: an SMTP server and an HTTP endpoint that keep what they are given."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks import Webhook


@dataclass(frozen=True, slots=True)
class Mail:
    received_at: datetime
    message: EmailMessage


@dataclass(frozen=True, slots=True)
class Call:
    """A webhook's request, its signature verified."""

    received_at: datetime
    headers: dict[str, str]
    body: dict[str, Any]


class MailServer:
    """A real SMTP server on loopback, inside the running event loop."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.port = 0

    async def __aenter__(self) -> MailServer:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, loop=loop), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        self.mails.append(Mail(datetime.now(UTC), message))
        return "250 kept for the demo"


class HookServer(ThreadingHTTPServer):
    """A webhook's receiver on loopback, as the Standard Webhooks specification wants it."""

    daemon_threads = True

    def __init__(self, secret: str) -> None:
        self.webhook, self.calls = Webhook(secret), list[Call]()
        super().__init__(("127.0.0.1", 0), _Hook)
        self.address = f"http://127.0.0.1:{self.server_address[1]}/alerts"

    def __enter__(self) -> HookServer:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Hook(BaseHTTPRequestHandler):
    server: HookServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = dict(self.headers.items())
        self.server.webhook.verify(body, headers)
        self.server.calls.append(Call(datetime.now(UTC), headers, json.loads(body)))
        self.send_response(HTTPStatus.NO_CONTENT)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """The demo tells its own story."""
