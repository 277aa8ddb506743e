"""Pages that were read are kept as samples of a profile."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path

from monitor.charset import decode
from monitor.cli.profilefiles import folder_of
from monitor.cli.sourcefile import replace
from monitor.errors import ConfigError, Problem
from monitor.models import Article, Fetched


def save(profile: Path, pages: Sequence[Fetched], article: Article) -> list[Path]:
    """The files that were written: the story's pages, and its Article. Raises ConfigError."""
    folder = folder_of(profile)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot be made: {error.strerror}"
        raise ConfigError([Problem(str(folder), None, "", message)]) from error
    names = itertools.chain(("story",), (f"story-{n}" for n in itertools.count(2)))
    stem = next(name for name in names if not (folder / f"{name}.html").exists())
    text = json.dumps(article.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"
    bodies = {f"{stem}.html": _bytes(pages[0]), f"{stem}.json": text.encode("utf-8")}
    bodies |= {f"{stem}.{n}.html": _bytes(page) for n, page in enumerate(pages[1:], 2)}
    for name, body in bodies.items():
        replace(folder / name, body)
    return [folder / name for name in bodies]


def _bytes(page: Fetched) -> bytes:
    """As it came; in UTF-8 where only HTTP said in which charset, for a file says no such thing."""
    if page.charset is None:
        return page.body
    return decode(page.body, page.charset).encode("utf-8-sig")
