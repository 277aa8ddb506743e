"""Rules on how many stories come: many more than usual, none, or so many. Pure."""

from monitor.volume.form import ALLOWED, figure, parse_volume, told, written
from monitor.volume.judge import CALM, Episode, Verdict, chance, course, judge, reach, window
from monitor.volume.past import History, PastDay, past_alerts, past_days
from monitor.volume.usual import Calendar, Counts, Usual, usual

__all__ = [
    "ALLOWED",
    "CALM",
    "Calendar",
    "Counts",
    "Episode",
    "History",
    "PastDay",
    "Usual",
    "Verdict",
    "chance",
    "course",
    "figure",
    "judge",
    "parse_volume",
    "past_alerts",
    "past_days",
    "reach",
    "told",
    "usual",
    "window",
    "written",
]
