"""Digests as the store hands them out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.background import DAYS, Background, Carried, Carrier, Ill, Volume
from monitor.models import Article, Collection, Message
from tests.builders import NOW, article, match, message

DUE = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)  # 07:00 in Vientiane


def told_of(number: int, title: str, *body: str, word: str, **changes: Any) -> Message:
    """An alert of the railway's rule, unless told otherwise, on story ``number``."""
    of_story = {name: changes.pop(name) for name in Article.model_fields if name in changes}
    said = {"url": f"https://laostimes.example/{number}", "title": title, "body": body} | of_story
    story = article(**said)
    rule = changes.get("rule", "railway")
    found = match(rule, word, story)
    return message(**({"story": number, "article": story, "match": found} | changes))


TRADE = {"rule": "trade", "label": "Trade and border"}


def stories() -> tuple[Message, ...]:
    """Five alerts on four stories, in three languages."""
    night = (
        "First night train leaves Vientiane for Kunming",
        "VIENTIANE, Nov. 20 (Xinhua) -- The first night train of the China-Laos Railway left here. "
        "Hundreds waved. It will reach Kunming in the morning, the train's operator said.",
        "Fares are low.",
    )
    return (
        told_of(1, *night, word="train"),
        told_of(
            2,
            "中老铁路首趟夜间卧铺列车从万象开往昆明",
            "11月20日晚,中老铁路首趟夜间卧铺列车从万象站开出。列车将于次日抵达昆明。",
            word="列车",
            language="zh",
            source="新华社",
        ),
        told_of(1, *night, word="Kunming", **TRADE),
        told_of(
            3,
            "ທາງລົດໄຟລາວ-ຈີນ ເພີ່ມຖ້ຽວພິເສດ ໃນງານບຸນພະທາດຫຼວງ",
            "ທາງລົດໄຟລາວ-ຈີນ ຈະເພີ່ມຖ້ຽວພິເສດ ໃນງານບຸນພະທາດຫຼວງ ປະຈຳປີ",
            word="ລົດໄຟ",
            language="lo",
            source="ຂປລ",
        ),
        told_of(
            4, "Boten customs opens all night", "Trucks no longer wait.", word="customs", **TRADE
        ),
    )


def background(**changes: Any) -> Background:
    """Story 1 is carried by three sites; one source of twenty is ill."""
    sites = {"laostimes.example": "1", "xinhua.example": "a", "pasaxon.example": "b"}
    carriers = tuple(
        Carrier(site=site, url=f"https://{site}/{path}", title="First night train")
        for site, path in sites.items()
    )
    ill = Ill(
        source="kpl",
        name="KPL",
        health="failing",
        since=NOW - timedelta(days=2),
        detail="failed 4 times in a row: kpl.example: timed out",
    )
    said: dict[str, Any] = {
        "zone": "Asia/Vientiane",
        "carried": {1: Carried(first=1, carriers=carriers)},
        "volumes": (
            Volume(rule="railway", days=(*range(DAYS - 1), 3)),
            Volume(rule="trade", days=(*[1] * (DAYS - 1), 2)),
        ),
        "ill": (ill,),
        "watched": 20,
    }
    return Background(**(said | changes))


def collection(*alerts: Message, **changes: Any) -> Collection:
    said: dict[str, Any] = {
        "id": "msg_" + "0011223344556677" * 2,
        "kind": "digest",
        "alerts": alerts,
        "created_at": DUE - timedelta(hours=10),
        "due": DUE,
        "background": background(),
    }
    return Collection(**(said | changes))
