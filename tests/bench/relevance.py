"""How well the topic and the rules that ship find what they should in the labelled stories.

Two thirds of ``samples/topic/`` are there for tuning; the rest is held out and told apart.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from monitor.config import load_config
from monitor.match import RuleSet
from tests.bench.stories import LABELS, LANGUAGES, Labelled, read_stories

CONFIG = Path(__file__).parents[2] / "config"
TOPIC = "topic"
GOALS = {TOPIC: 0.97}  # of precision, and of recall
GOAL = 0.90  # of each rule
ALL = "all"


@dataclass(frozen=True, slots=True)
class Score:
    """Of a rule in one part and language. With nothing to find or found, a ratio is 1."""

    rule: str
    held_out: bool
    language: str
    wanted: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def is_reached(self) -> bool:
        return min(self.precision, self.recall) >= GOALS.get(self.rule, GOAL)


@dataclass(frozen=True, slots=True)
class Told:
    """A story, what was to be found in it, and what was found."""

    story: Labelled
    wanted: frozenset[str]
    found: frozenset[str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status is 1 where the part for tuning misses a goal."""
    options = _options(arguments)
    rules, told = measure()
    rules = [rule for rule in rules if not options.rules or rule in options.rules]
    parts = (False,) if options.tuning else (False, True)
    scores = [score for rule in rules for part in parts for score in scores_of(rule, part, told)]
    if options.json:
        print(json.dumps([_row(score) for score in scores], indent=2))
    else:
        print(*_lines(scores, rules, parts), sep="\n")
    if options.misses:
        shown = [each for each in told if not each.story.is_held_out or options.held_out]
        print("", *_misses(shown, rules), sep="\n")
    whole = [score for score in scores if score.language == ALL and not score.held_out]
    return int(not all(score.is_reached for score in whole))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.relevance", description=__doc__)
    parser.add_argument(
        "--rules",
        nargs="+",
        choices=(TOPIC, *LABELS),
        metavar="ID",
        help=f"these alone; or {TOPIC}",
    )
    parser.add_argument(
        "--tuning", action="store_true", help="nothing on the held-out third: for work on a rule"
    )
    parser.add_argument("--misses", action="store_true", help="list what was told wrongly")
    parser.add_argument(
        "--held-out", action="store_true", help="list the misses of the held-out third, too"
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    return parser.parse_args(arguments)


def measure() -> tuple[list[str], list[Told]]:
    """The topic and the rules that have a label, and what they make of every story.

    A label that has no rule finds nothing.
    """
    loaded = load_config(CONFIG, {})
    shipped = {rule.id: rule.query for rule in loaded.rules if rule.id in LABELS}
    queries = {TOPIC: loaded.settings.topic or "", **shipped}
    rules = RuleSet.compile(queries, loaded.concepts)
    return [TOPIC, *LABELS], [_told(story, rules) for story in read_stories()]


def _told(story: Labelled, rules: RuleSet) -> Told:
    wanted = story.rules | {TOPIC} if story.topic else story.rules
    return Told(story, wanted, frozenset(match.rule for match in rules.match(story.article)))


def scores_of(rule: str, held_out: bool, told: Sequence[Told]) -> Iterator[Score]:
    """In one part of the stories, for all languages and by language."""
    for language in (ALL, *LANGUAGES):
        here = [
            each
            for each in told
            if each.story.is_held_out == held_out and language in (ALL, each.story.article.language)
        ]
        wanted = [each for each in here if rule in each.wanted]
        found = sum(rule in each.found for each in here)
        right = sum(rule in each.found for each in wanted)
        yield Score(rule, held_out, language, len(wanted), found, right)


# --- printed -------------------------------------------------------------------------------------


def _row(score: Score) -> dict[str, object]:
    return {
        **asdict(score),
        "precision": round(score.precision, 4),
        "recall": round(score.recall, 4),
        "reached": score.is_reached,
    }


def _lines(scores: Sequence[Score], rules: Sequence[str], parts: Sequence[bool]) -> Iterator[str]:
    """A line a rule: for tuning, by language, held out; precision / recall (stories wanted)."""
    columns = [(False, language) for language in (ALL, *LANGUAGES)]
    columns += [(True, ALL)] if True in parts else []
    heads = ("tuning", *LANGUAGES, "held out")[: len(columns)]
    yield f"{'precision / recall of':<22}" + "".join(f"{head:>19}" for head in heads)
    at = {(score.rule, score.held_out, score.language): score for score in scores}
    for rule in rules:
        row = [at[rule, held_out, language] for held_out, language in columns]
        mark = "" if row[0].is_reached else "  missed"
        yield f"{rule:<22}" + "".join(map(_cell, row)) + mark
    sums = [_sum(rules, scores, held_out, language) for held_out, language in columns]
    yield f"{'all rules':<22}" + "".join(map(_cell, sums))


def _sum(rules: Sequence[str], scores: Sequence[Score], held_out: bool, language: str) -> Score:
    """Of all rules together, the topic left out."""
    summed = [
        score
        for score in scores
        if (score.held_out, score.language) == (held_out, language) and score.rule != TOPIC
    ]
    return Score(
        "",
        held_out,
        language,
        sum(score.wanted for score in summed),
        sum(score.found for score in summed),
        sum(score.right for score in summed),
    )


def _cell(score: Score) -> str:
    return f"{score.precision:6.3f} / {score.recall:.3f} {f'({score.wanted})':>4}".rjust(19)


def _misses(told: Sequence[Told], rules: Sequence[str]) -> Iterator[str]:
    for rule in rules:
        for each in told:
            if (rule in each.wanted) != (rule in each.found):
                kind = "not found" if rule in each.wanted else "wrongly found"
                yield f"{rule:<20} {kind:<13} {each.story.id}  {each.story.article.title}"
                yield f"{'':<34} {each.story.why}"


if __name__ == "__main__":
    raise SystemExit(main())
