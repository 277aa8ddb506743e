"""Chats as a service receives them, through Apprise, on loopback."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.deliver import Outlets
from monitor.deliver.brief import brief
from monitor.deliver.chat import ChatChannel
from monitor.deliver.services import without_secrets
from monitor.deliver.templating import Templates
from monitor.errors import DeliveryError
from tests.bounds import at_most
from tests.builders import NOW, article, message
from tests.deliver.tools import SECRET, chat, collection, config_notice, make, notice, refused, send
from tests.fetch.tools import make_fetcher
from tests.servers import LOOPBACK, Request, answer, hang, redirect, serve

TOPIC = "topic-that-is-a-secret"


@pytest.mark.parametrize(("scheme", "field"), [("json", "message"), ("ntfy", "message")])
async def test_title_reason_words_and_link(scheme: str, field: str) -> None:
    seen: list[Request] = []
    async with serve(lambda _: answer(b"thanks"), seen=seen) as base:
        assert await send(chat(base, TOPIC, scheme)) == "HTTP 200"
    (request,) = seen
    said = json.loads(request.body)
    assert said["title"] == "[China–Laos Railway] First night train leaves Vientiane for Kunming"
    assert said[field] == (
        "new story; matched train\nXinhua, 2026-11-20\n"
        "https://laostimes.example/2026/11/20/night-train/"
    )


@pytest.mark.parametrize(
    ("status", "headers", "retryable", "retry_after"),
    [
        (301, {"Location": "/elsewhere"}, True, None),
        (400, {}, True, None),
        (403, {}, True, None),
        (410, {}, False, None),
        (413, {}, False, None),
        (429, {"Retry-After": "120"}, True, 120.0),
        (500, {"Retry-After": "soon"}, True, None),
    ],
)
async def test_what_the_service_answers_is_told(
    status: int, headers: Mapping[str, str], retryable: bool, retry_after: float | None
) -> None:
    seen: list[Request] = []
    body = f"no\nthanks for {TOPIC}".encode()
    async with serve(lambda _: answer(body, status, headers), seen=seen) as base:
        error = await refused(chat(base, TOPIC, "ntfy"))
    assert (error.retryable, error.retry_after) == (retryable, retry_after)
    assert str(error) == f"HTTP {status} no thanks for …", "and its address is not repeated"
    assert len(seen) == 1, "no redirect is followed"


async def test_a_redirect_into_the_network_is_not_followed_whatever_the_address_asks() -> None:
    async with serve(lambda _: redirect("http://169.254.169.254/")) as base:
        error = await refused(chat(base, f"{TOPIC}?redirect=yes"))
    assert str(error) == "HTTP 302"


@pytest.mark.parametrize("host", ["169.254.169.254", "10.0.0.1:8000", "[::1]:80", "inside.example"])
async def test_an_address_inside_the_network_is_refused(host: str) -> None:
    async def resolve(name: str, port: int) -> list[str]:
        return ["203.0.113.7", "192.168.0.7"]

    async with make_fetcher(resolve=resolve) as http:
        out = Outlets(http, io.StringIO(), Path(), NOW)
        with pytest.raises(DeliveryError, match="not a public address") as caught:
            await make("chat", url=f"json://{host}/{TOPIC}").send(message(), out)
    assert not caught.value.retryable


async def test_what_was_checked_is_what_is_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is looked up by the gate alone, once, and the environment's proxy does not count."""
    asked: list[str] = []

    async def resolve(name: str, port: int) -> list[str]:
        asked.append(name)
        return [LOOPBACK]

    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    seen: list[Request] = []
    async with serve(lambda _: answer(), seen=seen) as base, make_fetcher(resolve=resolve) as http:
        port = base.rpartition(":")[2]
        out = Outlets(http, io.StringIO(), Path(), NOW)
        channel = make("chat", url=f"json://chat.invalid:{port}/{TOPIC}")
        assert await channel.send(message(), out) == "HTTP 200"
    assert asked == ["chat.invalid"]
    assert seen[0].headers["host"] == f"chat.invalid:{port}"


