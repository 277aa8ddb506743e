"""What concepts and explanations cost beside rules of words that only have to be met.

All three read the same stories in one process, by turns, so that a machine with other work to do
is no matter: the figures are the medians of the ratios of each turn.
"""

from __future__ import annotations

import argparse
import gc
import json
import operator
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from monitor.config import load_config
from monitor.match import Concepts, RuleSet
from monitor.models import Article
from tests.bench.measure import ROOT
from tests.bench.report import Row, here, table
from tests.bench.rulestock import SEED, articles, rules

SIZES = (1_000, 10_000)
STORIES, TURNS = 500, 7
CONCEPTS = 25  # each 25th rule asks for a concept: 400 of 10,000
GOAL = 1.15

Turn = Callable[[Article], object]


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    stock = list(articles(options.stories))
    rows = [measure(number, stock, options.turns) for number in options.sizes]
    if options.json:
        print(json.dumps({"machine": here(), "sizes": rows}, ensure_ascii=False, indent=2))
    else:
        print(*(f"{key}: {value}" for key, value in here().items()), sep="\n")
        print("", table(rows), sep="\n")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.ruleextras", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of rules")
    parser.add_argument("--stories", type=int, default=STORIES, help=f"how many ({STORIES})")
    parser.add_argument("--turns", type=int, default=TURNS, help=f"how often ({TURNS})")
    parser.add_argument("--json", action="store_true", help="figures for programs")
    return parser.parse_args(arguments)


def measure(number: int, stock: Sequence[Article], turns: int) -> Row:
    written = rules(number, dense=False)
    concepts = load_config(ROOT / "config", {}).concepts
    plain = RuleSet.compile(written)
    named = RuleSet.compile(with_concepts(written, concepts), concepts)
    ways: dict[str, Turn] = {
        "met": plain.match,
        "explained": lambda article: [match.spans for match in plain.match(article)],
        "concepts": named.match,
        "both": lambda article: [match.spans for match in named.match(article)],
    }
    gc.collect()
    gc.freeze()  # as the service does once it has started
    for way in ways.values():  # anchors settle
        _time(way, stock)
    times = {name: list[float]() for name in ways}
    for _ in range(turns):
        for name, way in ways.items():
            times[name].append(_time(way, stock))
    gc.unfreeze()
    ratios = {
        f"{name} ÷ met": statistics.median(map(operator.truediv, times[name], times["met"]))
        for name in ways
        if name != "met"
    }
    matches = sum(len(plain.match(article)) for article in stock) / len(stock)
    mean = min(times["met"]) / len(stock) * 1e6
    return {"rules": number, "matches a story": matches, "met, µs": mean, **ratios, "goal": GOAL}


def with_concepts(written: Mapping[str, str], concepts: Concepts) -> dict[str, str]:
    """The rules, each 25th of them a concept that ships, alone or with another."""
    dice = random.Random(SEED)
    known = [name for name, concept in concepts.items() if concept.query is None]
    forms = ("@{}", "@{} AND @{}", "both(@{}, @{})", "@{} NEAR/5 @{}")
    return {
        name: dice.choice(forms).format(*dice.choices(known, k=2)) if not at % CONCEPTS else query
        for at, (name, query) in enumerate(written.items())
    }


def _time(way: Turn, stock: Sequence[Article]) -> float:
    began = time.process_time()
    for article in stock:
        way(article)
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
