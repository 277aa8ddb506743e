"""What only shows across keys and files.

It reads plain data, so that it finds what it can in files that have other mistakes too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any

from monitor.errors import Problem, RuleError
from monitor.fields import format_duration, parse_duration
from monitor.match import Concepts, asks_carried, compile_query
from monitor.models import Severity, VolumeKind, When
from monitor.problems import meant, query_problem
from monitor.queries import where
from monitor.settings import FetchSettings, FileName
from monitor.urls import canonical_url
from monitor.yamlfile import Document
from monitor.yamlfile import Path as KeyPath

# Of each file that could be read: where things stand in it, and its data with ${NAME} filled in.
Files = Mapping[FileName, tuple[Document, dict[str, Any]]]


def cross_check(
    files: Files, sound: Collection[str], concepts: Concepts | None = None
) -> Iterator[Problem]:
    """Mistakes between keys and between files, as far as these could be read.

    ``sound`` are those without mistakes of their own: channels that all are missing may be one.
    ``concepts`` are all that queries may name; None where that is not known.
    """
    if concepts is not None:
        yield from _unknown_concepts(files, concepts)
    settings = files["monitor.yaml"][1] if "monitor.yaml" in files else {}
    shortest = _duration(_mapping(settings, "fetch"), "min_interval")
    if "monitor.yaml" in files:
        yield from _default_interval(*files["monitor.yaml"], shortest)
    if "sources.yaml" in files:
        topic = "monitor.yaml" not in files or bool(settings.get("topic"))
        yield from _sources(*files["sources.yaml"], shortest, topic=topic)
    if "rules.yaml" in files:
        yield from _without_channels(*files["rules.yaml"])
        yield from _urgent_in_a_digest(*files["rules.yaml"])
        yield from _escalating_to_itself(*files["rules.yaml"])
        yield from _volumes(*files["rules.yaml"])
    channels = settings.get("channels", {})
    if isinstance(channels, dict) and (channels or "monitor.yaml" in sound):
        yield from _unknown_in(files["monitor.yaml"][0], ("health",), settings, channels)
        if "rules.yaml" in files:
            yield from _unknown_channels(*files["rules.yaml"], channels)


def _default_interval(
    document: Document, data: dict[str, Any], shortest: timedelta
) -> Iterator[Problem]:
    fetch = _mapping(data, "fetch")
    if _duration(fetch, "interval") < shortest:
        allowed = f"allowed: {format_duration(shortest)} (fetch.min_interval) or more"
        yield document.problem(("fetch", "interval"), allowed)
    yield from _intervals(document, ("fetch",), fetch, ("interval", "max_interval"))


def _sources(
    document: Document, data: dict[str, Any], shortest: timedelta, *, topic: bool
) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for name, source in _entries(data, "sources"):
        path: KeyPath = ("sources", name)
        url = source.get("url")
        if isinstance(url, str) and first.setdefault(canonical_url(url), name) != name:
            message = f"the address of {first[canonical_url(url)]} too: keep one of the two"
            yield document.problem((*path, "url"), message)
        for key in ("interval", "min_interval"):
            if key in source and _duration(source, key) < shortest:
                allowed = f"{format_duration(shortest)} (monitor.yaml: fetch.min_interval) or more"
                yield document.problem((*path, key), f"allowed: {allowed}")
        if source.get("prefilter") == "title" and source.get("enabled", True) and not topic:
            yield document.problem((*path, "prefilter"), "needs a topic, monitor.yaml has none")
        yield from _intervals(document, path, source)
        if "id" in source:
            yield document.problem((*path, "id"), f"not a key here: the source's id is {name}")


_BOUNDS = ("min_interval", "interval", "max_interval")


def _intervals(
    document: Document, path: KeyPath, holder: dict[str, Any], keys: tuple[str, ...] = _BOUNDS
) -> Iterator[Problem]:
    """Lengths of time that are given, each at least as long as the one before it."""
    given = [(key, length) for key in keys if (length := _length(holder.get(key))) is not None]
    for (less, shorter), (more, longer) in pairwise(given):
        if shorter > longer:
            yield document.problem(
                (*path, more), f"allowed: {format_duration(shorter)} ({less}) or more"
            )


def _length(written: Any) -> timedelta | None:
    try:
        return parse_duration(written)
    except ValueError:
        return None


def _unknown_concepts(files: Files, concepts: Concepts) -> Iterator[Problem]:
    """Of the topic, and of every rule."""
    if "monitor.yaml" in files:
        document, data = files["monitor.yaml"]
        yield from _of_query(document, ("topic",), data.get("topic"), concepts)
    if "rules.yaml" in files:
        document, data = files["rules.yaml"]
        for name, rule in _entries(data, "rules"):
            yield from _of_query(document, ("rules", name, "query"), rule.get("query"), concepts)


def _of_query(
    document: Document, path: KeyPath, query: Any, concepts: Concepts
) -> Iterator[Problem]:
    if not isinstance(query, str) or "@" not in query:
        return
    try:
        root = compile_query(query)
    except RuleError:
        return  # which is told elsewhere
    try:
        concepts.in_place(root, query)
    except RuleError as error:
        yield query_problem(path, where(error), document)


def _without_channels(document: Document, data: dict[str, Any]) -> Iterator[Problem]:
    if _mapping(data, "defaults").get("channels"):
        return
    for name, rule in _entries(data, "rules"):
        if rule.get("channels") is None:
            yield document.problem(
                ("rules", name), "names no channels, nor do the defaults: its alerts go nowhere"
            )


def _urgent_in_a_digest(document: Document, data: dict[str, Any]) -> Iterator[Problem]:
    """Of what one rule says itself: to be urgent is how it leaves the digest of the defaults."""
    for name, rule in _entries(data, "rules"):
        if (rule.get("severity"), rule.get("when")) == (Severity.URGENT, When.DIGEST):
            yield document.problem(
                ("rules", name, "when"),
                "an urgent alert goes out at once: leave `when` out, or give another severity",
            )


def _escalating_to_itself(document: Document, data: dict[str, Any]) -> Iterator[Problem]:
    """Of what one rule says itself: the defaults speak of channels of others, too."""
    usual = _mapping(data, "defaults").get("channels")
    for name, rule in _entries(data, "rules"):
        told = usual if rule.get("channels") is None else rule["channels"]
        to = _mapping(rule, "escalate").get("to")
        if not (isinstance(told, list) and isinstance(to, list) and to):
            continue  # which is told elsewhere
        if all(channel in told for channel in to):
            yield document.problem(
                ("rules", name, "escalate", "to"),
                "the rule tells these channels anyway, allowed: at least one other",
            )


def _volumes(document: Document, data: dict[str, Any]) -> Iterator[Problem]:
    """Rules on how many stories come wait for one thing, and count what stays as it is."""
    for name, rule in _entries(data, "rules"):
        given = [kind.value for kind in VolumeKind if rule.get(kind.value) is not None]
        for key in given[1:]:
            message = f"beside {given[0]}, allowed: one of {', '.join(VolumeKind)}"
            yield document.problem(("rules", name, key), message)
        if given and "backfill" in rule:
            message = "the archive is counted anyway: leave backfill out"
            yield document.problem(("rules", name, "backfill"), f"beside {given[0]}, {message}")
        if given and (wrong := _asking_carried(rule.get("query"))) is not None:
            yield query_problem(("rules", name, "query"), where(wrong), document)


def _asking_carried(query: Any) -> RuleError | None:
    try:
        at = asks_carried(query) if isinstance(query, str) else None
    except RuleError:
        return None  # which is told elsewhere
    if at is None:
        return None
    message = (
        "carried is not for rules with spike, silence or count: a story is counted once, when it"
        " is read, and how many sites carry it shows later"
    )
    return RuleError(message, query, at)


def _unknown_channels(
    document: Document, data: dict[str, Any], known: Mapping[str, Any]
) -> Iterator[Problem]:
    yield from _unknown_in(document, ("defaults",), data, known)
    yield from _unknown_in(document, ("defaults", "escalate"), data, known, "to")
    for name, _ in _entries(data, "rules"):
        yield from _unknown_in(document, ("rules", name), data, known)
        yield from _unknown_in(document, ("rules", name, "escalate"), data, known, "to")


def _unknown_in(
    document: Document,
    path: KeyPath,
    data: dict[str, Any],
    known: Mapping[str, Any],
    last: str = "channels",
) -> Iterator[Problem]:
    """Names in a list, ``last`` below ``path``, that are no channels of monitor.yaml."""
    holder = data
    for key in path:
        holder = _mapping(holder, str(key))
    channels = holder.get(last)
    for index, channel in enumerate(channels if isinstance(channels, list) else ()):
        if isinstance(channel, str) and channel not in known:
            yield document.problem(
                (*path, last, index),
                f"'{channel}' is not a channel of monitor.yaml{meant(channel, known)}",
            )


def _mapping(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _entries(data: Mapping[str, Any], key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, entry in _mapping(data, key).items():
        if isinstance(entry, dict):
            yield name, entry


def _duration(holder: Mapping[str, Any], key: str) -> timedelta:
    """As written; where that is wrong, which is told elsewhere, something harmless."""
    if key not in holder:
        default: timedelta = FetchSettings.model_fields[key].default
        return default
    try:
        return parse_duration(holder[key])
    except ValueError:
        return timedelta.max if key == "interval" else timedelta(0)
