"""One rule's change among many: how soon it holds, and whether stories wait for it meanwhile."""

from __future__ import annotations

import argparse
import json
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle

from monitor.app import settle
from monitor.match import RuleSet
from monitor.models import Article, Rule
from tests.bench.report import Row, here, table
from tests.bench.rulestock import SEED, articles, rules

RULES, CHANGES, STORIES = 10_000, 300, 100
GOAL = 5.0  # milliseconds until one rule's change holds, at 10,000 rules


Edit = Callable[[list[Rule], str, random.Random], tuple[list[Rule], Rule]]


@dataclass
class Reader:
    """Holds stories against the rules in force, one after the other, and times each."""

    held: RuleSet
    stories: Sequence[Article]
    times: list[float] = field(default_factory=list)  # milliseconds a story

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """In a thread of its own while the block runs."""
        stop = threading.Event()

        def work() -> None:
            for story in cycle(self.stories):
                if stop.is_set():
                    return
                began = time.perf_counter()
                self.held.match(story)
                self.times.append(1e3 * (time.perf_counter() - began))

        self.times = []
        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


@dataclass
class Editor:
    """Changes one rule after the other, and times until each change holds."""

    reader: Reader
    wanted: list[Rule]
    dice: random.Random = field(default_factory=lambda: random.Random(SEED))
    made: int = 0
    missed: int = 0

    def change(self, edit: Edit, times: int) -> list[tuple[float, float]]:
        """Milliseconds until it holds, and those of the processor, of each change."""
        took: list[tuple[float, float]] = []
        for _ in range(times):
            self.made += 1
            word = f"zq{self.made}"
            self.wanted, changed = edit(self.wanted, word, self.dice)
            began, cpu = time.perf_counter(), time.thread_time()
            held = self.reader.held.changed(self.wanted)
            took.append((1e3 * (time.perf_counter() - began), 1e3 * (time.thread_time() - cpu)))
            self.reader.held = held
            self.missed += not _holds(held, word, changed)
        return took


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status is 1 where a change did not hold when it was said to."""
    options = _options(arguments)
    wanted = [Rule(id=name, query=q) for name, q in rules(options.rules, dense=False).items()]
    reader = Reader(RuleSet.compile(wanted), list(articles(STORIES)))
    settle()  # as the service does
    with reader.at_work():
        time.sleep(options.changes / 1e3)
    rows = [_row("nothing", [], [], reader.times)]
    editor = Editor(reader, wanted)
    for name, edit in EDITS.items():
        alone = editor.change(edit, options.changes)
        with reader.at_work():
            beside = editor.change(edit, options.changes)
        rows.append(_row(name, alone, beside, reader.times))
    with reader.at_work():
        began, cpu = time.perf_counter(), time.thread_time()
        RuleSet.compile(editor.wanted)
        took = 1e3 * (time.perf_counter() - began), 1e3 * (time.thread_time() - cpu)
    rows.append(_row("all compiled anew", [], [took], reader.times))
    _show(rows, options.rules, editor.missed, as_json=options.json)
    return int(bool(editor.missed))


def _another_query(wanted: list[Rule], word: str, dice: random.Random) -> tuple[list[Rule], Rule]:
    place = dice.randrange(len(wanted))
    rule = Rule(id=wanted[place].id, query=f"{word} AND railway")
    return [*wanted[:place], rule, *wanted[place + 1 :]], rule


def _one_more(wanted: list[Rule], word: str, dice: random.Random) -> tuple[list[Rule], Rule]:
    place, rule = dice.randrange(len(wanted)), Rule(id=word, query=f"{word} AND railway")
    return [*wanted[:place], rule, *wanted[place:]], rule


def _one_less(wanted: list[Rule], word: str, dice: random.Random) -> tuple[list[Rule], Rule]:
    place = dice.randrange(len(wanted))
    rule = Rule(id=wanted[place].id, query=word)
    return [*wanted[:place], *wanted[place + 1 :]], rule


EDITS: dict[str, Edit] = {
    "another query": _another_query,
    "one rule more, in the midst": _one_more,
    "one rule less": _one_less,
}


def _holds(held: RuleSet, word: str, changed: Rule) -> bool:
    story = Article(url="https://site.example/", title=f"{word} railway", body=())
    found = [match.rule for match in held.match(story) if match.rule == changed.id]
    return found == ([changed.id] if "AND" in changed.query else [])


def _row(
    what: str,
    alone: Sequence[tuple[float, float]],
    beside: Sequence[tuple[float, float]],
    stories: Sequence[float],
) -> Row:
    wall, cpu = ([took[which] for took in alone or beside] for which in (0, 1))
    return {
        "change": what,
        "times": len(wall),
        "median ms": _part(wall, 0.5),
        "p99 ms": _part(wall, 0.99),
        "CPU ms": _part(cpu, 0.5),
        "p99 CPU ms": _part(cpu, 0.99),
        "beside stories ms": _part([took for took, _ in beside], 0.5),
        "stories": len(stories),
        "median story ms": _part(stories, 0.5),
        "p99 story ms": _part(stories, 0.99),
        "longest story ms": max(stories, default="-"),
    }


def _part(times: Sequence[float], share: float) -> float | str:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))] if times else "-"


def _show(rows: list[Row], number: int, missed: int, *, as_json: bool) -> None:
    goal = f"{GOAL:g} ms until one rule's change holds, at 10,000 rules"
    if as_json:
        print(json.dumps({**here(), "rules": number, "goal": goal, "missed": missed, "rows": rows}))
        return
    for name, value in here().items():
        print(f"{name}: {value}")
    print(f"{number:,} rules; goal: {goal}\n")
    print(table(rows))
    if missed:
        print(f"MISSED: {missed} changes did not hold")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, default=RULES)
    parser.add_argument("--changes", type=int, default=CHANGES, help="of each kind")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
