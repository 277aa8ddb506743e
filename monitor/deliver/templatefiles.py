"""A folder of a user's own templates: read, and tried on samples before any alert meets them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

from monitor.deliver.templating import BUILT_IN, NAMES, Templates
from monitor.errors import ConfigError, Problem, TemplateError
from monitor.files import read_regular

MOST_BYTES = 200_000  # of one file


def read_templates(folder: Path) -> Templates:
    """The templates of ``folder``; none where there is no such folder.

    Raises ConfigError with every Problem.
    """
    paths = sorted(path for path in folder.glob("[!.]*.j2"))
    sources: dict[Path, str] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            sources[path] = _read(path)
        except ConfigError as error:
            problems += error.problems
    problems = [*problems, *_tried(sources)] if sources else problems
    if problems:
        raise ConfigError(list(dict.fromkeys(problems)))
    return Templates(sources) if sources else BUILT_IN


def _read(path: Path) -> str:
    """Raises ConfigError."""
    if path.name not in NAMES and not path.name.startswith("_"):
        close = difflib.get_close_matches(path.name, NAMES, n=1)
        guess = f", did you mean {close[0]}?" if close else ","
        allowed = f"{', '.join(NAMES)}, and _….j2 for what these include"
        raise _wrong(path, f"no template of that name{guess} allowed: {allowed}")
    try:
        raw = read_regular(path)
        if len(raw) > MOST_BYTES:
            raise _wrong(path, f"{len(raw):,} bytes, allowed: at most {MOST_BYTES:,}")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong(path, "not UTF-8: save the file as UTF-8") from error
    except OSError as error:
        raise _wrong(path, f"not readable: {error.strerror}") from error


def _wrong(path: Path, message: str) -> ConfigError:
    return ConfigError([Problem(str(path), None, "", message)])


def _tried(sources: dict[Path, str]) -> Iterator[Problem]:
    """What goes wrong with an alert, a correction, and digests of many, one and no stories."""
    from monitor.deliver.samples import views
    from monitor.deliver.sandbox import Sandbox

    sandbox = Sandbox(sources)
    for path in sources:
        try:
            sandbox.compile(path.name)
            for view in views(path.name.partition(".")[0]):
                sandbox.render(path.name, view)
        except TemplateError as error:
            yield error.problem
