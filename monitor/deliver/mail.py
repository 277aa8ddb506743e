"""What is told, as mail: text and HTML, with headers that no stranger's words break out of."""

from __future__ import annotations

from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from monitor.deliver.base import Told
from monitor.deliver.render import Look, Rendered, rendered
from monitor.deliver.templating import BUILT_IN
from monitor.models import Collection, ConfigNotice, Message, Notice
from monitor.text import header


def compose(told: Told, sender: str, to: Sequence[str], look: Look | None = None) -> EmailMessage:
    """The mail for ``told``: the same bytes at every attempt."""
    domain = sender.rpartition("@")[2]
    written = None
    if isinstance(told, Message | Collection):
        written = rendered(told, look or Look(), domain)
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = written.subject if written else header(subject(told))
    mail["From"] = Address("China–Laos monitor", addr_spec=sender)
    mail["To"] = [Address(addr_spec=one) for one in to]
    # What was gathered for a day is of the day on which it goes out.
    at = told.due if isinstance(told, Collection) else told.created_at
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{told.id}@{domain}>"
    if isinstance(told, Message) and told.first_id:
        mail["In-Reply-To"] = mail["References"] = f"<{told.first_id}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation replies
    if isinstance(told, Notice):
        mail.set_content(BUILT_IN.render("notice.txt.j2", {"notice": told}))
    elif isinstance(told, ConfigNotice):
        mail.set_content(BUILT_IN.render("config.txt.j2", {"notice": told}))
    elif written:
        _fill(mail, written, told.id)
    return mail


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
            return f"Source recovered: {told.name}: was {told.health.value}"
        return f"Source ill: {told.name}: {told.health.value}"
    return ""
