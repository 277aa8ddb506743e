"""What mail programs sort by: one list for each rule, one thread for each story."""

from __future__ import annotations

from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.policy import SMTP, Policy

from monitor.deliver.base import Told
from monitor.deliver.names import slug
from monitor.models import Collection, ConfigNotice, Message, Notice


class _Tokens(UnstructuredHeader, BaseHeader):
    """Ids, a line each where there are several. Python's email package would make encoded words
    (RFC 2047) of those that are long, which no mail program takes for ids."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {f'{policy.linesep} '.join(self.split())}{policy.linesep}"


_headers = HeaderRegistry()
for _name in ("List-Id", "In-Reply-To", "References"):
    _headers.map_to_type(_name, _Tokens)
POLICY = SMTP.clone(header_factory=_headers)


def list_id(told: Told, domain: str) -> str:
    """The list that a mail belongs to, for filters (RFC 2919): without a phrase, which would be
    encoded where it is Chinese, and then match no filter."""
    return f"<{_list(told)}.{domain}>"


def _list(told: Told) -> str:
    if isinstance(told, Notice | ConfigNotice):
        return "health"
    if isinstance(told, Collection):
        rules = {each.rule for each in told.alerts} | {each.rule for each in told.volumes}
        return f"{slug(rules.pop())}.rules" if len(rules) == 1 else f"{told.kind}.alerts"
    return f"{slug(told.rule)}.rules"


def thread_headers(told: Told, domain: str) -> dict[str, str]:
    """All that is told of one story refers to one root, which is made from the story and never
    sent: mail programs put a thread under a mail that they lack (RFC 5322 §3.6.4, RFC 5256).

    A correction refers to the first mail, too, as an answer to it.
    """
    if not isinstance(told, Message):
        return {}
    root = f"<story.{told.thread or told.story}@{domain}>"
    if told.first_id is None:
        return {"References": root}
    first = f"<{told.first_id}@{domain}>"
    return {"In-Reply-To": first, "References": f"{root} {first}"}
