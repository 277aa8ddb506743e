"""Load and validate the configuration; every mistake at once, each with its file and line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from monitor.deliver import Channel
from monitor.discover import Source
from monitor.errors import ConfigError, Problem, RuleError
from monitor.match import compile_query
from monitor.models import Rule
from monitor.settings import FILES, FileName, MonitorFile, RulesFile, SourcesFile
from monitor.yamlfile import Document, read_yaml
from monitor.yamlfile import Path as KeyPath


@dataclass(frozen=True, slots=True)
class Config:
    """What the three files say, checked against each other."""

    directory: Path
    settings: MonitorFile
    sources: tuple[Source, ...]
    rules: tuple[Rule, ...]  # those that are enabled

    @property
    def channels(self) -> Mapping[str, Channel]:
        return self.settings.channels

    @property
    def home(self) -> Path:
        """Where relative paths of the files start: the folder that holds the configuration."""
        return self.directory.parent


def load_config(directory: Path, env: Mapping[str, str]) -> Config:
    """Read ``monitor.yaml``, ``sources.yaml`` and ``rules.yaml`` of ``directory``.

    ``${NAME}`` in any text is filled in from ``env``. Raises ConfigError with every Problem.
    """
    if not directory.is_dir():
        raise ConfigError(
            [Problem(str(directory), None, "", "no such folder: `monitor init` writes a first one")]
        )
    documents: dict[FileName, Document] = {}
    checked: dict[FileName, Any] = {}
    problems: list[Problem] = []
    for name in FILES:
        try:
            document = _read(directory / name)
            documents[name] = document
            checked[name] = _validate(name, document, directory, env)
        except ConfigError as error:
            problems += error.problems
    # Cross-checks need whatever could be read: report theirs too, so that one run shows all.
    settings: MonitorFile | None = checked.get("monitor.yaml")
    sources: SourcesFile | None = checked.get("sources.yaml")
    rules: RulesFile | None = checked.get("rules.yaml")
    if settings:
        problems += _check_topic(documents["monitor.yaml"], settings)
    if sources:
        problems += _check_sources(documents["sources.yaml"], sources, settings)
    if rules:
        problems += _check_rules(documents["rules.yaml"], rules, settings)
    if problems or not (settings and sources and rules):
        raise ConfigError(sorted(problems, key=lambda problem: (problem.file, problem.line or 0)))
    return Config(directory, settings, _sources(sources), _rules(rules))


def _sources(file: SourcesFile) -> tuple[Source, ...]:
    return tuple(source.model_copy(update={"id": name}) for name, source in file.sources.items())


def _rules(file: RulesFile) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            id=name,
            query=rule.query,
            name=rule.name,
            channels=file.defaults.channels if rule.channels is None else rule.channels,
            corrections=rule.corrections,
        )
        for name, rule in file.rules.items()
        if rule.enabled
    )


def _read(path: Path) -> Document:
    try:
        return read_yaml(path.read_text("utf-8"), str(path))
    except FileNotFoundError:
        message = "no such file: `monitor init` writes a commented one"
        raise ConfigError([Problem(str(path), None, "", message)]) from None
    except UnicodeDecodeError as error:
        message = f"not UTF-8 at byte {error.start}: save the file as UTF-8"
        raise ConfigError([Problem(str(path), None, "", message)]) from error
    except OSError as error:
        raise ConfigError(
            [Problem(str(path), None, "", f"not readable: {error.strerror}")]
        ) from error


def _validate(name: FileName, document: Document, directory: Path, env: Mapping[str, str]) -> Any:
    problems = list(document.problems)
    data = _filled(document.data if document.data is not None else {}, (), document, env, problems)
    if not isinstance(data, dict):
        problems.append(document.problem((), f"a {type(data).__name__}, allowed: keys with values"))
        raise ConfigError(problems)
    try:
        checked = FILES[name].model_validate(data, context={"directory": directory})
    except ValidationError as error:
        schema = FILES[name].model_json_schema()
        problems += [_explain(details, document, schema) for details in error.errors()]
    if problems:
        raise ConfigError(problems)
    return checked


_VARIABLE = re.compile(r"\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


def _filled(
    data: Any, path: KeyPath, document: Document, env: Mapping[str, str], problems: list[Problem]
) -> Any:
    """``data`` with ``${NAME}`` and ``${NAME:-default}`` filled in; ``$${`` stands for ``${``."""
    if isinstance(data, dict):
        return {k: _filled(v, (*path, k), document, env, problems) for k, v in data.items()}
    if isinstance(data, list):
        return [_filled(v, (*path, i), document, env, problems) for i, v in enumerate(data)]
    if not isinstance(data, str):
        return data

    def fill(found: re.Match[str]) -> str:
        if found[1] is None:
            return "${"
        value = env.get(found[1], found[2])
        if value is None:
            problems.append(
                document.problem(
                    path,
                    f"the environment variable {found[1]} is not set:"
                    f" set it, or write ${{{found[1]}:-default}}",
                )
            )
            return found[0]
        return value

    return _VARIABLE.sub(fill, data)


# --- what pydantic found, in words -------------------------------------------------------------


def _explain(details: ErrorDetails, document: Document, schema: dict[str, Any]) -> Problem:
    path = _path_in_file(details["loc"], document.data)
    kind, context = details["type"], details.get("ctx", {})
    if kind == "missing":
        return document.problem(path, "required, but missing")
    if kind == "extra_forbidden":
        allowed = sorted(_node(schema, details["loc"][:-1]).get("properties", ()))
        return document.problem(path, f"unknown key{_meant(path[-1], allowed)}; {_list(allowed)}")
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        tags = sorted(_node(schema, details["loc"])["discriminator"]["mapping"])
        path = (*path, "kind")
        if kind == "union_tag_not_found":
            return document.problem(path, f"required, but missing; {_list(tags)}")
        tag = str(context["tag"])
        return document.problem(path, f"{tag!r} is unknown{_meant(tag, tags)}; {_list(tags)}")
    message = details["msg"].removeprefix("Value error, ")
    message = message.replace("Input should be", "allowed:")
    return document.problem(path, f"{_found(document.data, path)}{message}")


def _path_in_file(loc: tuple[int | str, ...], data: Any) -> KeyPath:
    """Pydantic's location without what is not in the file: union tags and ``[key]``."""
    path: list[int | str] = []
    for part in loc:
        is_tag = isinstance(data, dict) and part not in data and data.get("kind") == part
        if is_tag or part == "[key]":
            continue
        path.append(part)
        data = _child(data, part)
    return tuple(path)


def _child(data: Any, part: int | str) -> Any:
    if isinstance(data, dict):
        return data.get(part)
    if isinstance(data, list) and isinstance(part, int):
        return data[part]
    return None


def _found(data: Any, path: KeyPath) -> str:
    """What the file itself says there: ``${SECRET}`` by its name, never by its value."""
    for part in path:
        data = _child(data, part)
    return "" if data is None or isinstance(data, (dict, list)) else f"{str(data)[:80]!r}: "


def _node(schema: dict[str, Any], loc: tuple[int | str, ...]) -> dict[str, Any]:
    """The part of a JSON Schema that speaks of the value at pydantic's ``loc``."""
    node = _resolved(schema, schema)
    for part in loc:
        if "discriminator" in node:
            node = {"$ref": node["discriminator"]["mapping"][part]}
        elif part in node.get("properties", {}):
            node = node["properties"][part]
        elif "patternProperties" in node:
            node = next(iter(node["patternProperties"].values()))
        node = _resolved(node, schema)
    return node


def _resolved(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return node


def _meant(word: object, allowed: list[str]) -> str:
    close = difflib.get_close_matches(str(word), allowed, n=1)
    return f", did you mean {close[0]!r}?" if close else ""


def _list(allowed: list[str]) -> str:
    return f"allowed: {', '.join(allowed)}"


# --- what only shows across keys and files -----------------------------------------------------


def _check_topic(document: Document, settings: MonitorFile) -> Iterator[Problem]:
    if settings.topic is not None:
        yield from _check_query(document, ("topic",), settings.topic)


def _check_query(document: Document, path: KeyPath, query: str) -> Iterator[Problem]:
    try:
        compile_query(query)
    except RuleError as error:
        yield document.problem(path, f"{error}: {query[:200]!r}")


def _check_sources(
    document: Document, file: SourcesFile, settings: MonitorFile | None
) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name, source in file.sources.items():
        first = seen.setdefault(source.url, name)
        if first != name:
            yield document.problem(
                ("sources", name, "url"), f"the same as that of {first!r}: keep one of the two"
            )
        if settings and source.interval and source.interval < settings.fetch.min_interval:
            yield document.problem(
                ("sources", name, "interval"),
                f"allowed: {settings.fetch.min_interval} (hours:minutes:seconds) or more,"
                " see fetch.min_interval in monitor.yaml",
            )


def _check_rules(
    document: Document, file: RulesFile, settings: MonitorFile | None
) -> Iterator[Problem]:
    for name, rule in file.rules.items():
        yield from _check_query(document, ("rules", name, "query"), rule.query)
        if rule.channels is None and not file.defaults.channels:
            yield document.problem(
                ("rules", name), "names no channels, nor do the defaults: its alerts go nowhere"
            )
    if settings is None:
        return
    named: dict[KeyPath, tuple[str, ...]] = {("defaults", "channels"): file.defaults.channels}
    named |= {("rules", name, "channels"): rule.channels or () for name, rule in file.rules.items()}
    for path, channels in named.items():
        for index, channel in enumerate(channels):
            if channel not in settings.channels:
                known = sorted(settings.channels)
                yield document.problem(
                    (*path, index),
                    f"{channel!r} is not a channel of monitor.yaml{_meant(channel, known)};"
                    f" {_list(known) if known else 'there are none'}",
                )
