"""Put the parts together: the only place where concrete classes meet."""

from __future__ import annotations

import gc
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TextIO

from sqlalchemy import Engine

from monitor import __version__
from monitor.apart.pool import Pool, cores
from monitor.batch import Batcher
from monitor.config import Config
from monitor.errors import StoreError
from monitor.fetch import AddressPolicy, Fetcher, Known
from monitor.match import RuleSet, that_count
from monitor.models import Article
from monitor.outbox import Outbox
from monitor.parse import Profile, parse_article
from monitor.pipeline.kit import IN_A_THREAD, Held, InForce, Kit, Parse
from monitor.pipeline.look import record
from monitor.pipeline.verdict import Look, Verdict
from monitor.settings import FetchSettings, MonitorFile, ParseSettings, StoreSettings
from monitor.store import Store, connect, upgrade

Clock = Callable[[], datetime]
NOTHING = Article(url="", title="", body=())


def utc_now() -> datetime:
    return datetime.now(UTC)


class Parser(Parse, Protocol):
    """Reads pages until it is closed."""

    async def aclose(self) -> None: ...


@dataclass(slots=True)
class App:
    """A configuration at work."""

    config: Config
    store: Store
    kit: Kit
    outbox: Outbox
    parser: Parser
    refused: str | None = None  # what is wrong with the configuration on disk, since it was taken

    async def close(self) -> None:
        await self.kit.fetcher.aclose()
        await self.parser.aclose()
        self.store.close()


def settle() -> None:
    """Leave what lives as long as this process to no garbage collection, and collect less often.

    A tenth of the time of a pass over many sources went into looking through modules and
    configuration for garbage. Call it once, when all is loaded.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def open_store(settings: StoreSettings, home: Path, *, clock: Clock = utc_now) -> Store:
    """The database, brought to this program's schema; relative paths start at ``home``.

    Raises StoreError.
    """
    engine = connect(settings.url.get_secret_value(), home)
    try:
        upgrade(engine, clock())
    except StoreError:
        engine.dispose()
        raise
    return Store(engine)


@contextmanager
def opened(settings: StoreSettings, home: Path) -> Iterator[Store]:
    """``open_store``, closed at the end of the block."""
    store = open_store(settings, home)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def database(settings: StoreSettings, home: Path) -> Iterator[Engine]:
    """The database as it stands, whatever its schema."""
    engine = connect(settings.url.get_secret_value(), home)
    try:
        yield engine
    finally:
        engine.dispose()


def build(
    config: Config,
    *,
    store: Store | None = None,
    fetcher: Fetcher | None = None,
    parser: Parser | None = None,
    clock: Clock = utc_now,
    console: TextIO | None = None,
    rng: random.Random | None = None,
    filed: Callable[[], None] = lambda: None,
    known: Known | None = None,
    in_force: InForce | None = None,
) -> App:
    """Everything that ``config`` asks for, ready to run inside an event loop.

    ``filed`` is called when an alert waits to be sent; ``known`` is what another way out has learnt
    of hosts; ``in_force`` are the rules where these are compiled already. Raises RuleError.
    """
    store = store or open_store(config.settings.store, config.home, clock=clock)
    rng = rng or random.Random()  # noqa: S311 - jitter is no secret
    fetcher = fetcher or make_fetcher(config.settings.fetch, clock=clock, rng=rng, known=known)
    parser = parser or make_parser(config.settings.parse)
    kit = make_kit(
        store=store,
        fetcher=fetcher,
        parse=parser,
        in_force=in_force or InForce(compiled(config)),
        profiles=config.profiles,
        settings=config.settings,
        clock=clock,
        rng=rng,
        filed=filed,
    )
    outbox = Outbox(
        store=store,
        channels=config.channels,
        http=fetcher,
        console=console or sys.stdout,
        home=config.home,
        clock=clock,
        rng=rng,
        templates=config.templates,
    )
    return App(config, store, kit, outbox, parser)


def compiled(config: Config, before: Held | None = None) -> Held:
    """What stories are to be held against. While the concepts are those of ``before``, its rules
    that stay are not compiled again, unless many change.

    This can take a second. Raises RuleError.
    """
    topic, concepts = config.settings.topic, config.concepts
    if before is not None and before.rules.concepts == concepts:
        concepts, rules = before.rules.concepts, before.rules.changed(config.rules)
    else:
        rules = RuleSet.compile(config.rules, concepts)
    rules.match(NOTHING)  # what is made with the first story is made here
    return Held(
        rules,
        that_count(config.rules, concepts),
        RuleSet.compile({"topic": topic}, concepts) if topic else None,
    )


def make_kit(
    *,
    store: Store,
    fetcher: Fetcher,
    in_force: InForce,
    profiles: Mapping[str, Profile],
    settings: MonitorFile,
    clock: Clock,
    rng: random.Random,
    filed: Callable[[], None] = lambda: None,
    parse: Parse = IN_A_THREAD,
) -> Kit:
    """What looks at sources and pages work with; their looks are written down many at a time."""

    def write_down(looks: Sequence[Look]) -> list[Verdict]:
        return record(looks, kit)

    kit = Kit(
        store=store,
        fetcher=fetcher,
        in_force=in_force,
        parse=parse,
        profiles=profiles,
        settings=settings,
        clock=clock,
        rng=rng,
        # While half of those that are looked at wait to be written down, the others go on.
        record=Batcher(write_down, enough=settings.fetch.concurrency // 2 or 1).put,
        filed=filed,
    )
    return kit


def make_parser(settings: ParseSettings) -> Parser:
    """It starts no process before there is a page."""
    return Pool(parse_article, size=cores() if settings.workers is None else settings.workers)


def make_fetcher(
    settings: FetchSettings,
    *,
    clock: Clock = utc_now,
    rng: random.Random | None = None,
    known: Known | None = None,
) -> Fetcher:
    return Fetcher(
        user_agent=user_agent(settings.contact),
        clock=time.monotonic,
        now=clock,
        rng=rng or random.Random(),  # noqa: S311
        policy=AddressPolicy(settings.allow),
        delay=settings.delay.total_seconds(),
        timeout=settings.timeout.total_seconds(),
        max_bytes=settings.max_bytes,
        proxy=settings.proxy.get_secret_value() if settings.proxy else None,
        known=known,
    )


def user_agent(contact: str | None) -> str:
    """Program, version and whom to write to, as site owners expect."""
    return f"ChinaLaosMonitor/{__version__}" + (f" (+{contact})" if contact else "")


def starter() -> Path:
    """The configuration that ships: inside the installed package, else beside it in a checkout."""
    return shipped("config", "config")


def shipped(name: str, in_checkout: str) -> Path:
    package = Path(__file__).parent
    installed = package / "shipped" / name
    return installed if installed.is_dir() else package.parent / in_checkout
