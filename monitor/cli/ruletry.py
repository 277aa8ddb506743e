"""``monitor rule try``"""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from monitor.cli.archive import stored_stories
from monitor.cli.common import AsJson, Context, since
from monitor.cli.ruleshow import found_record, show_bars, show_counts, show_found, tell
from monitor.cli.rulevolume import Counting, judge, read_condition
from monitor.cli.show import err, out, show_json
from monitor.cli.tally import Found, Sample, Tally
from monitor.config import read_rules
from monitor.errors import ConfigError
from monitor.match import RuleSet, lint
from monitor.models import Rule

Period = Annotated[
    str | None,
    typer.Option("--since", help="First seen within 6h, 30d …; else all.", show_default=False),
]
SampleSize = Annotated[
    int,
    typer.Option("--sample", min=0, max=100_000, help="So many of the hits, always the same ones."),
]


def try_(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="As in rules.yaml.")],
    period: Period = None,
    sample: SampleSize = 5,
    volume: Annotated[
        str | None,
        typer.Option(help="When a rule with that would have alerted: 'spike: 3x over 28d' …"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a query over the stored stories, as the service would, and show what it finds.

    Examples: monitor rule try 'railway AND (accident OR delay)' --since 30d, monitor rule try
    'both(@china, @laos)' --sample 20
    """
    called = context.ensure_object(Context)
    rules = RuleSet.compile({"tried": query}, called.concepts())
    warnings = [*_of_an_id(called, query), *lint(query, rules.concepts)]
    for warning in warnings:
        err.print(f"note: {warning}", markup=False, soft_wrap=True)
    condition = read_condition(volume) if volume else None
    counting = Counting(Rule(id="tried", query=query), condition) if condition else None
    tally, every = Tally(Sample(sample)), _Every()
    for story in stored_stories(called, since(period)):
        every.add(story.source, story.article.language)
        for match in rules.match(story.article, carried=story.carried_by):
            tally.add(Found(story, match))
            if counting:
                counting.add(story)
    if counting:
        judge(called, [counting], since(period))
    if as_json:
        counted = {"query": query, "warnings": warnings, "stories": every.stories}
        counted |= {"volume": counting.record()} if counting else {}
        samples = [found_record(found) for found in tally.sample.newest_first()]
        show_json(counted | tally.record() | {"sample": samples})
    else:
        _print(tally, every)
        if counting:
            counting.show("the query")
    err.print(f"{tally.hits} of {every.stories} stories match.")
    if not tally.hits and every.stories:
        err.print("next: monitor rule explain --query 'QUERY' STORY says what comes near")


def _of_an_id(called: Context, query: str) -> list[str]:
    """To search for an id is seldom meant: the other commands take one here."""
    rules = called.directory / "rules.yaml"
    try:
        known = read_rules(rules, called.env)[1].rules
    except ConfigError:  # a query can be tried while the file is being mended
        return []
    if query not in known:
        return []
    if not known[query].enabled:
        return [f"{query} is the id of a rule that is switched off; these stories have its words"]
    return [
        f"{query} is the id of a rule; these are the stories with its words: `monitor rule show"
        f" {query}` has the query, `monitor rule backtest {rules}` its hits"
    ]


class _Every:
    """All stories that were read, whether they match or not."""

    def __init__(self) -> None:
        self.stories = 0
        self.sources, self.languages = Counter[str](), Counter[str]()

    def add(self, source: str, language: str) -> None:
        self.stories += 1
        self.sources[source] += 1
        self.languages[language] += 1


def _print(tally: Tally, every: _Every) -> None:
    if not tally.hits:
        return
    show_bars(tally.days)
    out.print()
    show_counts("source", tally.sources, every.sources)
    out.print()
    show_counts("language", tally.languages, every.languages)
    if samples := tally.sample.newest_first():
        out.print()
        tell(f"{len(samples)} of {tally.hits} hits:", "bold")
        for found in samples:
            show_found(found)
