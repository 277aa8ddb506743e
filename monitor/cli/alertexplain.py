"""``monitor alert explain``"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer

from monitor.alert import unalerted
from monitor.cli.common import MOST, AsJson, Context
from monitor.cli.ruleshow import tell
from monitor.cli.rulevolume import in_file
from monitor.cli.show import cell, show_json
from monitor.errors import NotFoundError
from monitor.fields import format_duration
from monitor.match import Concepts, compile_query
from monitor.match.explain import explain as explained
from monitor.match.why import why
from monitor.models import DeliveryStatus, Escalation, Rule, Volume
from monitor.store import Transaction, links, overview, stories, volumes
from monitor.store.overview import AlertRow, WayRow
from monitor.store.stories import Story

Record = dict[str, Any]


def explain(
    context: typer.Context,
    story: Annotated[int, typer.Argument(max=MOST, help="Its number in `story list`.")],
    as_json: AsJson = False,
) -> None:
    """Say of every rule whether a story meets it and why, whom it tells of it, when, and why then.

    Example: monitor alert explain 12
    """
    called = context.ensure_object(Context)
    config = called.config()
    with called.store() as store, store.read() as tx:
        found = stories.get(tx, story)
        if found is None:
            raise NotFoundError(f"no story {story}: see `monitor story list`")
        records = _records(tx, found, config.rules, config.concepts)
    if as_json:
        show_json({"story": story, "title": found.article.title, "rules": records})
        return
    tell(found.article.title, "bold")
    for record in records:
        for line in _lines(record):
            tell(line, "" if record["matches"] else "dim")


def _records(
    tx: Transaction, story: Story, rules: tuple[Rule, ...], concepts: Concepts
) -> list[Record]:
    """The rules in their order, those that the story meets first; rules that are gone last."""
    told: dict[str, list[AlertRow]] = {}
    for alert in overview.list_alerts(tx, story=story.id):
        told.setdefault(alert.rule, []).append(alert)
    matched = {match.rule for match in stories.matches_of(tx, story.id)}
    records = []
    for rule in rules:
        found = explained(compile_query(rule.query), story.article, concepts, story.carried_by)
        alerts = [_alert(tx, alert, rule.escalate) for alert in told.pop(rule.id, [])]
        note = None
        if rule.volume is not None:
            note = _counted(tx, story, rule, rule.volume) if found.holds else None
        elif found.holds and not alerts:
            note = _untold(tx, story, was_met=rule.id in matched)
        records.append(
            {"rule": rule.id, "matches": found.holds, "why": why(found)}
            | {"alerts": alerts, "note": note}
        )
    for gone, alerts_of in told.items():
        alerts = [_alert(tx, alert) for alert in alerts_of]
        said = "the rule is not in force any more"
        records.append(
            {"rule": gone, "matches": False, "why": said, "alerts": alerts, "note": None}
        )
    return sorted(records, key=lambda record: not (record["matches"] or record["alerts"]))


def _alert(tx: Transaction, alert: AlertRow, escalation: Escalation | None = None) -> Record:
    ways = overview.ways_of(tx, alert.id)
    return {
        "id": alert.id,
        "at": alert.created_at,
        "revision": alert.revision,
        "reason": alert.reason,
        "severity": alert.severity.value,
        "withheld": alert.withheld,
        "ways": [dataclasses.asdict(way) for way in ways],
        "escalates": escalation and _escalates(ways, escalation),
    }


def _escalates(ways: Iterable[WayRow], escalation: Escalation) -> str | None:
    """What becomes of an alert that does not arrive."""
    elsewhere = set(escalation.to).difference(way.channel for way in ways)
    if not elsewhere or all(way.status == DeliveryStatus.SENT for way in ways):
        return None
    after, to = format_duration(escalation.after), ", ".join(sorted(elsewhere))
    return f"not taken {after} after its time, it goes to {to} too"


def _counted(tx: Transaction, story: Story, rule: Rule, volume: Volume) -> str:
    """Of a rule that tells of how many stories come, and of no single one."""
    condition = f"it tells of no single story ({in_file(volume)})"
    if volumes.is_counted(tx, rule.id, story.copy_of or story.id):
        return f"counts the story: {condition}"
    if reason := unalerted(story.article.kind):
        return f"does not count it: {reason}; {condition}"
    if volumes.at_first_looks(tx, [story.id]):
        return f"does not count it: it was there at the first look at a source; {condition}"
    return (
        f"has not counted it: the rule was not as it is now, or the story too old; {condition};"
        f" see `monitor rule volume {rule.id}`"
    )


def _untold(tx: Transaction, story: Story, *, was_met: bool) -> str:
    """Why a story that meets a rule raised no alert."""
    if reason := unalerted(story.article.kind):
        return reason
    if not was_met:
        return "nobody is told: the rule was not as it is now when the story was read"
    if story.copy_of is not None:
        return f"nobody is told: it is a copy of story {story.copy_of}, see there"
    if links.is_baseline(tx, story.source, story.key):
        return "nobody is told: it was there at the first look at its source (alert_backlog)"
    return "nobody is told: another telling of it, or an earlier revision, has met the rule before"


def _lines(record: Record) -> Iterator[str]:
    verb = "matches" if record["matches"] else "does not match"
    yield f"{record['rule']} {verb}: {record['why']}"
    if record["note"]:
        yield f"  {record['note']}"
    for alert in record["alerts"]:
        yield f"  alert {alert['id']}, {cell(alert['at'])}, {alert['severity']}: {alert['reason']}"
        if alert["withheld"]:
            yield f"    nobody is told: {alert['withheld']}"
        elif not alert["ways"]:
            yield "    kept in the archive alone: the rule names no channels"
        for way in alert["ways"]:
            yield f"    {_way(WayRow(**way))}"
        if alert["escalates"]:
            yield f"    {alert['escalates']}"


def _way(way: WayRow) -> str:
    to = f"{way.channel} ({way.recipient})" if way.recipient else way.channel
    held = f" ({way.held})" if way.held else ""
    said = f": {way.said}" if way.said else ""
    if way.status == DeliveryStatus.SENT:
        return f"{to}: sent at {cell(way.at)}{held}{said}"
    if way.status == DeliveryStatus.FAILED:
        return f"{to}: given up{said}; `monitor delivery retry` sends it again"
    return f"{to}: goes out at {cell(way.at)}{held}{said}"
