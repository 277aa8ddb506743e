"""``monitor rule backtest``"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.archive import stored_stories
from monitor.cli.common import AsJson, Context, read_given, since
from monitor.cli.ruleshow import found_record, show_found, sparkline, tell
from monitor.cli.ruletry import Period, SampleSize
from monitor.cli.rulevolume import Counting, judge
from monitor.cli.show import err, out, show_json, show_rows
from monitor.cli.tally import Found, Sample, Tally
from monitor.config import load_config, load_packs, load_rules
from monitor.errors import ConfigError, NotFoundError
from monitor.match import Concepts, RuleSet, compile_query, lint
from monitor.match.explain import explain
from monitor.match.why import why
from monitor.models import Match, Rule
from monitor.settings import FileName
from monitor.store.stories import Story

CURRENT = "current"


@dataclass(slots=True)
class Version:
    """A rule as one of the files has it, and the stories that meet it in this one alone."""

    query: str
    concepts: Concepts
    only: Sample
    count: int = 0


@dataclass(slots=True)
class Result:
    """One rule over the archive; ``tally`` of the file that is tested."""

    rule: str
    tally: Tally
    new: Version | None = None
    old: Version | None = None
    warnings: list[str] = field(default_factory=list)
    counting: Counting | None = None  # of a rule on how many stories come, as it is tested

    def add(self, story: Story, new: Match | None, old: Match | None) -> None:
        if new is not None:
            self.tally.add(Found(story, new))
            if self.counting:
                self.counting.add(story)
        for match, other, version in ((new, old, self.new), (old, new, self.old)):
            if match is not None and other is None and version is not None:
                version.count += 1
                version.only.offer(Found(story, match))

    @property
    def status(self) -> str:
        return "gone" if self.new is None else "new" if self.old is None else "in both"


def backtest(
    context: typer.Context,
    rules: Annotated[Path, typer.Argument(help="A file like rules.yaml; `-` is standard input.")],
    period: Period = None,
    against: Annotated[
        str | None,
        typer.Option(
            help="Another file, or `current`: the rules in force.",
            show_default="current, where RULES is another file",
        ),
    ] = None,
    sample: SampleSize = 3,
    concepts: Annotated[
        Path | None,
        typer.Option(
            help="A folder like config/concepts: what the tested rules name; the other version"
            " names those in force."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run rules over the stored stories, as the service would; compare with another version.

    Shows for each rule its hits over time and some of them, or the stories that it gains and loses
    against the other version, each with the reason why the other does not find it. Of a rule with
    spike, silence or count it tells when it would have alerted.

    Examples: monitor rule backtest draft.yaml --since 90d, monitor rule backtest config/rules.yaml
    --against old.yaml --sample 10, monitor rule backtest config/rules.yaml --concepts draft/
    """
    called = context.ensure_object(Context)
    other = _other(called, rules, CURRENT if concepts and against is None else against)
    tested = _concepts(called, concepts)
    new = RuleSet.compile(_checked(called, rules, concepts), tested)
    old = None if other is None else RuleSet.compile(_rules(called, other), called.concepts())
    results = _results(new, old, sample)
    read = 0
    for story in stored_stories(called, since(period)):
        read += 1
        _hold(story, results, new, old)
    judge(called, (one.counting for one in results.values() if one.counting), since(period))
    if as_json:
        rows = [_record(result, compared=old is not None) for result in results.values()]
        named = {"rules": str(rules), "against": None if other is None else str(other)}
        show_json(named | {"stories": read, "results": rows})
    else:
        _print(results, compared=old is not None)
    err.print(f"{read} stories read.")


def _other(called: Context, rules: Path, against: str | None) -> Path | None:
    current = called.directory / "rules.yaml"
    if against is None:
        return current if current.exists() and current.resolve() != rules.resolve() else None
    return current if against == CURRENT else Path(against)


def _rules(called: Context, path: Path) -> tuple[Rule, ...]:
    """Raises ConfigError and NotFoundError."""
    return load_rules(path, called.env, draft=read_given(str(path)))


def _concepts(called: Context, folder: Path | None) -> Concepts:
    """Raises ConfigError and NotFoundError."""
    if folder is None:
        return called.concepts()
    if not folder.is_dir():
        raise NotFoundError(f"cannot read {folder}: no such folder")
    return load_packs(folder).concepts


