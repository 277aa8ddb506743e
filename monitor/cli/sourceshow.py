"""``monitor source list`` and ``show``"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any

import typer

from monitor.cli.common import MOST, AsJson, Context
from monitor.cli.show import cell, out, show_json, show_rows
from monitor.cli.sourcefile import named
from monitor.discover import Source
from monitor.fields import format_duration
from monitor.health import Condition
from monitor.models import Health, SourceState
from monitor.rhythm import Rhythm
from monitor.schedule import NEVER, bounds_of
from monitor.settings import FetchSettings
from monitor.store import history, links, sources
from monitor.store.links import Backlog

LATEST = 10  # links that are shown


def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the sources: how each is, its last look, its next and why then, what waits.

    Example: monitor source list
    """
    called = context.ensure_object(Context)
    config = called.config()
    with called.store() as store, store.read() as tx:
        states, backlogs = sources.states(tx), links.backlogs(tx)
        missed = Counter(g.source for g in history.gaps_of(tx, limit=MOST) if g.filled_at is None)
    rows = [
        _row(
            source,
            states.get(source.id, SourceState(source.id)),
            backlogs.get(source.id, Backlog()),
            missed[source.id],
        )
        for source in config.sources
    ]
    columns = ["id", "kind", "state", "last", "next", "why", "links", "waiting", "given_up"]
    columns += ["gaps", "error"]
    show_rows(rows, columns, as_json=as_json, empty="sources.yaml has no sources.")


def _row(source: Source, state: SourceState, backlog: Backlog, gaps: int) -> dict[str, Any]:
    return {
        "id": source.id,
        "kind": source.kind,
        "state": _word(source, state),
        "last": state.checked_at,
        "last_success": state.succeeded_at,
        "next": state.next_at if source.enabled and state.next_at != NEVER else None,
        "why": state.why if source.enabled else None,
        "health": state.health,
        "links": state.links,
        "waiting": backlog.waiting,
        "given_up": backlog.given_up,
        "gaps": gaps,
        "failures": state.failures,
        "error": state.error or backlog.error,
        "url": source.url,
        "unverified": source.unverified,
    }


def _word(source: Source, state: SourceState) -> str:
    if not source.enabled:
        return "off"
    if state.health is not Health.OK:
        return str(state.health)
    if state.failures:
        return "failing"
    return "ok" if state.succeeded_at else "new"


def show(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="Its id in sources.yaml.")],
    as_json: AsJson = False,
) -> None:
    """Show all that is known of a source: settings, state, rhythm, health, gaps, latest links.

    Example: monitor source show kpl
    """
    called = context.ensure_object(Context)
    config = called.config()
    chosen = named(config.sources, [source])[0]
    with called.store() as store, store.read() as tx:
        state = sources.state(tx, source) or SourceState(source)
        backlog = links.backlogs(tx).get(source, Backlog())
        events = [dataclasses.asdict(event) for event in history.events(tx, source)]
        gaps = [dataclasses.asdict(gap) for gap in history.gaps_of(tx, source)]
        latest = [dataclasses.asdict(link) for link in links.latest(tx, source, LATEST)]
    missed = sum(gap["filled_at"] is None for gap in gaps)
    record = {
        **_row(chosen, state, backlog, missed),
        "settings": _settings(chosen),
        "interval": _interval(chosen, state, config.settings.fetch),
        **_known(state),
        "events": events,
        "missed": gaps,
        "latest": latest,
    }
    if as_json:
        show_json(record)
    else:
        _print(record)


def _settings(source: Source) -> dict[str, Any]:
    """The keys that its entry gives, as one writes them in a file."""
    given = source.model_dump(mode="json", exclude_unset=True, exclude={"id"})
    lengths = {key: value for key in given if isinstance(value := getattr(source, key), timedelta)}
    return given | {key: format_duration(length) for key, length in lengths.items()}


def _interval(source: Source, state: SourceState, settings: FetchSettings) -> dict[str, str]:
    """The bounds in force, as one writes them in a file."""
    given = state.validators.etag or state.validators.last_modified
    bounds = bounds_of(source, settings, validators=bool(given) and source.validators != "none")
    return {
        "shortest": format_duration(bounds.shortest),
        "usual": format_duration(bounds.usual),
        "longest": format_duration(bounds.longest),
    }


def _known(state: SourceState) -> dict[str, Any]:
    condition, rhythm = Condition.from_json(state.condition), Rhythm.from_json(state.rhythm)
    return {
        "health_since": condition.since,
        "health_detail": condition.detail or None,
        "first_look": state.baseline_at,
        "newest": state.newest_at,
        "last_new": state.new_at,
        "moved_to": state.moved_to,
        "etag": state.validators.etag,
        "last_modified": state.validators.last_modified,
        "hours": list(rhythm.hours),  # stories by hour of UTC, the latest most
        "weekdays": list(rhythm.weekdays),  # Monday first
    }


# --- for people ----------------------------------------------------------------------------------

_FACTS = {
    "state": "State",
    "health_since": "Since",
    "health_detail": "Health",
    "error": "Error",
    "failures": "Failures in a row",
    "last": "Last look",
    "last_success": "Last that worked",
    "first_look": "First that worked",
    "next": "Next look",
    "why": "Why then",
    "links": "Links at the last look",
    "newest": "Newest item",
    "last_new": "Last new link",
    "waiting": "Pages that wait",
    "given_up": "Pages given up",
    "moved_to": "Moved to",
    "etag": "ETag",
    "last_modified": "Last-Modified",
}
_BARS = "▁▂▃▄▅▆▇█"


def _print(record: Mapping[str, Any]) -> None:
    _line("Source", record["id"])
    for name, value in record["settings"].items():
        _line(f"  {name}", value)
    bounds = record["interval"]
    adapts = f"{bounds['shortest']} to {bounds['longest']}, usually {bounds['usual']}"
    fixed = bounds["shortest"] == bounds["longest"]
    _line("Interval", bounds["usual"] if fixed else adapts)
    for key, name in _FACTS.items():
        if record[key] not in (None, 0):
            _line(name, record[key])
    if any(record["hours"]):
        _line("Hours of UTC", f"0 {_bars(record['hours'])} 23")
        _line("Weekdays", f"Mon {_bars(record['weekdays'])} Sun")
    _section("Health", record["events"], ["created_at", "health", "recovered", "detail"])
    _section("Gaps", record["missed"], ["since", "until", "filled_at", "filled_with"])
    _section("Latest links", record["latest"], ["seen_at", "status", "title", "url", "error"])


def _line(name: str, value: object) -> None:
    out.print(f"{name}: {cell(value)}", markup=False, soft_wrap=True)


def _bars(counts: Sequence[float]) -> str:
    highest = max(counts) or 1.0
    return "".join(_BARS[round(count / highest * (len(_BARS) - 1))] for count in counts)


def _section(title: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    if rows:
        out.print(f"\n{title}")
        show_rows(rows, columns, as_json=False, empty="")
