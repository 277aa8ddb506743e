"""lemon24/reader, as its guide has it: ``add URLS DATABASE``, then ``update WORKERS DATABASE``."""

from __future__ import annotations

import sys
from pathlib import Path

from reader import make_reader

from tests.bench.clients import say_ready


def add(urls: str, database: str) -> None:
    with make_reader(database) as reader:
        for url in Path(urls).read_text("utf-8").split():
            reader.add_feed(url)


def update(workers: str, database: str) -> None:
    with make_reader(database) as reader:
        say_ready()
        reader.update_feeds(scheduled=False, workers=int(workers))  # whether due or not


if __name__ == "__main__":
    {"add": add, "update": update}[sys.argv[1]](*sys.argv[2:])
