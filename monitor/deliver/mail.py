"""What is told, as mail: text and HTML, with headers that no stranger's words break out of."""

from __future__ import annotations

from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from monitor.deliver.base import Told
from monitor.deliver.render import Look, Rendered, rendered
from monitor.deliver.templating import BUILT_IN
from monitor.deliver.threads import POLICY, list_id, thread_headers
from monitor.models import Collection, ConfigNotice, Message, Notice, VolumeAlert, VolumeKind
from monitor.text import header
from monitor.volume import figure


def compose(told: Told, sender: str, to: Sequence[str], look: Look | None = None) -> EmailMessage:
    """The mail for ``told``: the same bytes at every attempt."""
    domain = sender.rpartition("@")[2]
    written = None
    if isinstance(told, Message | Collection):
        written = rendered(told, look or Look(), domain)
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = written.subject if written else header(subject(told))
    mail["From"] = Address("China–Laos monitor", addr_spec=sender)
    mail["To"] = [Address(addr_spec=one) for one in to]
    # What was gathered for a day is of the day on which it goes out.
    at = told.due if isinstance(told, Collection) else told.created_at
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{told.id}@{domain}>"
    mail["List-Id"] = list_id(told, domain)
    for name, value in thread_headers(told, domain).items():
        mail[name] = value
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation replies
    if isinstance(told, Notice):
        mail.set_content(BUILT_IN.render("notice.txt.j2", {"notice": told}))
    elif isinstance(told, ConfigNotice):
        mail.set_content(BUILT_IN.render("config.txt.j2", {"notice": told}))
    elif isinstance(told, VolumeAlert):
        figures = _figures(told)
        text, html = (BUILT_IN.render(f"volume.{form}.j2", figures) for form in ("txt", "html"))
        _fill(mail, Rendered("", text, html, {}), told.id)
    elif written:
        _fill(mail, written, told.id)
    return mail


def _figures(alert: VolumeAlert) -> dict[str, object]:
    silent = alert.kind is VolumeKind.SILENCE
    return {
        "volume": alert,
        "expected": None if alert.expected is None else figure(alert.expected),
        "heading": "The last before it:" if silent else "The newest of them:",
    }


def _fill(mail: EmailMessage, written: Rendered, id_: str) -> None:
    """Text, and HTML with the pictures that it shows (RFC 2387), in parts of fixed boundaries."""
    mail.set_content(written.text)
    mail.add_alternative(written.html, subtype="html")
    mail.set_boundary(f"=_{id_}")
    if not written.images:
        return
    page = mail.get_body(("html",))
    if not isinstance(page, EmailMessage):
        return
    for number, (name, image) in enumerate(written.images.items(), 1):
        page.add_related(
            image,
            maintype="image",
            subtype="png",
            cid=f"<{name}>",
            filename=f"chart-{number}.png",
            disposition="inline",
        )
    page.set_boundary(f"=_related_{id_}")


def subject(told: Told) -> str:
    """Of what has no template of its own."""
    if isinstance(told, ConfigNotice):
        return f"Configuration {'right again' if told.right else 'wrong'}: {told.folder}"
    if isinstance(told, Notice):
        if told.recovered:
            return f"{told.about.title()} recovered: {told.name}: was {told.health.value}"
        return f"{told.about.title()} ill: {told.name}: {told.health.value}"
    return f"[{told.label}] {told.reason}" if isinstance(told, VolumeAlert) else ""
