"""Load the configuration: every mistake at once, each with its file and line."""

from __future__ import annotations

import gc
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.concepts import NO_LIBRARY, Library, ids, read_packs
from monitor.crosscheck import cross_check
from monitor.deliver import Channel
from monitor.deliver.templatefiles import read_templates
from monitor.deliver.templating import BUILT_IN, Templates
from monitor.discover import Source
from monitor.errors import ConfigError, Problem
from monitor.files import read_regular
from monitor.match import Concept, Concepts
from monitor.models import Rule
from monitor.parse import Profile, load_profiles
from monitor.problems import explain, type_of
from monitor.settings import (
    FILES,
    FileName,
    MonitorFile,
    RuleDefaults,
    RuleSettings,
    RulesFile,
    SourcesFile,
)
from monitor.yamlfile import Document, is_yaml, read_yaml
from monitor.yamlfile import Path as KeyPath

PROFILES = "profiles"  # the folder of sites' layouts, beside the three files
CONCEPTS = "concepts"  # the folder of packs of concepts
TEMPLATES = "templates"  # the folder of templates for mails


@dataclass(frozen=True, slots=True)
class Config:
    """What the three files, the profiles and the packs say, checked against each other."""

    directory: Path
    settings: MonitorFile
    sources: tuple[Source, ...]
    rules: tuple[Rule, ...]  # those that are enabled
    profiles: Mapping[str, Profile]  # of sites' layouts, by host
    library: Library = NO_LIBRARY  # of concepts
    templates: Templates = BUILT_IN  # of mails
    off: frozenset[str] = frozenset()  # ids of rules that are switched off

    @property
    def channels(self) -> Mapping[str, Channel]:
        return self.settings.channels

    @property
    def concepts(self) -> Concepts:
        return self.library.concepts

    @property
    def home(self) -> Path:
        """Where relative paths of the files start: the folder that holds the configuration."""
        return self.directory.parent


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave out the collection of garbage: next to all that is made here stays, and to look
    through it again and again took as long as to make it."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@_uncollected()
def load_config(
    directory: Path,
    env: Mapping[str, str],
    *,
    drafts: Mapping[FileName, str] | None = None,
    packs: Path | None = None,
) -> Config:
    """Read the three files, ``profiles/``, ``concepts/`` and ``templates/``.

    ``${NAME}`` in any text is filled in from ``env``. ``drafts`` stand in for files of their names
    before they are written, ``packs`` for the folder ``concepts/``. Raises ConfigError with every
    Problem.
    """
    if not directory.is_dir():
        message = "no such folder: `monitor init` writes a first one"
        raise ConfigError([Problem(str(directory), None, "", message)])
    read: dict[FileName, tuple[Document, dict[str, Any]]] = {}
    checked: dict[FileName, Any] = {}
    problems: list[Problem] = []
    for name in FILES:
        try:
            draft = (drafts or {}).get(name)
            document = _read(directory / name, None if draft is None else draft.encode())
            read[name] = document, _data(document, env)
        except ConfigError as error:
            problems += error.problems
            continue
        problems += document.problems
        try:
            context = {"directory": directory}
            checked[name] = FILES[name].model_validate(read[name][1], context=context)
        except ValidationError as error:
            problems += explain(error, FILES[name], document)
    documents, unreadable = _packs(packs or directory / CONCEPTS)
    library, wrong = read_packs(documents, are_all=not unreadable)
    # What a pack that cannot be read holds is not known, so no concept can be called unknown.
    known = Concepts(map(Concept, ids(documents))) if wrong else library.concepts
    problems += cross_check(read, checked, None if unreadable else known)
    problems = _in_order(problems)
    try:
        profiles = load_profiles(directory / PROFILES)
    except ConfigError as error:
        problems += error.problems
    problems += [*unreadable, *wrong]
    try:
        templates = read_templates(directory / TEMPLATES)
    except ConfigError as error:
        problems += error.problems
    if problems:
        raise ConfigError(problems)
    files = {name.partition(".")[0]: file for name, file in checked.items()}
    return _config(directory, profiles=profiles, library=library, templates=templates, **files)


def load_library(directory: Path) -> Library:
    """The packs of concepts alone; none where there is no such folder.

    Raises ConfigError with every Problem.
    """
    return load_packs(directory / CONCEPTS)


@_uncollected()
def load_packs(folder: Path) -> Library:
    """Those of any folder. Raises ConfigError with every Problem."""
    documents, problems = _packs(folder)
    library, wrong = read_packs(documents, are_all=not problems)
    if problems or wrong:
        raise ConfigError([*problems, *wrong])
    return library


def _packs(folder: Path) -> tuple[list[Document], list[Problem]]:
    """Each pack that could be read, and what is wrong with the others."""
    documents, problems = list[Document](), list[Problem]()
    for path in sorted(path for path in folder.glob("*") if is_yaml(path.name)):
        try:
            documents.append(_read(path))
        except ConfigError as error:
            problems += error.problems
    return documents, problems


def load_settings(directory: Path, env: Mapping[str, str]) -> MonitorFile:
    """``monitor.yaml`` alone: enough to look into the archive while another file has mistakes.

    Raises ConfigError.
    """
    document = _read(directory / "monitor.yaml")
    data = _data(document, env)
    try:
        settings = MonitorFile.model_validate(data, context={"directory": directory})
    except ValidationError as error:
        raise ConfigError([*document.problems, *explain(error, MonitorFile, document)]) from error
    if document.problems:
        raise ConfigError(document.problems)
    return settings


