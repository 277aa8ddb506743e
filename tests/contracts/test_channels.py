"""Every channel keeps the same promises. A new row of CHANNELS needs a bench here."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from monitor.deliver import CHANNELS, Channel, Told
from monitor.models import Collection, CountedStory
from tests.builders import NOW, article, match, message, volume_alert
from tests.deliver.tools import (
    PASSWORD,
    SECRET,
    channel_notice,
    chat,
    collection,
    config_notice,
    email,
    make,
    notice,
    refused,
    send,
    webhook,
)
from tests.mailserver import MailServer
from tests.servers import Request, answer, hang, serve


@dataclass(frozen=True, slots=True)
class Bench:
    """A channel with its receiver, one whose receiver is not there, and one whose hangs."""

    channel: Channel
    broken: Channel
    received: Callable[[], list[str]]  # as text, one item a message
    slow: Channel | None = None  # None: there is nobody to wait for
    out: dict[str, Any] = field(default_factory=dict)
    broken_out: dict[str, Any] = field(default_factory=dict)


_BEGIN = r"^(?=ALERT|SOURCE|CHANNEL|CONFIGURATION|DIGEST)"  # of what the console prints


@asynccontextmanager
async def console(_: Path) -> AsyncIterator[Bench]:
    screen, closed = io.StringIO(), io.StringIO()
    closed.close()
    yield Bench(
        make("console"),
        make("console"),
        lambda: re.split(_BEGIN, screen.getvalue(), flags=re.MULTILINE)[1:],
        None,
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
async def feeds(folder: Path) -> AsyncIterator[Bench]:
    def received() -> list[str]:
        items = json.loads((folder / "all.json").read_bytes())["items"]
        texts = [unescape(re.sub("<.*?>", "", item["content_html"])) for item in items]
        return [f"{item['title']} {text}" for item, text in zip(items, texts, strict=True)][::-1]

    yield Bench(make("feed", path=str(folder)), make("feed", path="/proc/feeds"), received)


@asynccontextmanager
async def mail(_: Path) -> AsyncIterator[Bench]:
    login = {"username": "monitor", "password": PASSWORD}
    never = asyncio.Event()
    async with MailServer() as server, MailServer(hold=never) as hanging:

        def received() -> list[str]:
            parts = [mail.message.get_body(("plain",)) for mail in server.mails]
            return [part.get_content() for part in parts if part]

        # The password stays unused where the server asks for none.
        slow = email(hanging.port, timeout=0.2)
        yield Bench(email(server.port), email(1, **login), received, slow)
        never.set()


@asynccontextmanager
async def hook(_: Path) -> AsyncIterator[Bench]:
    seen: list[Request] = []
    own = {"headers": {"Authorization": f"Bearer {PASSWORD}"}}
    async with serve(lambda _: answer(), seen=seen) as base, serve(lambda _: hang()) as hanging:
        yield Bench(
            webhook(base, **own),
            webhook("http://127.0.0.1:1/", **own),
            lambda: [r.body.decode() for r in seen],
            webhook(hanging, timeout=0.2, **own),
        )


@asynccontextmanager
async def talk(_: Path) -> AsyncIterator[Bench]:
    seen: list[Request] = []

    def received() -> list[str]:
        said = [json.loads(request.body) for request in seen]
        return [f"{each['title']}\n{each['message']}" for each in said]

    async with serve(lambda _: answer(), seen=seen) as base, serve(lambda _: hang()) as hanging:
        yield Bench(
            chat(base, SECRET),
            chat("127.0.0.1:1", SECRET),
            received,
            chat(hanging, SECRET, timeout=0.2),
        )


BENCHES = {
    "chat": talk,
    "console": console,
    "email": mail,
    "feed": feeds,
    "file": file,
    "webhook": hook,
}


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
        told = message(id=f"msg_a{number}", article=article(title=f"Story {number}"))
        await send(bench.channel, told, **bench.out)
        about = notice(id=f"msg_b{number}", name=f"Source {number}")
        await send(bench.channel, about, **bench.out)
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
    [
        *(message(), collection(), volume_alert()),
        *(notice(), channel_notice(), config_notice()),
    ],
    ids=[
        *("alert", "several alerts", "volume"),
        *("notice", "notice of a channel", "configuration"),
    ],
)


def messages(channel: Channel, told: Told) -> int:
    """How many the receiver sees: one, but in a feed each alert is an entry."""
    return len(told.alerts) if channel.kind == "feed" and isinstance(told, Collection) else 1


@KINDS
async def test_a_receiver_that_is_away_is_a_matter_of_time(bench: Bench, told: Told) -> None:
    error = await refused(bench.broken, told, **bench.broken_out)
    assert error.retryable


@KINDS
async def test_a_message_is_not_used_up_by_a_failure(bench: Bench, told: Told) -> None:
    await refused(bench.broken, told, **bench.broken_out)
    await send(bench.channel, told, **bench.out)
    assert len(bench.received()) == messages(bench.channel, told)


async def test_several_alerts_are_one_message(bench: Bench) -> None:
    await send(bench.channel, collection(), **bench.out)
    text = "\n".join(bench.received()).replace("**", "")  # marks
    assert "First train" in text
    assert "Second train" in text
    assert len(bench.received()) == messages(bench.channel, collection())


@pytest.mark.parametrize("right", [False, True])
async def test_it_tells_what_is_wrong_with_the_configuration(bench: Bench, right: bool) -> None:
    told = config_notice(right=right)
    await send(bench.channel, told, **bench.out)
    (text,) = bench.received()
    said = ("right again", "config.right") if right else told.problems
    assert any(words in text for words in said)
    if not right:
        assert all(problem in text for problem in told.problems)


@KINDS
async def test_it_obeys_its_deadline(bench: Bench, told: Told) -> None:
    if bench.slow is None:
        assert bench.channel.kind in ("console", "feed", "file"), "these ask nobody"
        return
    async with asyncio.timeout(30):
        error = await refused(bench.slow, told)
    assert error.retryable


async def test_a_slow_one_delays_no_other(bench: Bench) -> None:
    if bench.slow is None:
        return
    slow = asyncio.create_task(send(bench.slow.model_copy(update={"timeout": 60.0})))
    await send(bench.channel, **bench.out)
    assert len(bench.received()) == 1
    assert not slow.done()
    slow.cancel()
    await asyncio.wait([slow], timeout=10)
    assert slow.done(), "it can be broken off"


def secrets_of(channel: Channel) -> list[str]:
    return [PASSWORD] if channel.kind == "email" else [SECRET, SECRET[6:], PASSWORD]


@KINDS
async def test_no_secret_is_logged(
    bench: Bench, told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await send(bench.channel, told, **bench.out)
        error = await refused(bench.broken, told, **bench.broken_out)
        logging.getLogger("monitor").exception("given up", exc_info=error)
    assert "given up" in caplog.text
    assert not any(secret in caplog.text for secret in secrets_of(bench.broken))


async def test_no_secret_shows(bench: Bench) -> None:
    for shown in (repr(bench.broken), str(bench.broken), bench.broken.model_dump_json()):
        assert not any(secret in shown for secret in secrets_of(bench.broken))
