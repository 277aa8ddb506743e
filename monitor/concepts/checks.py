"""What only shows between the keys of a concept, and between concepts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import pairwise

from monitor.concepts.entry import Entry, Written
from monitor.errors import Problem
from monitor.match.canonical import is_unspaced
from monitor.match.leaves import MAX_TERM, SHORTEST_PREFIX
from monitor.problems import shown
from monitor.yamlfile import Path

SHORTEST_UNSPACED = 2  # characters before * in Chinese, Lao and Thai


def check_entry(entry: Entry, known: Collection[str]) -> Iterator[Problem]:
    """Mistakes of one concept; ``known`` are the ids of all."""
    if not entry.names and not entry.said.narrower:
        yield entry.problem((), "no name and nothing narrower: give at least one name")
    for written in (*entry.names, *entry.guards, *entry.companions):
        if message := _of_text(written):
            yield entry.problem(written.key, f"{shown(written.text)}: {message}")
    for index, narrower in enumerate(entry.said.narrower):
        if narrower not in known:
            yield entry.problem(("narrower", index), unknown(narrower, known))
    for companion, key in entry.references:
        if companion not in known:
            yield entry.problem(key, unknown(companion, known))
    yield from _offices(entry)


def unknown(concept_id: str, known: Collection[str]) -> str:
    close = get_close_matches(concept_id, known, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]}?" if close else "`monitor concept list` shows them all"
    return f"no pack has a concept {shown(concept_id)}: {hint}"


def _of_text(written: Written) -> str:
    text, term = written.text, written.term
    if not term.needle.strip(" "):
        return "nothing to look for, allowed: a text with a letter or digit in it"
    if len(term.needle) > MAX_TERM:
        return f"too long, allowed: {MAX_TERM} characters"
    if term.form == "exact" and text.endswith("*"):
        return "allowed: ! before it (exact case) or * behind it (prefix), not both"
    if "*" in text.rstrip("*") or text.endswith("**"):
        return "* stands at the end alone (a prefix)"
    if term.form == "prefix":
        shortest = SHORTEST_UNSPACED if is_unspaced(term.needle) else SHORTEST_PREFIX
        if len(term.needle.rpartition(" ")[2]) < shortest:
            return f"too short for a prefix, allowed: {shortest} letters or more before *"
    return ""


def _offices(entry: Entry) -> Iterator[Problem]:
    if entry.said.offices and entry.said.kind != "person":
        message = f"are for a person, this is kind {entry.said.kind}: take them away"
        yield entry.problem(("offices",), message)
    for index, office in enumerate(entry.said.offices):
        if not office.in_order:
            message = f"'{office.until}' is before '{office.since}' (from): exchange the two"
            yield entry.problem(("offices", index, "until"), message)


# --- links that lead back --------------------------------------------------------------------


def check_links(entries: Mapping[str, Entry]) -> Iterator[Problem]:
    """Circles of ``narrower`` and of ``only_with``: in the second a name would vouch for itself."""
    narrower = {name: entry.said.narrower for name, entry in entries.items()}
    for way in circles(narrower):
        key: Path = ("narrower", narrower[way[-2]].index(way[-1]))
        message = f"a circle, so each would be part of itself: {_shown(way)}; take one link away"
        yield entries[way[-2]].problem(key, message)
    needed: dict[str, dict[str, tuple[str, Path]]] = {}  # by concept: what it needs, through which
    for name, entry in entries.items():
        for companion, key in entry.references:
            for member in _family(companion, narrower):
                needed.setdefault(name, {}).setdefault(member, (companion, key))
    for way in circles(needed):
        said = (_needs(name, needed[name][member][0], member) for name, member in pairwise(way))
        message = (
            f"a circle, so names would vouch for themselves: {', '.join(said)}; give words instead"
        )
        yield entries[way[-2]].problem(needed[way[-2]][way[-1]][1], message)


def _needs(name: str, companion: str, member: str) -> str:
    part = "" if member == companion else f" with @{member} in it"
    return f"@{name} needs @{companion}{part}"


def _shown(way: Iterable[str]) -> str:
    return " → ".join(f"@{name}" for name in way)


def _family(name: str, narrower: Mapping[str, Iterable[str]]) -> set[str]:
    found, waiting = set[str](), [name]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += narrower.get(each, ())
    return found


def circles(links: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
    """The ways that end where they began, one for each link that closes a circle."""
    done = set[str]()
    for start in links:
        way, at = [start], {start: 0}
        open_links = [iter(links[start])] if start not in done else []
        while open_links:
            following = next(open_links[-1], None)
            if following is None:
                open_links.pop()
                done.add(last := way.pop())
                del at[last]
            elif following in at:
                yield [*way[at[following] :], following]
            elif following not in done:
                at[following] = len(way)
                way.append(following)
                open_links.append(iter(links.get(following, ())))
