"""Accuracy and speed of the parser on pages that others annotated, beside what peers reach there.

The pages and the scorer are no part of the project: ``extraction/`` in the folder that
MONITOR_SHARED names (default ``../shared``). Without it, the bench says so and is skipped. Peers'
scores are those that lie beside the pages; trafilatura, where it is installed, is timed in the
same run, on the same pages, with its metadata.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import multiprocessing
import os
import platform
import re
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from monitor.errors import ParseError
from monitor.parse import parse_article

FOLDER = Path(os.environ.get("MONITOR_SHARED", "../shared")) / "extraction"
UNSPACED = {"gnezh", "zh"}  # scored by character
FOLDS = 5  # by domain: how much a figure hangs on which sites are asked
GOALS: dict[str, dict[str, float]] = {
    "sh": {"F1": 0.975, "exact": 0.45},
    "fundeval": {"F1": 0.97},
    "fundus": {"F1": 0.96, "title": 0.87, "date": 0.985, "authors": 0.80},
    "gnezh": {"F1": 0.98, "title": 0.96, "date": 0.98},
    "zh": {"F1": 0.78, "date": 0.75},
    "wcxb": {"F1": 0.945, "title": 0.86, "date": 0.88},
    "traf": {"snippet_F1": 0.935},
    "htmldate": {"date": 0.925},
}
SPEED = "sh"  # the set whose pages are timed
ROUNDS = 3

Truth = Mapping[str, Any]
Row = dict[str, object]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status is 1 where a goal is missed."""
    options = _options(arguments)
    if not (FOLDER / "truth.json").is_file():
        print(f"skipped: no {FOLDER}/truth.json (set MONITOR_SHARED to the folder that has it)")
        return 0
    truth = {key: page for key, page in _truth().items() if page["set"] in options.sets}
    with multiprocessing.Pool() as pool:
        found = dict(pool.imap_unordered(predict, truth, 16))
    rows = [row for name in options.sets for row in scores(name, truth, found)]
    speed = _speed(truth) if SPEED in options.sets else {}
    if options.json:
        print(json.dumps({**machine(), "scores": rows, "speed": speed}, indent=2))
    else:
        print(*(f"{key}: {value}" for key, value in machine().items()), "", sep="\n")
        print(*_lines(rows), *_speed_lines(speed), sep="\n")
    return int(not all(row["reached"] for row in rows))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.extraction", description=__doc__)
    parser.add_argument("--sets", nargs="+", choices=GOALS, default=list(GOALS), metavar="SET")
    parser.add_argument("--json", action="store_true", help="for programs")
    return parser.parse_args(arguments)


# --- the pages -----------------------------------------------------------------------------------


@cache
def _truth() -> dict[str, Truth]:
    read: dict[str, Truth] = json.loads((FOLDER / "truth.json").read_text("utf-8"))
    return read


