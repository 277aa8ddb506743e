"""Every channel keeps the same promises. A new row of CHANNELS needs a bench here."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from monitor.deliver import CHANNELS, Channel, Told
from monitor.models import CountedStory
from tests.builders import NOW, article, match, message, volume_alert
from tests.deliver.tools import (
    PASSWORD,
    SECRET,
    config_notice,
    email,
    make,
    notice,
    refused,
    send,
    webhook,
)
from tests.mailserver import MailServer
from tests.servers import Request, answer, serve


@dataclass(frozen=True, slots=True)
class Bench:
    """A channel with its receiver, and one whose receiver is not there."""

    channel: Channel
    broken: Channel
    received: Callable[[], list[str]]  # as text, one item a message
    out: dict[str, Any] = field(default_factory=dict)
    broken_out: dict[str, Any] = field(default_factory=dict)


@asynccontextmanager
async def console(_: Path) -> AsyncIterator[Bench]:
    screen, closed = io.StringIO(), io.StringIO()
    closed.close()
    yield Bench(
        make("console"),
        make("console"),
        lambda: re.split(r"^(?=ALERT|SOURCE|CONFIGURATION)", screen.getvalue(), flags=re.MULTILINE)[
            1:
        ],
        {"console": screen},
        {"console": closed},
    )


@asynccontextmanager
async def file(folder: Path) -> AsyncIterator[Bench]:
    path = folder / "alerts.jsonl"
    yield Bench(
        make("file", path=str(path)),
        make("file", path="/proc/alerts.jsonl"),
        lambda: path.read_text("utf-8").splitlines(),
    )


@asynccontextmanager
async def mail(_: Path) -> AsyncIterator[Bench]:
    login = {"username": "monitor", "password": PASSWORD}
    async with MailServer() as server:

        def received() -> list[str]:
            parts = [mail.message.get_body(("plain",)) for mail in server.mails]
            return [part.get_content() for part in parts if part]

        # The password stays unused where the server asks for none.
        yield Bench(email(server.port), email(1, **login), received)


@asynccontextmanager
async def hook(_: Path) -> AsyncIterator[Bench]:
    seen: list[Request] = []
    async with serve(lambda _: answer(), seen=seen) as base:
        yield Bench(
            webhook(base), webhook("http://127.0.0.1:1/"), lambda: [r.body.decode() for r in seen]
        )


BENCHES = {"console": console, "email": mail, "file": file, "webhook": hook}


@pytest.fixture(params=sorted(CHANNELS))
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    async with BENCHES[request.param](tmp_path) as made:
        yield made


def test_every_channel_has_its_bench() -> None:
    assert BENCHES.keys() == CHANNELS.keys()


@pytest.mark.parametrize("kind", sorted(CHANNELS))
def test_a_channel_says_what_it_is(kind: str) -> None:
    channel = CHANNELS[kind]
    assert channel.model_fields["kind"].annotation.__args__ == (kind,)  # type: ignore[union-attr]
    assert channel.__doc__
    assert channel.model_config["frozen"]
    assert channel.model_config["extra"] == "forbid"


async def test_it_tells_the_story_and_why(bench: Bench) -> None:
    story = article(title="ລົດໄຟ train 中老铁路")
    told = message(article=story, match=match(story=story))
    reply = await send(bench.channel, told, **bench.out)
    assert reply
    assert reply.isprintable()
    assert len(reply) <= 500
    (text,) = bench.received()
    for said in ("ລົດໄຟ", "中老铁路", story.url, told.label, "new story", "train"):
        assert said in text


async def test_it_tells_how_many_stories_came_and_which(bench: Bench) -> None:
    await send(bench.channel, volume_alert(label="ລົດໄຟ 中老铁路"), **bench.out)
    (text,) = bench.received()
    for said in ("ລົດໄຟ 中老铁路", "spike: 14 stories in 24 h, 3 expected", "3x over 28d"):
        assert said in text
    for story in volume_alert().stories:
        assert story.title in text
        assert story.url in text


@pytest.mark.parametrize("recovered", [False, True])
async def test_it_tells_how_a_source_is_and_what_to_do(bench: Bench, recovered: bool) -> None:
    told = notice(name="ຂປລ 老挝通讯社", recovered=recovered)
    assert await send(bench.channel, told, **bench.out)
    (text,) = bench.received()
    for said in ("ຂປລ 老挝通讯社", "recovered" if recovered else "failing", told.detail):
        assert said in text


async def test_each_arrives_by_itself_in_order(bench: Bench) -> None:
    for number in range(3):
        await send(bench.channel, message(article=article(title=f"Story {number}")), **bench.out)
        await send(bench.channel, notice(name=f"Source {number}"), **bench.out)
    texts = bench.received()
    assert len(texts) == 6
    for number, (story, source) in enumerate(zip(texts[::2], texts[1::2], strict=True)):
        assert f"Story {number}" in story
        assert f"Source {number}" in source


HOSTILE = "\x00\x1b[2J\r\nBcc: x@x.example\r\n.\r\n=?utf-8?q?=0A?= \u202e\u2028\ud800 <b>\U0001f684"


@pytest.mark.parametrize("text", [HOSTILE, "", "long " * 5_000])
async def test_whatever_a_story_holds_it_is_sent(bench: Bench, text: str) -> None:
    story = article(title=text, body=(text,), source=text, site=text, language=text, updated=None)
    told = message(
        article=story, label=text, reason=text, rule=text, match=match("r", text[:1], story)
    )
    await send(bench.channel, told, **bench.out)
    assert len(bench.received()) == 1


@pytest.mark.parametrize("text", [HOSTILE, "", "long " * 5_000])
async def test_whatever_counted_stories_hold_it_is_sent(bench: Bench, text: str) -> None:
    story = CountedStory(1, text, text, text, NOW)
    told = volume_alert(label=text, reason=text, rule=text, stories=(story,), expected=None)
    await send(bench.channel, told, **bench.out)
    assert len(bench.received()) == 1


@pytest.mark.parametrize("text", [HOSTILE, "", "long " * 5_000])
async def test_whatever_a_source_is_called_it_is_sent(bench: Bench, text: str) -> None:
    await send(bench.channel, notice(name=text, source=text, url=text, detail=text), **bench.out)
    assert len(bench.received()) == 1


KINDS = pytest.mark.parametrize(
    "told",
    [message(), volume_alert(), notice(), config_notice()],
    ids=["alert", "volume", "notice", "configuration"],
)


@KINDS
async def test_a_receiver_that_is_away_is_a_matter_of_time(bench: Bench, told: Told) -> None:
    error = await refused(bench.broken, told, **bench.broken_out)
    assert error.retryable


@KINDS
async def test_a_message_is_not_used_up_by_a_failure(bench: Bench, told: Told) -> None:
    await refused(bench.broken, told, **bench.broken_out)
    await send(bench.channel, told, **bench.out)
    assert len(bench.received()) == 1


def secrets_of(channel: Channel) -> list[str]:
    return [PASSWORD] if channel.kind == "email" else [SECRET, SECRET[6:]]


async def test_no_secret_shows(bench: Bench) -> None:
    for shown in (repr(bench.broken), str(bench.broken), bench.broken.model_dump_json()):
        assert not any(secret in shown for secret in secrets_of(bench.broken))
