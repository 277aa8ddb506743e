"""What is told, as JSON: the body of a webhook, a line of a file."""

from __future__ import annotations

import json
from typing import Any

from monitor.background import Background
from monitor.deliver.base import Told
from monitor.deliver.marks import reasons, span_json
from monitor.models import Collection, ConfigNotice, Message, Notice, VolumeAlert
from monitor.text import storable

_LINE_ENDS = {c: f"\\u{ord(c):04x}" for c in "\x85\u2028\u2029"}


def to_json(value: dict[str, Any]) -> str:
    """``value`` as JSON in UTF-8, on one line whatever a reader takes for the end of a line."""
    text = json.dumps(value, ensure_ascii=False)
    for line_end, escaped in _LINE_ENDS.items():  # str.translate looks at each character
        text = text.replace(line_end, escaped)
    return storable(text)


def event(told: Told) -> str:
    """What happened: the ``type`` of a webhook."""
    if isinstance(told, ConfigNotice):
        return "config.right" if told.right else "config.wrong"
    if isinstance(told, Notice):
        return f"{told.about}.recovered" if told.recovered else f"{told.about}.ill"
    if isinstance(told, Collection):
        return f"alerts.{told.kind}"
    if isinstance(told, VolumeAlert):
        return f"alert.{told.kind.value}"
    return "alert.corrected" if told.correction else "alert.created"


def subject(told: Told) -> str:
    """What it is about, as a path: ``rules/railway/stories/7``."""
    if isinstance(told, ConfigNotice):
        return "configuration"
    if isinstance(told, Notice):
        return f"{told.about}s/{told.source}"
    if isinstance(told, Collection):
        return f"alerts/{told.kind}"
    if isinstance(told, VolumeAlert):
        return f"rules/{told.rule}/{told.kind.value}"
    return f"rules/{told.rule}/stories/{told.story}"


def payload(told: Told) -> dict[str, Any]:
    """An alert with its Article or its figures, or several; a source and how it is; what is wrong
    in which file."""
    if isinstance(told, ConfigNotice):
        return config_payload(told)
    if isinstance(told, Collection):
        return collection_payload(told)
    if isinstance(told, VolumeAlert):
        return volume_payload(told)
    return notice_payload(told) if isinstance(told, Notice) else alert_payload(told)


def alert_payload(message: Message) -> dict[str, Any]:
    article = message.article
    return {
        "id": message.id,
        "rule": {"id": message.rule, "name": message.label},
        "reason": message.reason,
        "correction": message.correction,
        "severity": message.severity.value,
        "created_at": message.created_at.isoformat(),
        "story": {"id": message.story, "revision": message.revision, "source": message.source},
        "match": {
            "terms": list(message.match.terms),
            "concepts": list(message.match.concepts),
            "reasons": reasons(message.match),
            "spans": [span_json(span) for span in message.match.spans],
        },
        "article": article.model_dump(mode="json"),
    }


def collection_payload(collection: Collection) -> dict[str, Any]:
    return {
        "id": collection.id,
        "kind": collection.kind,
        "created_at": collection.created_at.isoformat(),
        "due_at": collection.due.isoformat(),
        "alerts": [alert_payload(alert) for alert in collection.alerts],
        "volumes": [volume_payload(alert) for alert in collection.volumes],
        **_background(collection.background),
    }


def _background(background: Background) -> dict[str, Any]:
    """What stood around the alerts when they first went out."""
    kept = background.model_dump(mode="json")
    carried = sorted(background.carried.items())
    return {
        "timezone": background.zone,
        "stories": [
            {
                "id": story,
                "first": each.first,
                "carried_by": len(each.carriers),
                "tellings": [carrier.model_dump() for carrier in each.carriers],
            }
            for story, each in carried
        ],
        "days": kept["volumes"],
        "sources": {"watched": background.watched, "ill": kept["ill"]},
    }


def volume_payload(alert: VolumeAlert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "kind": alert.kind.value,
        "rule": {"id": alert.rule, "name": alert.label},
        "condition": alert.condition,
        "reason": alert.reason,
        "severity": alert.severity.value,
        "created_at": alert.created_at.isoformat(),
        "number": alert.number,
        "expected": alert.expected,
        "since": alert.since.isoformat(),
        "stories": [
            {
                "id": story.story,
                "title": story.title,
                "url": story.url,
                "source": story.source,
                "seen_at": story.seen_at.isoformat(),
            }
            for story in alert.stories
        ],
        "more": alert.more,
    }


def notice_payload(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        notice.about: {"id": notice.source, "name": notice.name, "url": notice.url},
        "health": notice.health.value,
        "recovered": notice.recovered,
        "detail": notice.detail,
        "since": notice.since.isoformat(),
        "created_at": notice.created_at.isoformat(),
    }


def config_payload(notice: ConfigNotice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "folder": notice.folder,
        "right": notice.right,
        "problems": list(notice.problems),
        "since": notice.since.isoformat(),
        "created_at": notice.created_at.isoformat(),
    }
