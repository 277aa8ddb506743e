"""What works in a pack, but may not be meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from monitor.concepts.entry import Entry, Written
from monitor.errors import Problem
from monitor.match.canonical import is_unspaced
from monitor.match.lints import in_most_stories, lint
from monitor.match.naming import PARTING
from monitor.match.written import is_reference
from monitor.problems import shown

MOST_ALONE = 20  # concepts that vouch for each other alone, as told

_RULE_WORDS = re.compile(r"(?:^|\s)(?:AND|OR|NOT|O?NEAR(?:/\d+)?|SENTENCE|PARAGRAPH)\s")


def doubts(entry: Entry) -> Iterator[Problem]:
    """Of one concept by itself."""
    for written in (*entry.names, *entry.guards, *entry.companions):
        if message := _as_in_a_rule(written):
            yield entry.problem(written.key, f"{shown(written.text)}: {message}")
    for name in entry.names:
        if message := _without_company(name, entry):
            yield entry.problem(name.key, f"{shown(name.text)}: {message}")
    for message in lint(entry.said.query) if entry.said.query else ():
        yield entry.problem(("query",), message)
    yield from _twice(entry)
    yield from _guards(entry)


def _as_in_a_rule(written: Written) -> str:
    """Names and guards are texts. The operators of rules are words among others there."""
    text = written.text
    if is_reference(text):
        return "is looked for as a word: another concept is named in narrower or only_with"
    if len(text) > 2 and text.startswith("/") and text.endswith("/"):
        return "is looked for as a text: patterns are for rules"
    if (found := _RULE_WORDS.search(text)) and not text.replace(found[0], "").isupper():
        return f"is looked for with the word {found[0].strip()} in it: give each text by itself"
    if written.term.form == "prefix" and written.term.written.endswith(" "):
        return "* belongs to the word before it: a blank between them does not count"
    return ""


def _without_company(name: Written, entry: Entry) -> str:
    if entry.guards or entry.said.only_with or name.term.form != "word":
        return ""
    word = name.term.needle.strip(" ")
    if in_most_stories(word):
        return "is found in most stories: take it away, or give words in only_with"
    if len(word) == 1 and is_unspaced(word):
        return "a single character is found inside many other words: give words in only_with"
    if len(word) <= 2 and word.isalpha() and word.isascii():
        return (
            "is short and may mean other things: an abbreviation is found in its capitals alone"
            f' as "!{word.upper()}"'
        )
    return ""


def _twice(entry: Entry) -> Iterator[Problem]:
    """Names that find the same as one before them; two languages may share one."""
    first: dict[tuple[str, ...], Written] = {}
    for name in entry.names:
        term = name.term
        case = term.written if term.form == "exact" else ""
        signs = "".join(sign for sign in PARTING if sign in term.written)
        same = first.setdefault((str(name.key[0]), term.form, term.needle, case, signs), name)
        if same is not name:
            message = f"finds the same as {shown(same.text)}: take one of the two away"
            yield entry.problem(name.key, f"{shown(name.text)}: {message}")


# --- guards ----------------------------------------------------------------------------------


def _guards(entry: Entry) -> Iterator[Problem]:
    """Those that hold a name back wherever it stands, and those that hold back none."""
    guards: dict[str, list[Written]] = {}
    for guard in entry.guards:
        guards.setdefault(guard.term.needle, []).append(guard)
    covering = set[str]()
    for name in entry.names:
        needle = name.term.needle
        beginnings = (needle[:end] for end in range(1, len(needle) + 1)) if guards else ()
        same = (guard for each in beginnings for guard in guards.get(each, ()))
        if found := next((guard for guard in same if _covers(guard, name)), None):
            covering.add(found.term.needle)
            why = "it is a guard" if found.text == name.text else f"{found.text} is a guard"
            yield entry.problem(name.key, f"{shown(name.text)}: never counts, since {why}")
    needles = {name.term.needle for name in entry.names}
    for guard in entry.guards:
        held = guard.term.needle + " " * (guard.term.form == "prefix")
        if guard.term.needle not in covering and not any(needle in held for needle in needles):
            message = f"'{guard.text}' holds none of the names, so it holds nothing back"
            yield entry.problem(guard.key, message)


def _covers(guard: Written, name: Written) -> bool:
    """Whether the name stands inside the guard wherever it stands."""
    one, other = guard.term, name.term
    if one.form == "exact":
        return other.form == "exact" and one.written == other.written
    if one.form == "word":
        return other.form != "prefix" and one.needle == other.needle
    rest = other.needle.removeprefix(one.needle).strip(" ")
    is_longer = bool(rest) and (is_unspaced(one.needle) or " " in rest)
    return other.needle.startswith(one.needle) and not is_longer


# --- company ---------------------------------------------------------------------------------


def alone(entries: Mapping[str, Entry]) -> Iterator[Problem]:
    """Concepts that never have company: those that they ask for, ask for them."""
    narrower = {name: entry.said.narrower for name, entry in entries.items()}
    asking: dict[str, list[str]] = {}  # by companion: who asks for it
    for entry in entries.values():
        for companion, _ in entry.references:
            asking.setdefault(companion, []).append(entry.id)
    standing: dict[str, list[str]] = {}  # by concept: the companions that it may stand for
    for companion in asking:
        for member in _family(companion, narrower):
            standing.setdefault(member, []).append(companion)
    found = {each.id for each in entries.values() if each.companions or not each.references}
    can_be_there = [name for name in found if entries[name].names]
    for name in can_be_there:
        for companion in standing.get(name, ()):
            fresh = [each for each in asking.pop(companion, ()) if each not in found]
            found.update(fresh)
            can_be_there += [each for each in fresh if entries[each].names]
    lost = [entry for entry in entries.values() if entry.id not in found]
    for entry in lost[:MOST_ALONE]:
        message = (
            "none of these can be there without this concept, so its names never count: give"
            " words, or a concept that has company for another reason"
        )
        yield entry.problem(("only_with",), message)


def _family(name: str, narrower: Mapping[str, Iterable[str]]) -> set[str]:
    found, waiting = set[str](), [name]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += narrower.get(each, ())
    return found
