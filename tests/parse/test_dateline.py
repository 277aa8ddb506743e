"""Datelines in three languages."""

from __future__ import annotations

import datetime as dt

import pytest

from monitor.models import Dateline
from monitor.parse.dateline import find_dateline

STORY = dt.date(2026, 11, 4)
NOV3 = dt.date(2026, 11, 3)


@pytest.mark.parametrize(
    ("text", "place", "date", "agency"),
    [
        ("BEIJING, Nov. 3 (Xinhua) -- The", "BEIJING", NOV3, "Xinhua"),
        ("BEIJING -- The", "BEIJING", None, None),
        ("VIENTIANE (KPL) – The", "VIENTIANE", None, "KPL"),
        ("LUANG PRABANG, Laos, Nov. 3 (Xinhua) -- The", "LUANG PRABANG, Laos", NOV3, "Xinhua"),
        ("Vientiane, Laos — The", "Vientiane, Laos", None, None),
        ("Vientiane, Nov 3 (KPL) -- The", "Vientiane", NOV3, "KPL"),
        ("(KPL) Vientiane, Nov 3 -- The", "Vientiane", NOV3, "KPL"),
        ("XI'AN, November 3, 2026 (Xinhua) — The", "XI'AN", NOV3, "Xinhua"),
        ("新华社万象11月3日电（记者张三）中老铁路", "万象", NOV3, "新华社"),
        ("新华社万象11月3日电 中老铁路", "万象", NOV3, "新华社"),
        ("（新华社北京11月3日电）", "北京", NOV3, "新华社"),
        ("本报万象11月3日电（记者张三）", "万象", NOV3, "本报"),
        ("中新社北京11月3日电", "北京", NOV3, "中新社"),
        ("中新社北京电 记者", "北京", None, "中新社"),
        ("中新网11月3日电 据报道", None, NOV3, "中新网"),
        ("ວຽງຈັນ, 3 ພະຈິກ (ຂປລ) - ລັດຖະບານ", "ວຽງຈັນ", NOV3, "ຂປລ"),
        ("ວຽງຈັນ, ວັນທີ ໓ ພະຈິກ (ຂປລ) – ລັດຖະບານ", "ວຽງຈັນ", NOV3, "ຂປລ"),
        ("ວຽງຈັນ (ຂປລ) - ລັດຖະບານ", "ວຽງຈັນ", None, "ຂປລ"),
        ("(ຂປລ) ວຽງຈັນ, 3 ພະຈິກ - ລັດຖະບານ", "ວຽງຈັນ", NOV3, "ຂປລ"),
        ("ວຽງຈັນ, 3 ພະຈິກ 2026 (ຂປລ) - ລັດຖະບານ", "ວຽງຈັນ", NOV3, "ຂປລ"),
        ("ວຽງຈັນ — ລັດຖະບານ", "ວຽງຈັນ", None, None),
        ("ຂປລ. ລັດຖະບານ", None, None, "ຂປລ"),
        ("เวียงจันทน์, 3 พ.ย. (ซินหัว) -- งาน", "เวียงจันทน์", NOV3, "ซินหัว"),
        ("CHIANG RAI: Traders want", "CHIANG RAI", None, None),
        ("（中央社記者林可安永珍3日電）研究", "永珍", NOV3, "中央社"),
        ("（万象综合讯）", "万象", None, None),
        ("江网时刻新闻11月3日讯（记者 苏念）", None, NOV3, "江网时刻新闻"),
        ("Muang Sing (Laos) – The", "Muang Sing", None, None),
        ("MENGLA: A market for tea", "MENGLA", None, None),
        ("VIENTIANE (KPL) -- Laos -- rich in rivers -- sells", "VIENTIANE", None, "KPL"),
        ("新华社昆明／万象11月3日电　中老铁路", "昆明／万象", NOV3, "新华社"),
        ("（新華社萬象3日電）中老鐵路", "萬象", NOV3, "新華社"),
        ("新华社3日电 中老铁路", None, NOV3, "新华社"),
        ("新华社万象11月3日电中老铁路", "万象", NOV3, "新华社"),
        ("ຂປລ - ລັດຖະບານ", None, None, "ຂປລ"),
    ],
)
def test_forms(text: str, place: str | None, date: dt.date | None, agency: str | None) -> None:
    assert find_dateline((text,), STORY) == Dateline(place=place, date=date, agency=agency)


@pytest.mark.parametrize(
    "text",
    [
        "Wait -- there is more to say about this.",
        "The president -- who is sixty -- came.",
        "No dateline here, Nov. 3 (Xinhua).",
        "中国网电视台昨天播出了节目。",
        "新华社记者张三报道",
        "ລັດຖະບານ ລາວ ກ່າວວ່າ",
        "A - B",
        "UPDATE: Traders want",
        "GDP: The number",
        "（本报讯）昨天",
        "APEC — which has 21 members — meets in autumn.",
        "MEKONG TEA – a company of growers – was sold.",
        "MEKONG TEA – Laos' largest grower – was sold.",
        "Mekong Rice Union (MRU) – Growers want more.",
        "Mekong Rice (MKR) – the growers' company – wants more.",
        "Noy Sample, Minister — Once a teacher, she",
        "ARMY: Soldiers help at the dam",
        "FEDERAL BANK: Growth slows",
        "BREAKING NEWS – A dam opens",
        "南方电网老挝国家输电网公司说",
        "江北电网公司11月3日电价下调",
        "老挝国家报社购买电 脑",
        "老挝互联网3日讯号中断",
        "新华社与老挝通讯社合办电讯",
        "老挝电视台3日电视剧开播",
        "ກຊສ. ແຂວງ ກ່າວວ່າ",
        "ກຊສ – ແຂວງ ກ່າວວ່າ",
    ],
)
def test_sentences_are_no_datelines(text: str) -> None:
    assert find_dateline((text,), STORY) is None


def test_a_summary_may_stand_before_it() -> None:
    body = ("Rail traffic is up.", "VIENTIANE, Nov. 3 (Xinhua) -- The", "x")
    found = find_dateline(body, STORY)
    assert found is not None
    assert found.place == "VIENTIANE"


def test_without_a_date_of_the_story_a_dateline_has_none() -> None:
    assert find_dateline(("BEIJING, Nov. 3 (Xinhua) -- The",), None) == Dateline(
        place="BEIJING", agency="Xinhua"
    )
