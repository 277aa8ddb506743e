"""When a source publishes: learned from what it brought, told as how much to expect. Pure.

All hours and days are those of UTC. In China and Laos a new day of UTC begins at 8 and at 7 in the
morning, so that one working day lies within one day of UTC.
"""

from monitor.rhythm.daysoff import is_day_off, working_days
from monitor.rhythm.forecast import expected, likely, next_expected
from monitor.rhythm.learned import UNKNOWN, Rhythm, learn, times_of

__all__ = [
    "UNKNOWN",
    "Rhythm",
    "expected",
    "is_day_off",
    "learn",
    "likely",
    "next_expected",
    "times_of",
    "working_days",
]
