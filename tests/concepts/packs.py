"""Packs of a few concepts."""

from __future__ import annotations

from collections.abc import Callable

from monitor.concepts import Library, read_packs
from monitor.errors import Problem
from monitor.yamlfile import read_yaml


def read(*texts: str) -> tuple[Library, list[Problem]]:
    return read_packs([read_yaml(text, f"{number}.yaml") for number, text in enumerate(texts)])


def sound(*texts: str) -> Library:
    library, problems = read(*texts)
    assert problems == []
    return library


def concept(more: str, name: str = "one", names: str = "en: [Word]") -> str:
    return f"concepts:\n  {name}:\n    about: A thing\n    kind: place\n    {names}\n    {more}\n"


def many(number: int, more: Callable[[int], str]) -> str:
    entries = (
        f"  c{at}: {{about: A thing, kind: place, en: [name{at}x], {more(at)}}}\n"
        for at in range(number)
    )
    return "concepts:\n" + "".join(entries)
