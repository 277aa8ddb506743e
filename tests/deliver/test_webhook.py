"""Webhooks as a receiver verifies them, and what becomes of each answer."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from monitor.deliver import Outlets, Told
from monitor.deliver.webhook import WebhookChannel
from monitor.errors import DeliveryError
from monitor.models import Article
from tests.builders import NOW, article, match, message
from tests.deliver.tools import (
    SECRET,
    channel_notice,
    collection,
    config_notice,
    notice,
    refused,
    send,
    webhook,
)
from tests.fetch.tools import make_fetcher
from tests.servers import Handler, Request, answer, hang, redirect, serve

STORY = article(title="中老铁路 train", body=("ລົດໄຟ train",))
TOLD = message(article=STORY, match=match(story=STORY, term="train"))


async def received(told: Told = TOLD, now: datetime = NOW) -> Request:
    seen: list[Request] = []
    async with serve(lambda _: answer(b"thanks", 202), seen=seen) as base:
        assert await send(webhook(f"{base}/hook?x=1"), told, now=now) == "HTTP 202"
    (request,) = seen
    return request


async def test_the_body_is_the_alert_and_its_article() -> None:
    request = await received()
    assert (request.method, request.target) == ("POST", "/hook?x=1")
    assert request.headers["content-type"] == "application/json"
    body = json.loads(request.body)
    assert body["type"] == "alert.created"
    assert body["timestamp"] == "2026-11-20T08:00:00+00:00"
    data = body["data"]
    assert Article.model_validate(data.pop("article")) == STORY
    assert data == {
        "id": TOLD.id,
        "rule": {"id": "railway", "name": "China–Laos Railway"},
        "reason": "new story",
        "correction": False,
        "severity": "normal",
        "created_at": "2026-11-20T08:00:00+00:00",
        "story": {"id": 7, "revision": 1, "source": "The Lao Times"},
        "match": {
            "terms": ["train"],
            "concepts": [],
            "reasons": ["train"],
            "spans": [
                {"field": "title", "paragraph": 0, "start": 5, "end": 10}
                | {"term": "train", "text": "train", "concept": None},
                {"field": "body", "paragraph": 0, "start": 6, "end": 11}
                | {"term": "train", "text": "train", "concept": None},
            ],
        },
    }
    assert "中老铁路".encode() in request.body, "as people read it"


async def test_a_correction_is_an_event_of_its_own() -> None:
    request = await received(message(correction=True))
    assert json.loads(request.body)["type"] == "alert.corrected"


@pytest.mark.parametrize(
    ("recovered", "event"), [(False, "source.ill"), (True, "source.recovered")]
)
async def test_a_notice_is_an_event_with_the_source_and_its_health(
    recovered: bool, event: str
) -> None:
    told = notice(recovered=recovered)
    request = await received(told)
    assert request.headers["webhook-id"] == told.id
    assert json.loads(request.body) == {
        "type": event,
        "timestamp": "2026-11-20T08:00:00+00:00",
        "data": {
            "id": told.id,
            "source": {
                "id": "laostimes",
                "name": "The Lao Times",
                "url": "https://laostimes.example/feed",
            },
            "health": "failing",
            "recovered": recovered,
            "detail": told.detail,
            "since": "2026-11-20T02:00:00+00:00",
            "created_at": "2026-11-20T08:00:00+00:00",
        },
    }


@pytest.mark.parametrize(("right", "event"), [(False, "config.wrong"), (True, "config.right")])
async def test_a_wrong_configuration_is_an_event_with_its_problems(right: bool, event: str) -> None:
    told = config_notice(right=right)
    request = await received(told)
    assert json.loads(request.body) == {
        "type": event,
        "timestamp": "2026-11-20T08:00:00+00:00",
        "data": {
            "id": told.id,
            "folder": "config",
            "right": right,
            "problems": list(told.problems),
            "since": "2026-11-20T08:00:00+00:00",
            "created_at": "2026-11-20T08:00:00+00:00",
        },
    }


async def test_the_signature_is_that_of_standard_webhooks() -> None:
    now = datetime.now(UTC)  # the library compares it with its own clock
    request = await received(now=now)
    assert request.headers["webhook-id"] == TOLD.id
    assert request.headers["webhook-timestamp"] == str(int(now.timestamp()))
    headers = dict(request.headers)
    assert Webhook(SECRET).verify(request.body, headers) == json.loads(request.body)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 32).verify(request.body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(request.body + b" ", headers)


async def test_a_repeat_keeps_id_and_body_and_is_signed_for_its_own_time() -> None:
    first, second = await received(), await received(now=NOW + timedelta(minutes=5))
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 300
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


@pytest.mark.parametrize("status", [200, 201, 204, 299])
async def test_2xx_is_success(status: int) -> None:
    async with serve(lambda _: answer(status=status)) as base:
        assert await send(webhook(base), TOLD) == f"HTTP {status}"


@pytest.mark.parametrize(
    ("status", "headers", "retryable", "retry_after"),
    [
        (302, {"Location": "/elsewhere"}, True, None),
        (304, {}, True, None),
        (400, {}, True, None),
        (404, {}, True, None),
        (410, {}, False, None),
        (429, {"Retry-After": "120"}, True, 120.0),
        (500, {}, True, None),
        (503, {"Retry-After": "30"}, True, 30.0),
    ],
)
async def test_anything_else_is_not(
    status: int,
    headers: Mapping[str, str],
    retryable: bool,
    retry_after: float | None,
) -> None:
    seen: list[Request] = []
    body = b"" if status == 304 else b"no\nthanks"  # RFC 9110 §15.4.5: a 304 has none
    async with serve(lambda _: answer(body, status, headers), seen=seen) as base:
        error = await refused(webhook(base), TOLD)
    assert (error.retryable, error.retry_after) == (retryable, retry_after)
    assert str(error) == f"HTTP {status}" + (" no thanks" if body else "")
    assert len(seen) == 1, "no redirect is followed"


@pytest.mark.parametrize(
    "handler",
    [lambda _: hang(), lambda _: hang(b"HTTP/1.1 "), lambda _: b"", lambda _: b"garbage\r\n\r\n"],
    ids=["silent", "half a line", "closes", "garbage"],
)
async def test_a_receiver_that_gives_no_answer(handler: Handler) -> None:
    async with serve(handler) as base:
        error = await refused(webhook(base, timeout=0.2), TOLD)
    assert error.retryable
    assert "127.0.0.1" in str(error)


async def test_no_receiver() -> None:
    error = await refused(webhook("http://127.0.0.1:1/secret-path"))
    assert error.retryable
    assert "secret-path" not in str(error), "a path may be a password"


async def test_an_address_that_must_not_be_reached() -> None:
    error = await refused(webhook("http://169.254.169.254/latest/meta-data"))
    assert "169.254.169.254" in str(error)


async def test_redirects_are_not_followed_even_to_the_receiver_itself() -> None:
    async with serve(lambda r: redirect("/b") if r.target == "/a" else answer()) as base:
        error = await refused(webhook(f"{base}/a"), TOLD)
    assert str(error) == "HTTP 302"


async def test_many_at_once_keep_apart() -> None:
    seen: list[Request] = []
    async with serve(lambda _: answer(), seen=seen) as base:
        channel = webhook(base)
        told = [message(id=f"msg_{number}") for number in range(5)]
        await asyncio.gather(*(send(channel, one) for one in told))
    assert sorted(request.headers["webhook-id"] for request in seen) == [one.id for one in told]


@pytest.mark.parametrize("secret", [SECRET, SECRET.removeprefix("whsec_"), "c2VjcmV0LXNlY3JldA"])
def test_secrets_that_sign(secret: str) -> None:
    channel = webhook("https://x.example/", secret=secret)
    assert secret not in repr(channel)
    assert secret not in channel.model_dump_json()


@pytest.mark.parametrize("secret", ["", "whsec_", "not base64", "whsec_a", "пароль", "whsec_????"])
def test_secrets_that_do_not(secret: str) -> None:
    with pytest.raises(ValidationError, match="openssl rand -base64 32") as caught:
        webhook("https://x.example/", secret=secret)
    (problem,) = caught.value.errors()
    assert len(secret) < 7 or secret not in problem["msg"]


# --- CloudEvents, headers, two secrets ----------------------------------------------------------

OTHER = "whsec_" + "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


@pytest.mark.parametrize(
    ("told", "kind", "subject"),
    [
        (TOLD, "alert.created", "rules/railway/stories/7"),
        (collection(), "alerts.digest", "alerts/digest"),
        (notice(), "source.ill", "sources/laostimes"),
        (channel_notice(recovered=True), "channel.recovered", "channels/hook"),
        (config_notice(), "config.wrong", "configuration"),
    ],
    ids=["alert", "several", "source", "channel", "configuration"],
)
async def test_an_event_as_cloudevents_has_it(told: Told, kind: str, subject: str) -> None:
    seen: list[Request] = []
    async with serve(lambda _: answer(), seen=seen) as base:
        await send(webhook(base), told)
        await send(webhook(base, envelope="cloudevents"), told)
    standard, cloud = seen
    assert cloud.headers["content-type"] == "application/cloudevents+json"
    assert json.loads(cloud.body) == {
        "specversion": "1.0",
        "id": told.id,
        "source": "/china-laos-monitor",
        "type": kind,
        "subject": subject,
        "time": "2026-11-20T08:00:00+00:00",
        "datacontenttype": "application/json",
        "data": json.loads(standard.body)["data"],
    }
    assert cloud.headers["webhook-id"] == told.id


async def test_two_secrets_sign_so_that_either_verifies() -> None:
    now = datetime.now(UTC)
    seen: list[Request] = []
    async with serve(lambda _: answer(), seen=seen) as base:
        await send(webhook(base, secret=[OTHER, SECRET]), TOLD, now=now)
    headers = dict(seen[0].headers)
    assert headers["webhook-signature"].count("v1,") == 2
    for secret in (OTHER, SECRET):
        assert Webhook(secret).verify(seen[0].body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 32).verify(seen[0].body, headers)


async def test_headers_of_ones_own_are_sent() -> None:
    seen: list[Request] = []
    own = {"Authorization": "Bearer \tx=/+", "X-Desk": "Laos"}
    async with serve(lambda _: answer(), seen=seen) as base:
        await send(webhook(base, headers=own), TOLD)
    assert seen[0].headers["authorization"] == own["Authorization"]
    assert seen[0].headers["x-desk"] == "Laos"
    assert seen[0].headers["content-type"] == "application/json"


def test_secrets_in_files_and_in_headers_are_read(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("abc\n")
    (tmp_path / "old").write_text(f"{SECRET}\n")
    said = {
        "kind": "webhook", "url": "https://x.example/", "secret": [OTHER, "file:old"],
        "headers": {"X-Token": "file:token"},
    }  # fmt: skip
    made = WebhookChannel.model_validate(said, context={"directory": tmp_path})
    assert made.headers["X-Token"].get_secret_value() == "abc"
    assert [one.get_secret_value() for one in made.secret] == [OTHER, SECRET]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"headers": {"Host": "x"}}, "set by the monitor itself"),
        ({"headers": {"webhook-ID": "x"}}, "set by the monitor itself"),
        ({"headers": {"Content-Length": "0"}}, "set by the monitor itself"),
        ({"headers": {"X: y\r\nZ": "x"}}, "not the name of a header"),
        ({"headers": {"": "x"}}, "not the name of a header"),
        ({"headers": {"X": "hidden\r\nBcc: x"}}, "not the value of a header"),
        ({"headers": {"X": "hidden\n"}}, "not the value of a header"),
        ({"headers": {"X": "hidden\x00"}}, "not the value of a header"),
        ({"headers": {"X": "密码hidden"}}, "not the value of a header"),
        ({"headers": {"X": ""}}, "not the value of a header"),
        ({"headers": {"X": "hidden", "x": "hidden"}}, "two headers of one name"),
        ({"headers": {f"X{n}": "hidden" for n in range(21)}}, "at most 20"),
        ({"secret": []}, "a list of no or too many"),
        ({"secret": [SECRET] * 3}, "a list of no or too many"),
        ({"secret": [SECRET, "hidden?"]}, "not a signing secret"),
        ({"secret": {"hidden": "hidden"}}, "not a secret"),
        ({"envelope": "soap"}, "cloudevents"),
    ],
)
def test_wrong_settings(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said) as caught:
        webhook("https://x.example/", **settings)
    (problem,) = caught.value.errors()
    assert "hidden" not in problem["msg"]


@pytest.mark.parametrize("place", ["inside.example", "[::ffff:10.0.0.1]", "192.168.1.1:8080"])
async def test_an_address_that_leads_inside_is_refused_unless_allowed(place: str) -> None:
    async def resolve(name: str, port: int) -> list[str]:
        return ["203.0.113.7", "192.168.0.7"]

    async with make_fetcher(resolve=resolve) as http:
        out = Outlets(http, io.StringIO(), Path(), NOW)
        with pytest.raises(DeliveryError, match="not a public address") as caught:
            await webhook(f"http://{place}/hook").send(TOLD, out)
    assert not caught.value.retryable
    assert not caught.value.gone


async def test_a_receiver_that_is_gone_says_so() -> None:
    async with serve(lambda _: answer(status=410)) as base:
        assert (await refused(webhook(base))).gone
        channel, other = webhook(base), webhook(f"{base}/other")
    assert channel.place() == webhook(channel.url).place() != other.place()
    assert channel.url not in channel.place()