async def test_the_configured_proxy_is_used() -> None:
    seen: list[Request] = []
    async with serve(lambda _: answer(), seen=seen) as base, make_fetcher(proxy=base) as http:
        out = Outlets(http, io.StringIO(), Path(), NOW)
        await make("chat", url=f"json://chat.invalid/{TOPIC}").send(message(), out)
        with pytest.raises(DeliveryError, match="not a public address"):
            await make("chat", url=f"json://10.0.0.1/{TOPIC}").send(message(), out)
    assert [request.target for request in seen] == [f"http://chat.invalid/{TOPIC}"]


async def test_no_receiver() -> None:
    error = await refused(chat("127.0.0.1:1", TOPIC))
    assert str(error) == "127.0.0.1: no connection"
    assert error.retryable


async def test_a_receiver_that_drips_is_left(caplog: pytest.LogCaptureFixture) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n"
    with caplog.at_level(logging.DEBUG):
        async with serve(lambda _: hang(head, b"x")) as base:
            error = await refused(chat(base, SECRET, timeout=0.3))
    assert error.retryable
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "not the address of a chat service"),
        ("slack://TokenA", "not the address of a chat service"),
        ("syslog://", "not a service that is reached by HTTP"),
        ("mailto://user:hunter2-and-more@x.example", "not a service that is reached by HTTP"),
        ("", "not the address of a chat service"),
    ],
)
def test_addresses_that_are_none(url: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said) as caught:
        make("chat", url=url)
    (problem,) = caught.value.errors()
    assert not url or url not in problem["msg"]


@pytest.mark.parametrize(
    "url",
    [
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
        "tgram://123456789:abcdefg_hijklmnop/12315544/",
        "wecombot://botkey123456",
        "feishu://A-Valid-Token-0123456789",
        "workflows://host:443/workflow1a/signature/?id=x",
        "ntfys://ntfy.example/topic",
    ],
)
def test_services_of_the_region(url: str) -> None:
    channel = make("chat", url=url)
    assert url not in repr(channel)
    assert url not in channel.model_dump_json()


# --- the text ----------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [0, 10, 160, 1_000, 3_500])
@pytest.mark.parametrize(
    "told",
    [
        message(article=article(title="ລົດໄຟ" * 2_000)),
        collection(*(message(article=article(title=f"中老铁路 {n}")) for n in range(200))),
        notice(detail="x " * 5_000),
        config_notice(problems=("long " * 100,) * 50),
    ],
    ids=["alert", "digest", "notice", "configuration"],
)
def test_it_is_no_longer_than_the_service_takes(told: Any, limit: int) -> None:
    title, body = brief(told, limit)
    assert title
    assert body
    assert len(title) <= 200
    assert len(f"{title}\n{body}".encode()) <= max(limit, len(title.encode()) + 4)


def test_a_link_is_whole_or_not_there() -> None:
    told = collection(*(message(article=article(title=f"{n}")) for n in range(200)))
    _, body = brief(told, 1_000)
    *lines, last = body.split("\n")
    assert all(line.endswith("/night-train/") for line in lines)
    assert last == f"… and {200 - len(lines)} more"
    assert "javascript" not in brief(message(article=article(url="javascript:x")), 900)[1]


@pytest.mark.parametrize(
    "call", ["@everyone", "@Here", "<!channel>", "<@U123>", '<at user_id="all">', "@all"]
)
def test_a_title_calls_nobody(call: str) -> None:
    title, body = brief(message(article=article(title=call), reason=call), 2_000)
    assert call not in title
    assert call not in body


def test_an_answer_without_the_address() -> None:
    said = without_secrets("POST /a/tok%20en-long x\n tok en-long", "json://h/a/tok%20en-long?b=c")
    assert said == "POST /a/… x …"