def load_rules(
    path: Path, env: Mapping[str, str], *, draft: bytes | None = None
) -> tuple[Rule, ...]:
    """The enabled rules of a file like ``rules.yaml``, whatever its name; channels unchecked.

    ``draft`` stands in for what the file holds. Raises ConfigError.
    """
    return _enabled(read_rules(path, env, draft=draft)[1])


def read_rules(
    path: Path, env: Mapping[str, str], *, draft: bytes | None = None
) -> tuple[Document, RulesFile]:
    """A file like ``rules.yaml`` with the lines of what stands in it.

    Raises ConfigError.
    """
    document = _read(path, draft)
    data = _data(document, env)
    try:
        rules = RulesFile.model_validate(data, context={"directory": path.parent})
    except ValidationError as error:
        raise ConfigError([*document.problems, *explain(error, RulesFile, document)]) from error
    if document.problems:
        raise ConfigError(document.problems)
    return document, rules


def _config(
    directory: Path,
    monitor: MonitorFile,
    sources: SourcesFile,
    rules: RulesFile,
    profiles: Mapping[str, Profile],
    library: Library,
    templates: Templates,
) -> Config:
    return Config(
        directory,
        monitor,
        tuple(source.model_copy(update={"id": name}) for name, source in sources.sources.items()),
        _enabled(rules),
        profiles,
        library,
        templates,
        frozenset(name for name, rule in rules.rules.items() if not rule.enabled),
    )


def _enabled(rules: RulesFile) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            id=name,
            query=rule.query,
            name=rule.name,
            corrections=rule.corrections,
            backfill=rule.backfill,
            volume=rule.volume,
            **{key: _either(rule, rules.defaults, key) for key in RuleDefaults.model_fields},
        )
        for name, rule in rules.rules.items()
        if rule.enabled
    )


def _either(rule: RuleSettings, defaults: RuleDefaults, key: str) -> Any:
    said = getattr(rule, key)
    return getattr(defaults, key) if said is None else said


def _in_order(problems: list[Problem]) -> list[Problem]:
    files = list[str](FILES)
    return sorted(problems, key=lambda p: (files.index(Path(p.file).name), p.line or 0))


def _read(path: Path, draft: bytes | None = None) -> Document:
    """Raises ConfigError."""
    raw = b""
    try:
        raw = read_regular(path) if draft is None else draft
        return read_yaml(raw.decode("utf-8-sig"), str(path))
    except FileNotFoundError:
        problem = Problem(str(path), None, "", _missing(path))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = Problem(str(path), line, "", "not UTF-8: save the file as UTF-8")
    except OSError as error:
        problem = Problem(str(path), None, "", f"not readable: {error.strerror}")
    raise ConfigError([problem])


def _missing(path: Path) -> str:
    if path.is_symlink():
        return f"a link to {path.readlink()}, which is not there"
    return "no such file: `monitor init` writes a first one"


def _data(document: Document, env: Mapping[str, str]) -> dict[str, Any]:
    """What stands in a file, with ``${NAME}`` filled in. Raises ConfigError."""
    if document.data is None:
        # A file that an editor is about to write is empty for a moment: not to be taken for good.
        message = "the file is empty: write {} where nothing is to stand in it"
        raise ConfigError([Problem(document.file, None, "", message)])
    if not isinstance(document.data, dict):
        found = type_of(document.data)
        raise ConfigError([document.problem((), f"{found}, allowed: keys with values")])
    data: dict[str, Any] = _filled(document.data, (), document, env)
    # A section whose lines are all commented out says nothing.
    return {key: value for key, value in data.items() if value is not None}


_VARIABLE = re.compile(r"\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


def _filled(data: Any, path: KeyPath, document: Document, env: Mapping[str, str]) -> Any:
    """``data`` with ``${NAME}`` and ``${NAME:-default}`` filled in; ``$${`` stands for ``${``."""
    if isinstance(data, dict):
        return {key: _filled(value, (*path, key), document, env) for key, value in data.items()}
    if isinstance(data, list):
        return [_filled(value, (*path, i), document, env) for i, value in enumerate(data)]
    if not isinstance(data, str):
        return data

    def fill(found: re.Match[str]) -> str:
        name, default = found[1], found[2]
        if name is None:
            return "${"
        if name not in env and default is None:
            message = f"{name} is not set: set it in the environment, or write ${{{name}:-default}}"
            document.problems.append(document.problem(path, message))
            return found[0]
        return env.get(name) or default or ""

    return _VARIABLE.sub(fill, data)


def init_config(shipped: Path, target: Path) -> list[Path]:
    """Copy what ``target`` lacks of the configuration that ships; the files that were written.

    Raises ConfigError where nothing is lacking, or nothing can be written.
    """
    wanted = [shipped / name for name in FILES]
    for pattern in (f"{CONCEPTS}/*.yaml", f"{PROFILES}/*.yaml", "schema/*.json"):
        wanted += sorted(shipped.glob(pattern))
    copies = {path: target / path.relative_to(shipped) for path in wanted}
    copies = {path: copy for path, copy in copies.items() if not copy.exists()}
    if not copies:
        message = "holds a configuration already: move it away, or name another folder"
        raise ConfigError([Problem(str(target), None, "", message)])
    try:
        for path, copy in copies.items():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    except OSError as error:
        problem = Problem(str(target), None, "", f"cannot be written: {error.strerror}")
        raise ConfigError([problem]) from error
    return list(copies.values())
