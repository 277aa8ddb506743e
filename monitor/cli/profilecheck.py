"""``monitor profile check``"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any

import typer

from monitor.cli.common import AsJson, Context
from monitor.cli.profilefiles import Kept, folder_of, kept_profiles, named
from monitor.cli.show import cell, err, show_json, show_rows
from monitor.errors import ConfigError, Problem
from monitor.parse.samples import Difference, Verdict, address_of, check_sample
from monitor.parse.trial import Selection, try_profile
from monitor.text import flat

_SHOWN = 60  # characters of a value that differs


def check(
    context: typer.Context,
    hosts: Annotated[
        list[str] | None,
        typer.Argument(help="Names of profiles, or hosts; else all.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read each profile's sample pages, and compare with the Articles that are expected of them.

    Samples are those of config/profiles/NAME/: story.html with story.json; where there are none,
    those that ship. Exits with status 1 where a profile has a mistake or a sample comes out wrong.

    Examples: monitor profile check, monitor profile check kpl.gov.la pasaxon.org.la
    """
    called = context.ensure_object(Context)
    kept, problems = kept_profiles(called.directory)
    if hosts:
        kept, problems = named(hosts, kept, problems), []
    elif not kept and not problems:
        message = "no profiles here: `monitor init` writes those that ship"
        raise ConfigError([Problem(str(called.directory), None, "", message)])
    found = [(each, [check_sample(page, each.profile) for page in each.samples]) for each in kept]
    if as_json:
        show_json({"problems": list(map(str, problems)), "profiles": list(map(_record, found))})
    else:
        _print(found, problems)
    if problems or not all(verdict.is_right for _, verdicts in found for verdict in verdicts):
        raise typer.Exit(1)


Found = tuple[Kept, list[Verdict]]


def _print(found: Sequence[Found], problems: Iterable[Problem]) -> None:
    for problem in problems:
        err.print(flat(str(problem)), markup=False, soft_wrap=True)
    rows = [row for each in found for row in _rows(each)]
    show_rows(rows, ["profile", "sample", "result", "why"], as_json=False, empty="Nothing checked.")
    for note in (note for each in found for note in _notes(each)):
        err.print(flat(f"note: {note}"), markup=False, soft_wrap=True)
    verdicts = [verdict for _, each in found for verdict in each]
    wrong = sum(not verdict.is_right for verdict in verdicts)
    bare = sum(not each for _, each in found)
    summary = f"{len(found)} profiles, {len(verdicts)} samples, {wrong} wrong"
    err.print(summary + (f"; {bare} profiles have no sample" if bare else ""))


def _rows(found: Found) -> Iterator[dict[str, Any]]:
    each, verdicts = found
    if not verdicts:
        why = f"its selectors are in order; a sample would stand in {folder_of(each.path)}"
        yield {"profile": each.name, "sample": None, "result": "no sample", "why": why}
    for verdict in verdicts:
        result = "right" if verdict.is_right else "wrong"
        wrong = verdict.problem or "; ".join(map(_told, verdict.differences)) or None
        yield {"profile": each.name, "sample": verdict.page.name, "result": result, "why": wrong}


def _told(difference: Difference) -> str:
    expected, found = difference.expected, difference.found
    if isinstance(expected, list) and isinstance(found, list):
        return f"{difference.field}: {_apart(expected, found)}"
    return f"{difference.field}: expected {_short(expected)}, found {_short(found)}"


def _apart(expected: list[Any], found: list[Any]) -> str:
    """Where two lists part: paragraphs are long, and most of them agree."""
    pairs = enumerate(zip(expected, found, strict=False), 1)
    number = next((n for n, (one, other) in pairs if one != other), 0)
    if number:
        one, other = expected[number - 1], found[number - 1]
        return f"{number} of {len(expected)}: expected {_short(one)}, found {_short(other)}"
    number = min(len(expected), len(found))
    if len(found) < len(expected):
        return f"{number + 1} of {len(expected)} is missing: {_short(expected[number])}"
    return f"{len(found) - number} too many: {_short(found[number])}"


def _short(value: Any) -> str:
    text = cell(value)
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…") if value else "nothing"


def _notes(found: Found) -> Iterator[str]:
    each, verdicts = found
    for verdict in verdicts:
        if verdict.skipped:
            keys = ", ".join(verdict.skipped)
            yield f"{each.name}: {verdict.page.name}: not compared, no Article has it: {keys}"
    for dead in _dead(each):
        yield f"{each.name}: {dead.key}: {dead.selector} finds nothing in any of its samples"


def _dead(each: Kept) -> list[Selection]:
    """The selectors that find nothing in any sample."""
    selections: dict[str, Selection] = {}
    for page in each.samples:
        url = address_of(page)
        if url is not None:
            trial = try_profile(page.read_bytes(), url, each.profile)
            for found in (*trial.selections, *trial.others):
                known = selections.get(found.key)
                selections[found.key] = found if known is None or found.count else known
    return [found for found in selections.values() if not found.count]


def _record(found: Found) -> dict[str, Any]:
    each, verdicts = found
    return {
        "profile": each.name,
        "file": str(each.path),
        "hosts": list(each.profile.hosts),
        "samples": [
            {
                "page": str(verdict.page),
                "right": verdict.is_right,
                "problem": verdict.problem,
                "differences": [
                    {"field": d.field, "expected": d.expected, "found": d.found}
                    for d in verdict.differences
                ],
                "not_compared": list(verdict.skipped),
            }
            for verdict in verdicts
        ],
        "dead": [{"key": dead.key, "selector": dead.selector} for dead in _dead(each)],
    }
