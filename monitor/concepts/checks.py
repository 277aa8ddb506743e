"""What only shows between the keys of a concept, and between concepts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from monitor.concepts.entry import Entry, Written
from monitor.errors import Problem
from monitor.match.concepts import nearest_id
from monitor.match.leaves import MAX_TERM, lacking
from monitor.problems import shown
from monitor.yamlfile import Path

DEEPEST = 20  # links of narrower above one another; the pack that ships has six
MOST_CIRCLES = 20  # told; hundreds of links can close thousands
MOST_GUESSED = 20  # references of a file for which a likely one is looked for


def check_entry(
    entry: Entry, known: Collection[str] | None, missed: Counter[str]
) -> Iterator[Problem]:
    """Mistakes of one concept; ``known`` are the ids of all, where these are known.

    ``missed`` counts references to no concept, by file: what may be meant takes long to find, and
    is told of the first alone.
    """
    if not entry.names and not entry.said.narrower and not entry.said.query:
        yield entry.problem((), "no name, nothing narrower and no query: give one of them")
    for written in (*entry.names, *entry.guards, *entry.companions):
        if message := _of_text(written):
            yield entry.problem(written.key, f"{shown(written.text)}: {message}")
    for reference, key in entry.things:
        if known is not None and reference not in known:
            missed[entry.document.file] += 1
            likely = known if missed[entry.document.file] <= MOST_GUESSED else ()
            yield entry.problem(key, unknown(reference, likely))
    yield from _offices(entry)


def unknown(concept_id: str, known: Collection[str]) -> str:
    close = nearest_id(concept_id, known)
    hint = f"did you mean {close}?" if close else "`monitor concept list` shows them all"
    return f"no pack has a concept {shown(concept_id)}: {hint}"


def _of_text(written: Written) -> str:
    text, term = written.text, written.term
    if not term.needle.strip(" "):
        return "nothing to look for, allowed: a text with a letter or digit in it"
    if len(term.needle.strip(" ")) > MAX_TERM:
        return f"too long, allowed: {MAX_TERM} characters"
    if term.form == "exact" and text.endswith("*"):
        return "allowed: ! before it (exact case) or * behind it (prefix), not both"
    if "*" in text.rstrip("*") or text.endswith("**"):
        return "* stands at the end alone (a prefix)"
    if term.form == "prefix" and (shortest := lacking(term.needle)):
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


# --- links that lead back, or too far ---------------------------------------------------------


def check_links(entries: Mapping[str, Entry]) -> Iterator[Problem]:
    """Circles of ``narrower``, and chains of it that are longer than any use."""
    narrower = {name: entry.said.narrower for name, entry in entries.items()}
    found = False
    for way in islice(circles(narrower), MOST_CIRCLES):
        found = True
        key: Path = ("narrower", narrower[way[-2]].index(way[-1]))
        message = f"a circle, so each would be part of itself: {_shown(way)}; take one link away"
        yield entries[way[-2]].problem(key, message)
    if not found and (name := _too_deep(narrower)):
        message = f"deeper than {DEEPEST} levels: leave out some of those above, or in between"
        yield entries[name].problem(("narrower",), message)


def _too_deep(narrower: Mapping[str, Iterable[str]]) -> str | None:
    """One that is not the last in a chain of links above ``DEEPEST``, where there is no circle."""
    level: Iterable[str] = narrower
    for _ in range(DEEPEST):
        level = dict.fromkeys(each for name in level for each in narrower.get(name, ()))
    return next((name for name in level if narrower.get(name)), None)


def _shown(way: Sequence[str]) -> str:
    """A long one without its middle."""
    names = [f"@{name}" for name in way]
    return " → ".join(names if len(names) <= 8 else [*names[:4], "…", *names[-3:]])


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
