"""Alerts and digests of nothing that has happened: templates are tried on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from monitor.background import DAYS, Background, Carried, Carrier, Ill, Volume
from monitor.deliver.base import DigestSettings
from monitor.deliver.digest import digest
from monitor.deliver.render import View, alert_view, digest_view, pictures
from monitor.models import Article, Collection, Dateline, Match, Message, Severity, Span
from monitor.routing import BundleKind

_AT = datetime(2026, 11, 20, tzinfo=UTC)
_TITLE = "First night train leaves Vientiane for Kunming 中老铁路 ທາງລົດໄຟລາວ-ຈີນ"
_BODY = (
    "VIENTIANE, Nov. 20 (Xinhua) -- The first night train of the railway left on Friday.",
    "It will reach Kunming in the morning, the railway company said.",
)


def alert() -> Message:
    """A story with all that one can have."""
    article = Article(
        url="https://example.com/night-train",
        title=_TITLE,
        source="Xinhua",
        updated=date(2026, 11, 20),
        published=_AT,
        dateline=Dateline(place="VIENTIANE", date=date(2026, 11, 20), agency="Xinhua"),
        body=_BODY,
        language="en",
        site="example.com",
        authors=("Li Ming",),
        section="Railways",
        keywords=("railway",),
        image="https://example.com/train.jpg",
        quality=0.4,
        doubts=("a sample",),
    )
    start = _BODY[0].index("train")
    spans = (
        Span("title", 0, 12, 17, "@train", "train", "train"),
        Span("body", 0, start, start + 5, "@train", "train", "train"),
    )
    return Message(
        id="msg_" + "0" * 32,
        rule="sample",
        label="A sample rule",
        reason="new story",
        correction=False,
        first_id=None,
        story=1,
        revision=1,
        source="A sample source",
        article=article,
        match=Match("sample", spans),
        created_at=_AT,
        severity=Severity.NORMAL,
    )


def bare() -> Message:
    """A correction of which next to nothing is known."""
    article = Article(url="urn:x", title="-", body=())
    return replace(
        alert(),
        story=2,
        article=article,
        match=Match("sample", ()),
        reason="corrected: title changed",
        correction=True,
        first_id="msg_1",
    )


def digests() -> Iterator[Collection]:
    """Of two stories, with all around them; of each other kind; and an empty one."""
    site = Carrier(site="example.org", url="https://example.org/train", title=_TITLE)
    carried = Carried(first=1, carriers=(site.model_copy(update={"site": "example.com"}), site))
    ill = Ill(source="x", name="X", health="failing", since=_AT, detail="failed 4 times")
    background = Background(
        carried={1: carried},
        volumes=(Volume(rule="sample", days=tuple(range(DAYS))),),
        ill=(ill, ill.model_copy(update={"since": None, "detail": ""})),
        watched=20,
    )
    for kind in BundleKind:
        yield Collection("msg_" + "1" * 32, kind, (alert(), bare()), _AT, _AT, (), background)
    yield Collection("msg_" + "2" * 32, "digest", (), _AT, _AT)


def views(what: str) -> Iterator[View]:
    """Samples of what an ``alert`` template may use, or one of a ``digest``."""
    if what == "alert":
        yield from map(alert_view, (alert(), bare()))
    if what == "digest":
        settings = DigestSettings()
        for told in digests():
            found = digest(told, settings.by)
            yield digest_view(told, found, settings) | {"charts": pictures(told, found, "")[0]}
