"""Templates of mails and chats: those that come with the program, and a user's own instead."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.errors import TemplateError
from monitor.text import flat

if TYPE_CHECKING:  # Jinja2 is loaded with the first mail
    from jinja2 import Environment

    from monitor.deliver.sandbox import Sandbox

log = logging.getLogger(__name__)

# What may stand in config/templates/, and there alone; beside parts to include, _NAME.j2.
NAMES = tuple(
    f"{what}.{part}.j2"
    for what in ("alert", "digest")
    for part in ("subject", "txt", "html", "chat")
)


class Templates:
    """Renders by name. A template of the user's own that fails for one story does not keep it from
    anybody: the one that comes with the program stands in."""

    def __init__(self, own: Mapping[Path, str] | None = None) -> None:
        self.own = dict(own or {})
        self._names = {path.name for path in self.own}
        self._said: set[str] = set()

    def render(self, name: str, view: Mapping[str, Any]) -> str:
        own = self.render_own(name, view)
        return _flat(_built_in().get_template(name).render(view)) if own is None else own

    def render_own(self, name: str, view: Mapping[str, Any]) -> str | None:
        """By the user's own template alone; None where there is none, or it fails."""
        if name not in self._names:
            return None
        try:
            return _flat(self.sandbox.render(name, view))
        except TemplateError as error:
            if name not in self._said:  # for each story it would say the same
                self._said.add(name)
                log.error("%s; what comes with the program stands in", error)
            return None

    @cached_property
    def sandbox(self) -> Sandbox:
        from monitor.deliver.sandbox import Sandbox

        return Sandbox(self.own)


BUILT_IN = Templates()


def _flat(rendered: str) -> str:
    """Without control characters; lines stay."""
    return "\n".join(map(flat, rendered.split("\n")))


_environments: list[Environment] = []


def _built_in() -> Environment:
    if not _environments:
        from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

        from monitor.deliver.dates import in_words
        from monitor.text import one_line

        made = Environment(
            loader=PackageLoader("monitor.deliver"),
            autoescape=select_autoescape(["html.j2"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.filters |= {"line": one_line, "day": in_words}
        _environments.append(made)
    return _environments[0]
