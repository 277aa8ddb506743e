"""Alerts and notices as signed HTTP POSTs (Standard Webhooks, https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr
from standardwebhooks import Webhook

from monitor.deliver.base import Channel, Outlets, Told
from monitor.deliver.payload import event, payload, to_json
from monitor.errors import DeliveryError, FetchError
from monitor.fields import HttpAddress, Secret

GONE = 410


def _signing_key(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value().removeprefix("whsec_")
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        key = b""
    if not key:
        raise ValueError(
            "not a signing secret: give base64 text, with or without whsec_ before it"
            " (make one with: openssl rand -base64 32)"
        )
    return secret


class WebhookChannel(Channel):
    """POSTs JSON; 2xx alone is success, 410 means never again, anything else is tried later."""

    kind: Literal["webhook"]
    url: HttpAddress = Field(description="where the POST goes")
    secret: Annotated[Secret, AfterValidator(_signing_key)] = Field(
        description="the signing key: ${NAME} or file:PATH"
    )
    timeout: float = Field(default=15.0, gt=0, le=120, description="seconds for the whole request")

    async def send(self, told: Told, out: Outlets, *, recipient: str = "") -> str:
        body = to_json(
            {
                "type": event(told),
                "timestamp": told.created_at.isoformat(),
                "data": payload(told),
            }
        )
        signature = Webhook(self.secret.get_secret_value()).sign(told.id, out.now, body)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": told.id,
            "webhook-timestamp": str(int(out.now.timestamp())),
            "webhook-signature": signature,
        }
        try:
            answer = await out.http.post(
                self.url, body=body.encode(), headers=headers, timeout=self.timeout
            )
        except FetchError as error:
            raise DeliveryError(str(error), retryable=error.retryable) from error
        if 200 <= answer.status < 300:
            return f"HTTP {answer.status}"
        raise DeliveryError(
            f"HTTP {answer.status} {answer.reason}".strip(),
            retryable=answer.status != GONE,
            retry_after=answer.retry_after,
        )