def test_without_apprise_a_chat_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "monitor.deliver.services")
    monkeypatch.delattr("monitor.deliver.services")
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ValidationError, match=r"pip install 'china-laos-monitor\[chat\]'"):
        make("chat", url="json://chat.example/x")


# --- in words of the user's own -----------------------------------------------------------------


def own(**sources: str) -> Templates:
    return Templates({Path(f"{what}.chat.j2"): source for what, source in sources.items()})


def in_chat(base: str = "http://127.0.0.1:1", **settings: Any) -> ChatChannel:
    made = chat(base, TOPIC, **settings)
    assert isinstance(made, ChatChannel)
    return made


async def test_a_template_says_it_in_other_words() -> None:
    templates = own(
        alert="{{ article.title | upper }}\n{{ words }}\n\n{{ link }} ({{ message.label }})",
        digest="{{ stories }} stories\n{% for each in sections %}{{ each.title }}\n{% endfor %}",
    )
    seen: list[Request] = []
    async with serve(lambda _: answer(), seen=seen) as base, make_fetcher() as http:
        out = Outlets(http, io.StringIO(), Path(), NOW, templates)
        for told in (message(), collection(), notice()):
            await in_chat(base).send(told, out)
    first, second, third = (json.loads(request.body) for request in seen)
    assert first["title"] == "FIRST NIGHT TRAIN LEAVES VIENTIANE FOR KUNMING"
    link = "https://laostimes.example/2026/11/20/night-train/"
    assert first["message"] == f"train\n{link} (China–Laos Railway)"
    assert (second["title"], second["message"]) == ("2 stories", "China–Laos Railway\nDebt")
    assert third["title"] == "Source failing: The Lao Times", "a notice is as it was"


def test_a_template_calls_nobody_and_breaks_no_link() -> None:
    address = "https://a.example/@everyone/story"
    told = message(article=article(title="@everyone <!here> look", url=address))
    _, body = in_chat().words(told, own(alert="x\n{{ article.title }}: {{ link }}"))
    assert "@everyone <" not in body
    assert "<!here" not in body
    assert body.endswith(": https://a.example/%40everyone/story")
    assert "@everyone" not in brief(told, 2_000)[1]


def test_addresses_that_begin_alike_stay_whole_and_as_they_are_written() -> None:
    told = collection(
        *(message(article=article(url=f"https://a.example/{n}")) for n in (1, 12, 123))
    )
    source = "x\n{% for one in collection.alerts %}({{ one.article.url }})\n{% endfor %}"
    _, body = in_chat().words(told, own(digest=source))
    assert body.split("\n") == [f"(https://a.example/{n})" for n in (1, 12, 123)]


def test_of_thousands_of_alerts_a_template_says_what_fits_at_once() -> None:
    told = collection(
        *(message(article=article(url=f"https://a.example/{n}")) for n in range(4_000))
    )
    source = "x\n{% for one in collection.alerts %}{{ one.article.url }}\n{% endfor %}"
    _, body = at_most(5, lambda: in_chat().words(told, own(digest=source)))
    assert body.startswith("https://a.example/0\n")


def test_lines_that_do_not_fit_are_left_out_and_counted() -> None:
    lines = "{% for n in range(500) %}line {{ n }} of many\n{% endfor %}"
    title, body = in_chat().words(message(), own(alert=f"{'T' * 300}\n{lines}"))
    assert len(title) <= 200
    assert len(body.encode()) <= 3_500
    assert body.split("\n")[-1].startswith("… and ")


@pytest.mark.parametrize("source", ["", "  \n\n ", "{{ article.nothing }}"])
def test_where_a_template_makes_nothing_ours_stands_in(source: str) -> None:
    title, body = in_chat().words(message(), own(alert=source))
    assert title == "[China–Laos Railway] First night train leaves Vientiane for Kunming"
    assert body.startswith("new story; matched train")


def test_a_title_alone_is_enough() -> None:
    assert in_chat().words(message(), own(alert="{{ article.title }}"))[1] == "–"