def _checked(called: Context, path: Path, packs: Path | None) -> tuple[Rule, ...]:
    """As it would be checked in the place of rules.yaml, with other packs perhaps.

    Raises ConfigError with every mistake of the file, and NotFoundError.
    """
    rules_yaml = called.directory / "rules.yaml"
    written = read_given(str(path))
    drafts: dict[FileName, str] = {"rules.yaml": written.decode("utf-8-sig", "replace")}
    try:
        load_config(called.directory, called.env, drafts=drafts, packs=packs)
    except ConfigError as error:
        # What is wrong with other files is of no matter here.
        own = [problem for problem in error.problems if problem.file == str(rules_yaml)]
        if own:
            raise ConfigError([replace(problem, file=str(path)) for problem in own]) from error
    return load_rules(path, called.env, draft=written)


def _results(new: RuleSet, old: RuleSet | None, sample: int) -> dict[str, Result]:
    results: dict[str, Result] = {}
    for rule in new:
        result = results[rule.id] = Result(rule.id, Tally(Sample(sample)))
        result.new = Version(rule.query, new.concepts, Sample(sample))
        result.warnings = lint(rule.query, new.concepts)
        if rule.volume is not None:
            result.counting = Counting(rule, rule.volume)
    if old is None:
        return results
    for rule in old:
        if rule.id not in results:
            results[rule.id] = Result(rule.id, Tally(Sample(0)))
        results[rule.id].old = Version(rule.query, old.concepts, Sample(sample))
    return results


def _hold(story: Story, results: dict[str, Result], new: RuleSet, old: RuleSet | None) -> None:
    """The same call as when a story comes in."""
    found = {match.rule: match for match in new.match(story.article, carried=story.carried_by)}
    before: dict[str, Match] = {}
    if old is not None:
        before = {m.rule: m for m in old.match(story.article, carried=story.carried_by)}
    for name in found.keys() | before.keys():
        results[name].add(story, found.get(name), before.get(name))


def _record(result: Result, *, compared: bool) -> dict[str, Any]:
    record: dict[str, Any] = {"rule": result.rule, "warnings": result.warnings}
    record |= result.tally.record()
    record["sample"] = [found_record(found) for found in result.tally.sample.newest_first()]
    if result.counting:
        record["volume"] = result.counting.record()
    if compared:
        record["status"] = result.status
        record["gained"] = _changed(result.new, result.old)
        record["lost"] = _changed(result.old, result.new)
    return record


def _changed(version: Version | None, other: Version | None) -> dict[str, Any]:
    if version is None:
        return {"count": 0, "stories": []}
    rows = [
        found_record(found) | {"why": _why_not(found, other)}
        for found in version.only.newest_first()
    ]
    return {"count": version.count, "stories": rows}


def _why_not(found: Found, other: Version | None) -> str | None:
    """Why the other version does not find a story; None where it has no such rule."""
    if other is None:
        return None
    story = found.story
    return why(explain(compile_query(other.query), story.article, other.concepts, story.carried_by))


def _print(results: dict[str, Result], *, compared: bool) -> None:
    rows = [
        {
            "rule": result.rule,
            "hits": result.tally.hits,
            "gained": result.new.count if result.new else 0,
            "lost": result.old.count if result.old else 0,
            "status": result.status,
            "over time": sparkline(result.tally.days) or None,
        }
        for result in results.values()
    ]
    columns = ["rule", "hits", *(["gained", "lost", "status"] if compared else []), "over time"]
    show_rows(rows, columns, as_json=False, empty="The file has no rules.")
    for result in results.values():
        for warning in result.warnings:
            err.print(f"note: {result.rule}: {warning}", markup=False, soft_wrap=True)
        if result.counting:
            result.counting.show(result.rule)
        if not compared:
            _print_stories(f"hits of {result.rule}", result.tally.hits, result.tally.sample)
        elif result.new is not None:
            what, only = f"stories that {result.rule} gains", result.new
            _print_stories(what, only.count, only.only, _reasons(result.old))
        if compared and result.old is not None:
            what, only = f"stories that {result.rule} loses", result.old
            _print_stories(what, only.count, only.only, _reasons(result.new))


Reason = Callable[[Found], str | None]


def _reasons(other: Version | None) -> Reason:
    return lambda found: _why_not(found, other)


def _print_stories(what: str, count: int, sample: Sample, reason: Reason | None = None) -> None:
    stories = sample.newest_first()
    if not stories:
        return
    out.print()
    tell(f"{len(stories)} of {count} {what}:", "bold")
    for found in stories:
        show_found(found)
        if reason is not None and (told := reason(found)):
            tell(f"    the other version does not find it: {told}", "dim")
