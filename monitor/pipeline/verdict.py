"""What a look at a source comes to: its state, its links, its health, its next look. No I/O.

Dice are passed in; everything else is decided by what was seen.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta

from monitor import schedule
from monitor.dedupe import fingerprint
from monitor.discover import Source
from monitor.errors import FetchError, MonitorError
from monitor.gaps import Gap, believed, gap, marks, newest
from monitor.health import Condition, Due, Extraction, Limits, Signs, judge
from monitor.match import RuleSet
from monitor.models import (
    Announced,
    Article,
    Fetched,
    Health,
    Link,
    Moment,
    NotModified,
    SourceState,
    Validators,
)
from monitor.rhythm import Rhythm, learn, times_of
from monitor.settings import MonitorFile

CONFIRMED = 5  # looks in a row that 301 or 308 led to one place, before it is asked at once
GONE = 410


@dataclass(frozen=True, slots=True)
class Look:
    """What a source answered, or what went wrong."""

    source: Source
    before: SourceState
    url: str  # that was asked
    answer: Fetched | NotModified | MonitorError
    digest: str | None = None  # of the body
    links: Mapping[str, Link] | None = None  # by the key of their story; None: as last time
    kept_out: Mapping[str, Link] = field(default_factory=dict)  # by the source's patterns


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be written after a look."""

    state: SourceState
    new: tuple[Announced, ...] = ()
    changed: tuple[Announced, ...] = ()
    gap: Gap | None = None
    due: Due | None = None  # its owners are to be told
    waiting: int = 0  # links that wait now because of the look


@dataclass(frozen=True, slots=True)
class Standards:
    """What looks are judged by."""

    settings: MonitorFile
    topic: RuleSet | None
    dice: random.Random


def address(source: Source, state: SourceState) -> str:
    """Where a source is asked: where it has moved to, once that is certain.

    While that fails its own address is asked every other time: a move may be taken back, and
    either of the two may have been given up.
    """
    moved = state.moved_to if _has_moved(state) and state.failures % 2 == 0 else None
    return moved or source.url


def _has_moved(state: SourceState) -> bool:
    return state.moved_times >= CONFIRMED


def verdict(look: Look, known: Mapping[str, str], now: datetime, by: Standards) -> Verdict:
    """``known``: those of the look's stories that its source has announced, with fingerprints;
    among them such as its patterns keep out by now."""
    rhythm = Rhythm.from_json(look.before.rhythm)
    if isinstance(look.answer, MonitorError):
        found = Verdict(_after_failure(look, look.answer, now, by))
    elif look.links is None:
        found = Verdict(_after_success(look, look.answer, look.before, rhythm, now, by))
    else:
        found = _after_news(look, look.answer, look.links, known, now, by)
        rhythm = Rhythm.from_json(found.state.rhythm)
    return _with_health(look, found, rhythm, now, by.settings)


# --- the three outcomes --------------------------------------------------------------------------


def _after_failure(look: Look, error: MonitorError, now: datetime, by: Standards) -> SourceState:
    before, gone = look.before, _gone(look)
    failed = replace(before, checked_at=now, failures=before.failures + 1, error=str(error))
    plan = schedule.next_poll(
        now,
        _bounds(look, before.validators, by),
        by.dice,
        failures=failed.failures,
        retry_after=getattr(error, "retry_after", None),
        gone=gone,
    )
    return replace(failed, next_at=plan.at, why=plan.why)


def _gone(look: Look) -> bool:
    """410 by its own address alone; from one that it moved to, it may move back."""
    error = look.answer
    if not isinstance(error, FetchError) or error.status != GONE:
        return False
    return not error.redirected and look.url == look.source.url and not _has_moved(look.before)


def _after_success(
    look: Look,
    answer: Fetched | NotModified,
    state: SourceState,
    rhythm: Rhythm,
    now: datetime,
    by: Standards,
) -> SourceState:
    plan = schedule.next_poll(
        now,
        _bounds(look, answer.validators, by),
        by.dice,
        rhythm=rhythm,
        fresh_for=answer.fresh_for,
    )
    moved_to, moved_times = _moved(look, answer.moved_to)
    return replace(
        state,
        validators=answer.validators,
        body_digest=look.digest,
        checked_at=now,
        succeeded_at=now,
        baseline_at=state.baseline_at or now,
        next_at=plan.at,
        why=plan.why,
        failures=0,
        error=None,
        moved_to=moved_to,
        moved_times=moved_times,
    )


def _moved(look: Look, to: str | None) -> tuple[str | None, int]:
    """Where 301 and 308 lead now, and how often they led there in a row."""
    before = look.before
    if to is None and look.url != look.source.url:
        return before.moved_to, before.moved_times  # asked where it has moved to, it answered
    return to, before.moved_times + 1 if to and to == before.moved_to else int(bool(to))


def _bounds(look: Look, validators: Validators, by: Standards) -> schedule.Bounds:
    given = bool(validators.etag or validators.last_modified)
    return schedule.bounds_of(
        look.source,
        by.settings.fetch,
        validators=given and look.source.validators != "none",
    )


