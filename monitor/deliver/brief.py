"""What is told, in a few lines of plain text: for chats."""

from __future__ import annotations

import re
from collections.abc import Collection as Links
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from monitor.deliver.base import DigestSettings, Told
from monitor.deliver.digest import digest, web_address
from monitor.deliver.marks import in_words
from monitor.deliver.render import alert_view, digest_view
from monitor.deliver.templating import Templates
from monitor.models import Collection, ConfigNotice, Message, Notice, VolumeAlert
from monitor.text import one_line

TITLE, LINE, LINK = 200, 500, 1_000  # characters
# What would call everybody of a chat to the screen: Discord, Slack, Feishu read it in any text.
_CALLS = re.compile(r"@(?=everyone\b|here\b|channel\b|all\b)|<(?=[!@#]|/?at\b)", re.IGNORECASE)


def brief(told: Told, limit: int) -> tuple[str, str]:
    """A title, and lines of which the last is the link, as many as ``limit`` bytes of UTF-8 hold.

    Services count in characters, in bytes, in what JSON makes of them: bytes are the most.
    """
    title = _harmless(_title(told), TITLE)
    left = max(limit - len(title.encode()) - 1, 0)
    return title, "\n".join(_fitting([*_lines(told)], left)) or "–"  # Apprise sends nothing empty


def own_words(
    told: Told, templates: Templates, settings: DigestSettings
) -> tuple[str, list[str]] | None:
    """What a user's own template for chats makes of alerts on stories, and the links in it; None
    where there is none, or it fails."""
    if isinstance(told, Message):
        said = templates.render_own("alert.chat.j2", alert_view(told))
        links = [web_address(told.article.url)]
    elif isinstance(told, Collection):
        view = digest_view(told, digest(told, settings.by), settings)
        said = templates.render_own("digest.chat.j2", view)
        links = [web_address(each.article.url) for each in told.alerts]
    else:
        return None
    return None if said is None else (said, list(filter(None, links)))


def in_own_words(text: str, links: Links[str], limit: int) -> tuple[str, str] | None:
    """What a user's own template made, of which the first line is the title; None of nothing.

    ``links`` stay as they are, or their line is left out.
    """
    title, _, rest = text.strip().partition("\n")
    title = _harmless(title, TITLE)
    if not title:
        return None
    # The longest first: one address may be the beginning of another.
    known = "|".join(map(re.escape, sorted(set(links), key=len, reverse=True)))
    link = re.compile(f"({known})") if known else None
    lines = [_with_links(line, link) for line in rest.split("\n")]
    left = max(limit - len(title.encode()) - 1, 0)
    return title, "\n".join(_fitting(lines, left)) or "–"


def _with_links(line: str, link: re.Pattern[str] | None) -> str:
    """Blanks stay between what surrounds a link and the link, and none is added."""
    parts = link.split(line) if link else [line]
    said = [
        _silent_link(part) if index % 2 else re.sub(r"\S.*\S|\S", lambda x: _harmless(x[0]), part)
        for index, part in enumerate(parts)
    ]
    return "".join(said).strip()


def _silent_link(url: str) -> str:
    """It leads where it led, and calls nobody."""
    return _CALLS.sub(lambda call: quote(call[0], safe=""), url)


def _title(told: Told) -> str:
    if isinstance(told, ConfigNotice):
        return f"Configuration {'right again' if told.right else 'wrong'}"
    if isinstance(told, Notice):
        state = "recovered" if told.recovered else told.health.value
        return f"{told.about.title()} {state}: {told.name}"
    if isinstance(told, Collection):
        return f"{told.kind.title()}: {told.size} alerts"
    if isinstance(told, VolumeAlert):
        return f"[{one_line(told.label, TITLE // 2)}] {told.reason}"
    return f"[{one_line(told.label, TITLE // 2)}] {told.article.title}"


def _lines(told: Told) -> Iterator[str]:
    if isinstance(told, ConfigNotice):
        yield from (_harmless(problem) for problem in told.problems)
    elif isinstance(told, Notice):
        yield _harmless(told.detail)
        yield _link(told.url)
    elif isinstance(told, Collection):
        for volume in told.volumes:
            yield f"- {_harmless(_title(volume), TITLE)}"
        for alert in told.alerts:
            yield f"- {_harmless(_title(alert), TITLE)} {_link(alert.article.url)}"
    elif isinstance(told, VolumeAlert):
        yield f"{told.kind.value}: {told.condition}"
        for story in told.stories:
            yield f"- {_harmless(story.title, TITLE)} {_link(story.url)}"
        if told.more:
            yield f"… and {told.more} more"
    else:
        yield from _alert(told)


def _alert(told: Message) -> Iterator[str]:
    article = told.article
    when = article.updated or article.published or "undated"
    yield _harmless(f"{told.reason}; matched {in_words(told.match)}")
    yield _harmless(f"{article.source or told.source}, {when}")
    yield _link(article.url)


def _harmless(text: str, limit: int = LINE) -> str:
    return _CALLS.sub(lambda call: f"{call[0]}\u200b", one_line(text, limit))


def _link(url: str) -> str:
    """Whole or not at all: half of one leads nowhere."""
    fit = url.startswith(("https://", "http://")) and url.isprintable() and len(url) <= LINK
    return _silent_link(url) if fit else ""


def _fitting(lines: Iterable[str], limit: int) -> Iterator[str]:
    """The lines that fit whole, and what became of the others."""
    lines = [line for line in lines if line]
    more = "… and {} more"
    for index, line in enumerate(lines):
        rest = len(lines) - index - 1
        reserve = len(more.format(rest + 1).encode()) + 1 if rest else 0
        if len(line.encode()) + 1 + reserve > limit:
            if len(more.format(rest + 1).encode()) <= limit:
                yield more.format(rest + 1)
            return
        limit -= len(line.encode()) + 1
        yield line
