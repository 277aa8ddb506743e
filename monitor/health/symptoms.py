"""What shows that a source is ill: a table of rules, asked in order.

Each rule says in one line what was seen and what to do, or nothing where all is well.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from monitor.health.signs import Limits, Signs
from monitor.models import Health, Moment
from monitor.rhythm import expected, likely, working_days
from monitor.text import one_line

DAY = timedelta(days=1)

CHALLENGES = 2  # looks, or pages, in a row that ask for a human: the first may be a whim

# A source must have been watched for so long before its silence says anything, and the silence
# must be so unlikely, and so much longer than any that it broke lately. A daily source is told of
# after four days without a story, days off apart.
HISTORY = timedelta(weeks=3)
UNLIKELY = 3e-5
LONGER = 1.5

_SHOWN = 300  # characters of an error


def _gone(signs: Signs, _: Limits) -> str | None:
    if not signs.gone:
        return None
    return (
        "answered 410 Gone and is looked at no more; give its new address in sources.yaml,"
        f" or: monitor source remove {signs.source}"
    )


def _challenged(signs: Signs, limits: Limits) -> str | None:
    if signs.challenge is None or signs.failures < min(CHALLENGES, limits.failures):
        return None
    return (
        f"asks for a human instead of giving the news ({_short(signs.challenge)}), which is never"
        f" evaded; ask its owner for access, then try: monitor source try {signs.source}"
    )


def _failing(signs: Signs, limits: Limits) -> str | None:
    if signs.failures < limits.failures:
        return None
    times = "once" if signs.failures == 1 else f"{signs.failures} times in a row"
    error = _short(signs.error or "no reason known")
    return f"failed {times}: {error}; try: monitor source try {signs.source}"


def _pages_challenged(signs: Signs, _: Limits) -> str | None:
    pages = signs.extraction
    if pages.walled < CHALLENGES:
        return None
    return (
        f"its pages ask for a human instead of giving the news ({_short(pages.wall)}), which is"
        f" never evaded; ask its owner for access, then try: monitor source try {signs.source}"
    )


def _layout(signs: Signs, _: Limits) -> str | None:
    pages = signs.extraction
    if not pages.suspicious:
        return None
    return (
        f"its last {pages.thin} stories came out empty, doubtful, or far shorter than its"
        f" usual {pages.usual:.0f} characters; see what is read: monitor source try {signs.source}"
    )


def _frozen(signs: Signs, limits: Limits) -> str | None:
    if signs.newest is None:
        return _never_new(signs, limits)
    if signs.now - _end(signs.newest) <= limits.max_age:
        return None
    day = signs.newest.date() if isinstance(signs.newest, datetime) else signs.newest
    return (
        f"answers, but its newest item is of {day}; look whether it goes on elsewhere"
        f" (monitor source try {signs.source}), or set its max_age"
    )


def _never_new(signs: Signs, limits: Limits) -> str | None:
    """A source whose items bear no dates, and that was dead when it was first looked at."""
    if signs.first is None or signs.last_new or signs.now - signs.first <= limits.max_age:
        return None
    return (
        f"answers, but nothing new has come since {signs.first.astimezone(UTC).date()}, its first"
        f" look; look whether it goes on elsewhere (monitor source try {signs.source})"
    )


def _quiet(signs: Signs, _: Limits) -> str | None:
    if signs.last_new is None or signs.rhythm.watched < HISTORY:
        return None
    days = working_days(signs.last_new, signs.now)
    if len(days) <= signs.rhythm.pause * LONGER:
        return None
    chances = likely(signs.rhythm)
    if math.prod(1 - chances[day.weekday()] for day in days) >= UNLIKELY:
        return None
    usual = expected(signs.rhythm, signs.last_new, signs.now)
    return (
        f"nothing new since {signs.last_new.astimezone(UTC).date()}, a time in which it usually"
        f" has about {usual:.0f} stories; try: monitor source try {signs.source}"
    )


Rule = Callable[[Signs, Limits], str | None]

AFTER_FAILURE: tuple[tuple[Health, Rule], ...] = (
    (Health.GONE, _gone),
    (Health.CHALLENGED, _challenged),
    (Health.FAILING, _failing),
)
AFTER_ANSWER: tuple[tuple[Health, Rule], ...] = (
    (Health.CHALLENGED, _pages_challenged),
    (Health.LAYOUT, _layout),
    (Health.FROZEN, _frozen),
    (Health.QUIET, _quiet),
)


def symptom(signs: Signs, limits: Limits) -> tuple[Health, str] | None:
    """What a source has, and the line that says so; None where nothing can be said.

    A look that failed says nothing of what an answer would have shown.
    """
    for health, rule in AFTER_FAILURE if signs.failures else AFTER_ANSWER:
        if said := rule(signs, limits):
            return health, said
    return None if signs.failures else (Health.OK, "")


def _end(moment: Moment) -> datetime:
    """The last moment that a date can mean; times without an offset are taken for UTC."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), UTC) + DAY
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _short(text: str) -> str:
    return one_line(text, _SHOWN)