def _after_news(
    look: Look,
    answer: Fetched | NotModified,
    found: Mapping[str, Link],
    known: Mapping[str, str],
    now: datetime,
    by: Standards,
) -> Verdict:
    before, source = look.before, look.source
    first = before.baseline_at is None
    new = {key: link for key, link in found.items() if key not in known}
    told = _told_at_first(new, look, now, by.settings) if first else new
    announced = [
        Announced(
            source.id,
            key,
            link,
            fingerprint(link),
            baseline=key not in told,
            skipped=skipped(link, source, by.topic),
        )
        for key, link in new.items()
    ]
    changed = [
        Announced(source.id, key, found[key], print_, skipped=skipped(found[key], source, by.topic))
        for key, before_print in known.items()
        if key in found and (print_ := fingerprint(found[key])) != before_print
    ]
    state = replace(
        before,
        links=len(found),
        kept_out=marks(look.kept_out) or None,
        newest_at=_latest(before.newest_at, newest(found.values(), now)),
        new_at=now if new and not first else before.new_at,
        rhythm=_learned(before, new.values(), now) if new else before.rhythm,
    )
    return Verdict(
        _after_success(look, answer, state, Rhythm.from_json(state.rhythm), now, by),
        tuple(announced),
        tuple(changed),
        _gap(look, {**found, **look.kept_out}, known, now),
    )


def _gap(
    look: Look, shown: Mapping[str, Link], known: Collection[str], now: datetime
) -> Gap | None:
    """What was missed before ``shown``, admitted or not."""
    before, kept_out = look.before, set(look.before.kept_out or ())
    if not look.source.shows_all or before.baseline_at is None:
        return None
    return gap(
        list(shown.values()),
        now,
        known=bool(known) or not kept_out.isdisjoint(marks(shown) if kept_out else ()),
        since=before.succeeded_at,
        shown=before.links + len(kept_out),
    )


def _learned(before: SourceState, new: Iterable[Link], now: datetime) -> object:
    times = times_of(new, before.succeeded_at, now)
    return learn(Rhythm.from_json(before.rhythm), times, now).to_json()


def _latest(before: datetime | None, moment: Moment | None) -> datetime | None:
    if moment is None:
        return before
    at = as_time(moment)
    return at if before is None else max(before, at)


def as_time(moment: Moment) -> datetime:
    """A date as its first moment in UTC, a time as it is."""
    if isinstance(moment, datetime):
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return datetime.combine(moment, time(), UTC)


def _told_at_first(
    links: Mapping[str, Link], look: Look, now: datetime, settings: MonitorFile
) -> Collection[str]:
    """Which links of a first look are alerted on.

    At the first look at another address of a source that was watched before, these are the ones
    that are newer than its last look that worked.
    """
    asked = look.source.alert_backlog
    asked = settings.alert_backlog if asked is None else asked
    dated = {
        key: as_time(at)
        for key, link in links.items()
        if (at := link.published or link.updated) is not None and believed(at, now)
    }
    if look.before.succeeded_at is not None:
        return {key for key, at in dated.items() if at > look.before.succeeded_at}
    if isinstance(asked, timedelta):
        return {key for key, at in dated.items() if at >= now - asked}
    oldest = datetime.min.replace(tzinfo=UTC)
    # Sorting is stable: among links without a date, a source's own order says which is newest.
    return sorted(links, key=lambda key: dated.get(key, oldest), reverse=True)[:asked]


def skipped(link: Link, source: Source, topic: RuleSet | None) -> bool:
    """Whether a link is off the topic, at a source whose titles tell."""
    if source.prefilter != "title" or topic is None or not link.title:
        return False
    from monitor.parse.address import site_of  # with it comes the parser, which few looks need

    announced = Article(
        url=link.url,
        title=link.title,
        body=(link.summary,) if link.summary else (),
        language=link.language or source.language or "und",
        site=site_of(link.url),
        authors=(link.author,) if link.author else (),
        published=link.published,
        updated=link.updated,
    )
    return not topic.match(announced)


# --- health --------------------------------------------------------------------------------------


def _with_health(
    look: Look, found: Verdict, rhythm: Rhythm, now: datetime, settings: MonitorFile
) -> Verdict:
    state, due = examined(
        found.state,
        look.source,
        rhythm,
        now,
        settings,
        challenge=getattr(look.answer, "challenge", None),
        gone=_gone(look),
    )
    return found if state is found.state else replace(found, state=state, due=due)


def examined(
    state: SourceState,
    source: Source,
    rhythm: Rhythm,
    now: datetime,
    settings: MonitorFile,
    *,
    challenge: str | None = None,
    gone: bool = False,
) -> tuple[SourceState, Due | None]:
    """``state``, of that ``rhythm``, with its health as it is now, and what its owners are to be
    told of that."""
    before = Condition.from_json(state.condition)
    signs = Signs(
        source=source.id,
        now=now,
        failures=state.failures,
        error=state.error,
        challenge=challenge,
        gone=gone,
        newest=state.newest_at,
        last_new=state.new_at,
        # What has just come back from an illness is well before it is anything else.
        first=state.baseline_at if before.health in (Health.OK, Health.FROZEN) else None,
        rhythm=rhythm,
        extraction=Extraction.from_json(state.extraction),
    )
    limits = Limits(settings.health.failures, source.max_age or settings.health.max_age)
    after, due = judge(before, signs, limits)
    if after != before:
        state = replace(state, health=after.health, condition=after.to_json())
    return state, due
