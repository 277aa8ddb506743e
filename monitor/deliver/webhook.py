"""Alerts and notices as signed HTTP POSTs (Standard Webhooks, https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
import hashlib
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, WithJsonSchema
from standardwebhooks import Webhook

from monitor.deliver.base import Channel, Outlets, Told
from monitor.deliver.headers import OwnHeaders
from monitor.deliver.payload import event, payload, subject, to_json
from monitor.errors import DeliveryError, FetchError
from monitor.fields import HttpAddress, read_secret

GONE = 410
MOST_SECRETS = 2  # the one that is going, and the one that comes in its place

_ONE = {
    "type": "string",
    "format": "password",
    "description": "${ENVIRONMENT_VARIABLE} or file:PATH",
}


def _signing_keys(value: Any, info: ValidationInfo) -> tuple[SecretStr, ...]:
    """One secret, or a list of one or two. The messages repeat none."""
    given = value if isinstance(value, list | tuple) else [value]
    if not 1 <= len(given) <= MOST_SECRETS:
        raise ValueError("a list of no or too many secrets, allowed: one, or a list of two")
    return tuple(_signing_key(read_secret(each, info)) for each in given)


def _signing_key(secret: Any) -> SecretStr:
    text = secret.get_secret_value() if isinstance(secret, SecretStr) else secret
    if not isinstance(text, str):
        raise ValueError("not a secret, allowed: a text, in quotes")  # noqa: TRY004 - pydantic's
    bare = text.removeprefix("whsec_")
    try:
        key = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except ValueError:
        key = b""
    if not key:
        raise ValueError(
            "not a signing secret: give base64 text, with or without whsec_ before it"
            " (make one with: openssl rand -base64 32)"
        )
    return SecretStr(text)


SigningKeys = Annotated[
    tuple[SecretStr, ...],
    BeforeValidator(_signing_keys),
    WithJsonSchema(
        {
            "format": "password",
            "oneOf": [
                _ONE,
                {"type": "array", "items": _ONE, "minItems": 1, "maxItems": MOST_SECRETS},
            ],
        }
    ),
]


class WebhookChannel(Channel):
    """POSTs JSON; 2xx alone is success, 410 means never again, anything else is tried later."""

    kind: Literal["webhook"]
    url: HttpAddress = Field(description="where the POST goes")
    secret: SigningKeys = Field(
        description="the signing key: ${NAME} or file:PATH; a list of two while one follows the"
        " other, and both sign"
    )
    envelope: Literal["standard", "cloudevents"] = Field(
        default="standard", description="the form of the body: our own, or a CloudEvents 1.0 event"
    )
    headers: OwnHeaders = Field(
        default_factory=dict,
        description="further headers by name; their values may be secrets, and are never shown",
    )
    timeout: float = Field(default=15.0, gt=0, le=120, description="seconds for the whole request")

    def place(self) -> str:
        return hashlib.blake2b(self.url.encode(), digest_size=16).hexdigest()

    async def send(self, told: Told, out: Outlets, *, recipient: str = "") -> str:
        media_type, body = self._written(told)
        signatures = (
            Webhook(secret.get_secret_value()).sign(told.id, out.now, body)
            for secret in self.secret
        )
        headers = {name: value.get_secret_value() for name, value in self.headers.items()} | {
            "Content-Type": media_type,
            "webhook-id": told.id,
            "webhook-timestamp": str(int(out.now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }
        try:
            answer = await out.http.post(
                self.url, body=body.encode(), headers=headers, timeout=self.timeout
            )
        except FetchError as error:
            raise DeliveryError(str(error), retryable=error.retryable) from error
        if 200 <= answer.status < 300:
            return f"HTTP {answer.status}"
        gone = answer.status == GONE
        raise DeliveryError(
            f"HTTP {answer.status} {answer.reason}".strip(),
            retryable=not gone,
            retry_after=answer.retry_after,
            gone=gone,
        )

    def _written(self, told: Told) -> tuple[str, str]:
        """The media type of the body, and the body: the same at every attempt."""
        if self.envelope == "cloudevents":
            return "application/cloudevents+json", to_json(cloud_event(told))
        body = {
            "type": event(told),
            "timestamp": told.created_at.isoformat(),
            "data": payload(told),
        }
        return "application/json", to_json(body)


def cloud_event(told: Told) -> dict[str, Any]:
    """``told`` as CloudEvents 1.0 has it in JSON, in structured mode.

    https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md; ``source``
    and ``id`` name it for ever, ``subject`` what it is about.
    """
    return {
        "specversion": "1.0",
        "id": told.id,
        "source": "/china-laos-monitor",
        "type": event(told),
        "subject": subject(told),
        "time": told.created_at.isoformat(),
        "datacontenttype": "application/json",
        "data": payload(told),
    }
