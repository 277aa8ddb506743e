"""The demo's course: a first look, then three editions published while the service runs."""

from __future__ import annotations

import asyncio
import base64
import secrets
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from monitor import app as house
from monitor.demo import show
from monitor.demo.inbox import HookServer, MailServer
from monitor.demo.site import NewsSites
from monitor.errors import MonitorError
from monitor.models import ChangeKind
from monitor.pipeline.kit import Report
from monitor.work.service import Service

PATIENCE = 20.0  # seconds for any one step before the demo is called broken


async def play(*, stay: bool = False, console: Console | None = None) -> None:
    """Run the demo and print what happens. Raises MonitorError where a step does not come."""
    console = console or _console()
    started = time.monotonic()
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    with (
        tempfile.TemporaryDirectory(prefix="monitor-demo-") as name,
        NewsSites(house.shipped("site", "samples/site"), Path(name) / "www") as sites,
        HookServer(secret) as hook,
    ):
        async with MailServer() as mail:
            places = {host.split(".")[0].upper(): at for host, at in sites.addresses.items()}
            places |= {"DEMO_SMTP_PORT": str(mail.port), "DEMO_HOOK": hook.address}
            config = _write_config(Path(name) / "config", places, secret)
            course = _Course(console, sites, mail, hook, config)
            await course.run(stay=stay, started=started)


def _console() -> Console:
    """As wide as the terminal; wide enough for the tables where there is none."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=120)


def _write_config(folder: Path, places: dict[str, str], secret: str) -> Path:
    """The shipped demo configuration, with the addresses of this run filled in."""
    folder.mkdir()
    for path in house.shipped("demo", "samples/demo").glob("*.yaml"):
        text = path.read_text("utf-8")
        for name, place in places.items():
            text = text.replace(f"${{{name}}}", place)
        (folder / path.name).write_text(text, "utf-8")
    (folder / "hook.secret").write_text(secret, "utf-8")
    return folder


class _Course:
    """The demo in progress."""

    def __init__(
        self, console: Console, sites: NewsSites, mail: MailServer, hook: HookServer, config: Path
    ) -> None:
        self.console, self.sites, self.mail, self.hook = console, sites, mail, hook
        self.config = config
        self.looks: dict[str, int] = {}  # complete looks at each source
        self.service = Service(config, {}, checked=self._checked)
        self.published: list[tuple[str, datetime]] = []

    def _checked(self, report: Report) -> None:
        self.looks[report.source] = self.looks.get(report.source, 0) + 1
        for kind, number in report.stories.items():
            word = {ChangeKind.NEW: "new", ChangeKind.REVISED: "corrected"}.get(kind, kind.value)
            alerts = f" (alerts: {report.alerts})" if report.alerts else ""
            self.console.print(f"  {report.source}: {number} {word}{alerts}")

    async def run(self, *, stay: bool, started: float) -> None:
        running = asyncio.create_task(self.service.run())
        try:
            await self._first_look()
            for edition in self.sites.editions():
                await self._publish(edition)
            if not (self.mail.mails and self.hook.calls):
                raise MonitorError("the demo's alerts did not arrive: see the lines above")
            with self.service.app.store.read() as tx:
                show.everything(self.console, tx, self.mail.mails, self.hook.calls, self.published)
            self.console.print(f"\nDone in {time.monotonic() - started:.1f} s.")
            if stay:
                show.addresses(self.console, self.sites.addresses, self.config)
                await running
        finally:
            self.service.stop()
            await running

    async def _first_look(self) -> None:
        names = {source.id for source in self.service.app.config.sources}
        self.console.print(f"Sample sites are up; first look at {len(names)} sources (a baseline):")
        await self._until(lambda: names <= self.looks.keys(), "a first look at every source")

    async def _publish(self, edition: str) -> None:
        """Publish, then wait until every source was looked at again and all mail is out."""
        files = self.sites.publish(edition)
        self.published.append((edition, datetime.now(UTC)))
        self.console.print(f"The sites publish {edition}: {len(files)} files change")
        # One look may have begun before the files changed; the one after it sees them all.
        goal = {name: count + 2 for name, count in self.looks.items()}
        await self._until(
            lambda: all(self.looks[name] >= count for name, count in goal.items()),
            "a look at every source",
        )
        await self._until(self._all_sent, "the alerts to be received")

    def _all_sent(self) -> bool:
        with self.service.app.store.read() as tx:
            return show.unsent(tx) == 0

    async def _until(self, holds: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not holds():  # noqa: ASYNC110 - the store has no event to wait for
                    await asyncio.sleep(0.05)
        except TimeoutError as error:
            raise MonitorError(f"the demo waited {PATIENCE:.0f} s in vain for {what}") from error
