"""What is told, as mail: text and HTML, with headers that no stranger's words break out of."""

from __future__ import annotations

from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from monitor.deliver.base import Told
from monitor.deliver.marks import in_words, pieces, reasons
from monitor.deliver.threads import POLICY, list_id, thread_headers
from monitor.models import (
    DOUBTFUL,
    Collection,
    ConfigNotice,
    Message,
    Notice,
    Span,
    VolumeAlert,
    VolumeKind,
)
from monitor.text import flat, header, one_line
from monitor.volume import figure

_templates = Environment(
    loader=PackageLoader("monitor.deliver"),
    autoescape=select_autoescape(["html.j2"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters["line"] = one_line


def compose(told: Told, sender: str, to: Sequence[str]) -> EmailMessage:
    """The mail for ``told``: the same bytes at every attempt."""
    domain = sender.rpartition("@")[2]
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = header(subject(told))
    mail["From"] = Address("China–Laos monitor", addr_spec=sender)
    mail["To"] = [Address(addr_spec=one) for one in to]
    mail["Date"] = format_datetime(told.created_at)
    mail["Message-ID"] = f"<{told.id}@{domain}>"
    mail["List-Id"] = list_id(told, domain)
    for name, value in thread_headers(told, domain).items():
        mail[name] = value
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation replies
    if isinstance(told, Notice):
        mail.set_content(_render("notice.txt.j2", notice=told))
        return mail
    if isinstance(told, ConfigNotice):
        mail.set_content(_render("config.txt.j2", notice=told))
        return mail
    if isinstance(told, Collection):
        mail.set_content(_render("collection.txt.j2", collection=told, of=_view))
        mail.add_alternative(_render("collection.html.j2", collection=told, of=_view), "html")
        mail.set_boundary(f"=_{told.id}")
        return mail
    if isinstance(told, VolumeAlert):
        figures = _figures(told)
        mail.set_content(_render("volume.txt.j2", **figures))
        mail.add_alternative(_render("volume.html.j2", **figures), subtype="html")
        mail.set_boundary(f"=_{told.id}")
        return mail
    view = _view(told)
    mail.set_content(_render("mail.txt.j2", **view))
    mail.add_alternative(_render("mail.html.j2", **view), subtype="html")
    mail.set_boundary(f"=_{told.id}")
    return mail


def subject(told: Told) -> str:
    if isinstance(told, ConfigNotice):
        return f"Configuration {'right again' if told.right else 'wrong'}: {told.folder}"
    if isinstance(told, Notice):
        if told.recovered:
            return f"{told.about.title()} recovered: {told.name}: was {told.health.value}"
        return f"{told.about.title()} ill: {told.name}: {told.health.value}"
    if isinstance(told, Collection):
        return f"{told.kind.title()}: {told.size} alerts"
    if isinstance(told, VolumeAlert):
        return f"[{told.label}] {told.reason}"
    return f"[{told.label}] {_corrected(told)}{told.article.title}"


def _figures(alert: VolumeAlert) -> dict[str, object]:
    silent = alert.kind is VolumeKind.SILENCE
    return {
        "volume": alert,
        "expected": None if alert.expected is None else figure(alert.expected),
        "heading": "The last before it:" if silent else "The newest of them:",
    }


def _corrected(message: Message) -> str:
    """A word before the title, unless the title has it."""
    says_so = message.article.title.casefold().startswith("correct")
    return "Corrected: " if message.correction and not says_so else ""


def _view(message: Message) -> dict[str, object]:
    article = message.article
    return {
        "message": message,
        "article": article,
        "doubtful": DOUBTFUL,
        "reasons": reasons(message.match),
        "words": in_words(message.match),
        "link": article.url if article.url.startswith(("https://", "http://")) else None,
        "title": marked(message, "title", 0),
        "body": [marked(message, "body", index) for index in range(len(article.body))],
    }


def _render(template: str, **view: object) -> str:
    rendered = _templates.get_template(template).render(view)
    return "\n".join(map(flat, rendered.split("\n")))


def marked(message: Message, field: str, paragraph: int) -> list[tuple[str, bool]]:
    """The title, or a paragraph, in pieces of which the matched ones are flagged."""
    article = message.article
    text = article.title if field == "title" else article.body[paragraph]
    return pieces(flat(text), [span for span in message.match.spans if _at(span, field, paragraph)])


def _at(span: Span, field: str, paragraph: int) -> bool:
    return span.field == field and span.paragraph == paragraph
