"""Naughty strings and XSS payloads, wherever a story can hold them, are text in every mail."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from monitor.background import Background, Carried, Carrier, Ill, Volume
from monitor.deliver.mail import compose
from monitor.deliver.render import Look
from monitor.deliver.samples import views
from monitor.deliver.templating import NAMES, Templates
from monitor.models import Collection, Dateline, Match, Message, Span
from tests.builders import NOW, article, message
from tests.deliver.digests import collection
from tests.deliver.test_mail import part

SHARED = Path(os.environ.get("MONITOR_SHARED", Path(__file__).parents[3] / "shared"))
PAYLOADS = SHARED / "feeds" / "payloads"
PACKAGE = Path(__file__).parents[2] / "monitor" / "deliver" / "templates"
TAGS = {
    *("html", "head", "meta", "style", "title", "body", "table", "tr", "td", "h1", "h2", "div"),
    *("p", "a", "b", "br", "span", "mark", "img", "code"),
}

pytestmark = pytest.mark.skipif(
    not PAYLOADS.is_dir(), reason=f"no {PAYLOADS}: set MONITOR_SHARED to the folder with feeds/"
)


def payloads() -> list[str]:
    names = ("xss.json", "naughty.json") if PAYLOADS.is_dir() else ()
    return [text for name in names for text in json.loads((PAYLOADS / name).read_text("utf-8"))]


def told_of(number: int, text: str) -> Message:
    """The payload as title, author, credit, paragraph, address, rule, reason and matched word."""
    story = article(
        title=text, authors=(text,), source=text, body=(f"A word. {text}", text), url=text,
        language=text, section=text, dateline=Dateline(place=text), quality=0.3, doubts=(text,),
    )  # fmt: skip
    words = [("title", 0, 0), ("author", 0, 0), ("body", 0, 8), ("body", 1, 0), ("dateline", 0, 0)]
    spans = (Span(f, paragraph, at, at + len(text), text, text) for f, paragraph, at in words)
    return message(
        story=number, article=story, label=text, reason=text, source=text,
        match=Match("railway", tuple(spans)),
    )  # fmt: skip


def digest_of(texts: list[str]) -> Collection:
    carried = {
        number: Carried(first=number, carriers=(Carrier(site=text, url=text, title=text),) * 2)
        for number, text in enumerate(texts)
    }
    ill = [Ill(source=text, name=text, health="quiet", since=NOW, detail=text) for text in texts]
    volumes = (Volume(rule="railway", days=(1,) * 14),)
    background = Background(carried=carried, ill=tuple(ill), volumes=volumes, watched=9)
    alerts = [told_of(number, text) for number, text in enumerate(texts)]
    return collection(*alerts, background=background)


class Reader(HTMLParser):
    """Tags, and attributes whose names or values could do something."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            said = (value or "").strip().lower()
            leads = name in ("href", "src") and not said.startswith(("http", "cid:", "#"))
            if name.startswith("on") or leads:
                self.wrong.append(f"{tag} {name}={value}")


def check(told: Message | Collection, look: Look) -> None:
    mail = compose(told, "m@desk.example", ["ana@desk.example"], look)
    assert mail.keys() == [
        *("Subject", "From", "To", "Date", "Message-ID", "List-Id"),
        *(["References"] if isinstance(told, Message) else []),
        *("Auto-Submitted", "MIME-Version", "Content-Type"),
    ]
    assert "\n" not in mail["Subject"]
    reader = Reader()
    reader.feed(part(mail, "html"))
    assert reader.tags <= TAGS
    assert reader.wrong == []
    head, _, _ = mail.as_bytes().partition(b"\r\n\r\n")
    assert head.isascii()


def looks() -> Iterator[Look]:
    yield Look()
    own = {path: path.read_text("utf-8") for path in PACKAGE.glob("*.j2") if path.name in NAMES}
    parts = {path: path.read_text("utf-8") for path in PACKAGE.glob("_*.j2")}
    yield Look(Templates(own | parts))


@pytest.mark.parametrize("look", [*looks()], ids=["built in", "sandbox"])
def test_a_payload_is_text_in_an_alert(look: Look, caplog: pytest.LogCaptureFixture) -> None:
    for number, text in enumerate(payloads()):
        check(told_of(number, text), look)
    assert caplog.records == [], "no template was stood in for"


@pytest.mark.parametrize("look", [*looks()], ids=["built in", "sandbox"])
def test_payloads_are_text_in_a_digest(look: Look, caplog: pytest.LogCaptureFixture) -> None:
    texts = payloads()
    for start in range(0, len(texts), 100):
        check(digest_of(texts[start : start + 100]), look)
    assert caplog.records == []


def test_signs_of_all_scripts_and_directions() -> None:
    odd = ["ﷺ‮evil‬ עברית العربية", "👩‍👩‍👧‍👦🏳️‍🌈" * 40, "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞" * 400, "\ud800x", "ກໍ" * 5_000]
    check(digest_of(odd), Look())
    for number, text in enumerate(odd):
        check(told_of(number, text), Look())
    assert "‮" not in part(compose(told_of(1, odd[0]), "m@x.example", ["a@x.example"]), "plain")


def test_samples_are_many() -> None:
    assert len(payloads()) > 500
    assert all([*views(what)] for what in ("alert", "digest"))
