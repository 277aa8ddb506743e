"""Who takes part: how each is set up in a folder of its own, started, and asked what it stored."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from compileall import compile_dir
from contextlib import closing
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import monitor
from tests.bench.measure import ROOT, Cost, run


@dataclass(frozen=True, slots=True)
class Client:
    """A feed reader. ``prepare`` and ``command`` are given a folder and a number of threads."""

    threads: tuple[int, ...]  # at once; each number is tried, and the best counts
    setting: str  # what it calls them
    version: Callable[[], str | None]  # None where it is not here
    install: str
    prepare: Callable[[Path, Sequence[str], int], None]  # for these addresses
    command: Callable[[Path, int], list[str]]  # that looks at each address once
    database: str  # a SQLite file in the folder
    table: str  # of it, with a row for each item
    warm_ups: int = 0  # further looks, not measured, until it sends what the server gave it


@dataclass(frozen=True, slots=True)
class Entrant:
    """A client with one of its settings, in a folder of its own."""

    name: str
    threads: int
    folder: Path

    @property
    def client(self) -> Client:
        return CLIENTS[self.name]

    @property
    def setting(self) -> str:
        return f"{self.client.setting} {self.threads}"

    def prepare(self, urls: Sequence[str]) -> None:
        self.folder.mkdir()
        self.client.prepare(self.folder, urls, self.threads)

    def look(self, cpu: int | None) -> Cost:
        """One look at every source, in a new process."""
        command = self.client.command(self.folder, self.threads)
        return run(command, self.folder / "errors", cpu)

    def stored(self) -> int:
        """How many items its database holds."""
        with closing(sqlite3.connect(self.folder / self.client.database)) as database:
            count = database.execute(f"SELECT count(*) FROM {self.client.table}")
            return int(count.fetchone()[0])


def _python(module: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", f"tests.bench.clients.{module}", *map(str, arguments)]


# --- this project -------------------------------------------------------------------------------

_MONITOR = """\
fetch:
  allow: [127.0.0.0/8]
  delay: 0s
  concurrency: {threads}
"""


def _prepare_monitor(folder: Path, urls: Sequence[str], threads: int) -> None:
    compile_dir(Path(monitor.__file__).parent, quiet=1)  # as pip leaves it, and the other readers
    config = folder / "config"
    config.mkdir()
    sources = (f"  s{n}: {{kind: feed, url: '{url}'}}\n" for n, url in enumerate(urls))
    (config / "monitor.yaml").write_text(_MONITOR.format(threads=threads), "utf-8")
    (config / "sources.yaml").write_text("sources:\n" + "".join(sources), "utf-8")
    (config / "rules.yaml").write_text("{}\n", "utf-8")


def _monitor(folder: Path, threads: int) -> list[str]:
    return _python("monitor_client", folder / "config")


# --- lemon24/reader -----------------------------------------------------------------------------


def _reader_version() -> str | None:
    return metadata.version("reader") if find_spec("reader") else None


def _prepare_reader(folder: Path, urls: Sequence[str], threads: int) -> None:
    (folder / "urls").write_text("\n".join(urls), "utf-8")
    add = _python("reader_client", "add", folder / "urls", folder / "reader.sqlite")
    subprocess.run(add, check=True, cwd=ROOT)


def _reader(folder: Path, threads: int) -> list[str]:
    return _python("reader_client", "update", threads, folder / "reader.sqlite")


# --- newsboat -----------------------------------------------------------------------------------


def _newsboat_version() -> str | None:
    if not shutil.which("newsboat"):
        return None
    told = subprocess.run(["newsboat", "-v"], capture_output=True, text=True, check=True)
    return told.stdout.split()[1]


def _prepare_newsboat(folder: Path, urls: Sequence[str], threads: int) -> None:
    (folder / "urls").write_text("\n".join(urls), "utf-8")
    (folder / "config").write_text(f"reload-threads {threads}\n", "utf-8")


def _newsboat(folder: Path, threads: int) -> list[str]:
    files = (f"--{name}-file={folder / path}" for name, path in _NEWSBOAT_FILES.items())
    return ["env", f"HOME={folder}", "newsboat", *files, "--execute=reload"]


_NEWSBOAT_FILES = {"url": "urls", "config": "config", "cache": "cache.db"}

OURS = "monitor"
CLIENTS = {
    OURS: Client(
        threads=(128,),
        setting="fetch.concurrency",
        version=lambda: monitor.__version__,
        install="it is this project",
        prepare=_prepare_monitor,
        command=_monitor,
        database="data/monitor.db",
        table="links",
    ),
    "reader": Client(
        threads=(1, 8, 32),
        setting="workers",
        version=_reader_version,
        install="pip install reader sgmllib3k",
        prepare=_prepare_reader,
        command=_reader,
        database="reader.sqlite",
        table="entries",
    ),
    "newsboat": Client(
        threads=(1, 8),
        setting="reload-threads",
        version=_newsboat_version,
        install="apt-get install newsboat",
        prepare=_prepare_newsboat,
        command=_newsboat,
        database="cache.db",
        table="rss_item",
        warm_ups=1,  # https://github.com/newsboat/newsboat/issues/2734
    ),
}