@cache
def _scorer() -> Callable[..., tuple[dict[str, float], Any]]:
    """``evaluate`` of the scorer that lies beside the pages."""
    spec = importlib.util.spec_from_file_location("evaluate", FOLDER / "evaluate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    evaluate: Callable[..., tuple[dict[str, float], Any]] = module.evaluate
    return evaluate


def page_of(key: str) -> bytes:
    return gzip.decompress((FOLDER / "pages" / f"{key}.html.gz").read_bytes())


def predict(key: str) -> tuple[str, dict[str, object]]:
    """What the parser makes of a page, as the scorer wants it; nothing where it refuses it."""
    about = _truth()[key]
    url = about.get("url") or "https://unknown.example/"
    try:
        article = parse_article(page_of(key), url, charset=about.get("http_charset"))
    except ParseError:
        return key, {}
    date = article.published or article.updated
    return key, {
        "title": article.title,
        "body": "\n".join(article.body),
        "date": date.isoformat() if date else None,
        "authors": list(article.authors),
    }


# --- the scores ----------------------------------------------------------------------------------


def scores(name: str, truth: Mapping[str, Truth], found: Mapping[str, Any]) -> list[Row]:
    """One row a goal of a set: ours, how far it strays by domain, the goal, the best peer."""
    pages = {key: page for key, page in truth.items() if page["set"] == name}
    evaluate, cjk = _scorer(), name in UNSPACED
    ours, _ = evaluate(pages, found, cjk)
    folds = [evaluate(fold, found, cjk)[0] for fold in _by_domain(pages)]
    peers: dict[str, dict[str, float]] = json.loads((FOLDER / "peers.json").read_text("utf-8"))[
        name
    ]
    rows: list[Row] = []
    for measure, goal in GOALS[name].items():
        parts = [part[measure] for part in folds if measure in part]
        best, peer = max((scored.get(measure, 0.0), peer) for peer, scored in peers.items())
        rows.append(
            {
                "set": name,
                "pages": len(pages),
                "measure": measure,
                "ours": round(ours[measure], 4),
                "by domain": f"{min(parts):.3f} to {max(parts):.3f}",
                "goal": goal,
                "reached": ours[measure] >= goal,
                "best peer": round(best, 4),
                "peer": peer,
            }
        )
    return rows


@cache
def _peers() -> dict[str, Any]:
    """By set, by peer, by measure: their scores on these pages."""
    read: dict[str, Any] = json.loads((FOLDER / "peers.json").read_text("utf-8"))
    return read


def _by_domain(pages: Mapping[str, Truth]) -> Iterable[dict[str, Truth]]:
    """The pages in parts that share no site."""
    folds: dict[int, dict[str, Truth]] = defaultdict(dict)
    for key, page in pages.items():
        host = re.match(r"https?://(?:www\.)?([^/]+)", page.get("url") or "")
        name = host[1] if host else key
        folds[zlib.crc32(name.encode()) % FOLDS][key] = page
    return folds.values()


# --- the speed -----------------------------------------------------------------------------------


def _speed(truth: Mapping[str, Truth]) -> dict[str, float]:
    """Whole records a second of CPU time on one core, the best of some rounds in turn."""
    pages = [(page_of(key), page["url"]) for key, page in truth.items() if page["set"] == SPEED]
    readers: dict[str, Callable[[bytes, str], object]] = {"ours": _ours}
    if importlib.util.find_spec("trafilatura"):
        from trafilatura import bare_extraction

        readers["trafilatura"] = lambda html, url: bare_extraction(
            html, url=url, with_metadata=True
        )
    best = dict.fromkeys(readers, 0.0)
    for _ in range(ROUNDS):
        for name, read in readers.items():
            start = time.process_time()
            for html, url in pages:
                read(html, url)
            best[name] = max(best[name], len(pages) / (time.process_time() - start))
    return {name: round(rate, 1) for name, rate in best.items()}


def _ours(html: bytes, url: str) -> object:
    try:
        return parse_article(html, url)
    except ParseError as error:
        return error


# --- the report ----------------------------------------------------------------------------------


def machine() -> dict[str, object]:
    return {
        "date": time.strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def _lines(rows: Sequence[Row]) -> Iterable[str]:
    columns = ["set", "pages", "measure", "ours", "by domain", "goal", "best peer", "peer"]
    table = [columns, *([str(row[column]) for column in columns] for row in rows)]
    widths = [max(len(line[i]) for line in table) for i in range(len(columns))]
    for line, row in zip(table, [None, *rows], strict=True):
        mark = " " if row is None or row["reached"] else "!"
        yield f"{mark} " + "  ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        )


def _speed_lines(speed: Mapping[str, float]) -> Iterable[str]:
    if speed:
        yield ""
        yield "pages a second, one core: " + ", ".join(f"{k} {v}" for k, v in speed.items())
    if "trafilatura" in speed:
        yield f"ratio {speed['ours'] / speed['trafilatura']:.2f} (goal 3.5)"
    elif speed:
        yield "trafilatura is not here: pip install trafilatura lxml_html_clean"


if __name__ == "__main__":
    sys.exit(main())
