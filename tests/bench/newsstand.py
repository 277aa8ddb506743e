"""Ordinary feeds of our own, half RSS 2.0 and half Atom, of stories in English, Chinese and Lao.

A feed holds its ``ITEMS`` newest stories; ten feeds share a host, and hosts are addresses of
127.0.0.0/8, all of which are this machine. The same arguments always write the same bytes.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

ITEMS = 50  # as CGTN's feeds have
FEEDS_PER_HOST = 10
PACE = timedelta(minutes=40)  # between two stories of a feed


@dataclass(frozen=True, slots=True)
class Tongue:
    """Pieces of headlines: any of ``who`` ``does`` any of ``what``."""

    language: str
    agency: str
    blank: str
    stop: str
    who: tuple[str, ...]
    does: tuple[str, ...]
    what: tuple[str, ...]

    def sentence(self, rng: random.Random) -> str:
        return self.blank.join(map(rng.choice, (self.who, self.does, self.what)))

    def summary(self, rng: random.Random) -> str:
        sentences = (self.sentence(rng) + self.stop for _ in range(3))
        return f"<p>{escape(''.join(sentences).strip())}</p>"


TONGUES = (
    Tongue(
        *("en", "Xinhua", " ", ". "),
        who=(
            "The China-Laos Railway",
            "Vientiane's city council",
            "A Yunnan trade delegation",
            "The Lao Ministry of Energy & Mines",
            "Luang Prabang's tourism office",
            "Customs at the Boten border post",
        ),
        does=("welcomes", "announces", "puts off", "signs a contract for", "reports on", "opens"),
        what=(
            "the second cross-border cold chain of this year",
            "a new power line to Thailand",
            "talks on the price of cassava and rubber",
            "repairs after the floods in Oudomxay province",
            "scholarships for 120 students of Kunming's universities",
            "a hospital wing with 80 beds",
        ),
    ),
    Tongue(
        *("zh", "新华社", "", "。"),
        who=(
            "中老铁路",
            "万象市政府",
            "云南省贸易代表团",
            "老挝能源矿产部",
            "磨憨口岸",
            "琅勃拉邦旅游局",
        ),
        does=("迎来", "宣布", "推迟", "签署", "通报", "启动"),
        what=(
            "今年第二条跨境冷链专列",
            "通往泰国的新输电线路项目",
            "木薯和橡胶价格磋商",
            "乌多姆赛省洪灾后的修复工程",
            "面向昆明高校的120名留学生奖学金",
            "设有80张床位的医院新楼",
        ),
    ),
    Tongue(
        *("lo", "ຂປລ", " ", ". "),
        who=("ທາງລົດໄຟ ລາວ-ຈີນ", "ນະຄອນຫຼວງວຽງຈັນ", "ຄະນະຜູ້ແທນ ແຂວງຢຸນນານ", "ກະຊວງພະລັງງານ", "ດ່ານບໍ່ເຕັນ"),
        does=("ຕ້ອນຮັບ", "ປະກາດ", "ເລື່ອນ", "ເຊັນສັນຍາ", "ລາຍງານ", "ເປີດ"),
        what=(
            "ການຂົນສົ່ງສິນຄ້າຂ້າມແດນ",
            "ສາຍສົ່ງໄຟຟ້າໃໝ່",
            "ການເຈລະຈາລາຄາມັນຕົ້ນ ແລະ ຢາງພາລາ",
            "ການສ້ອມແປງຫຼັງນ້ຳຖ້ວມ",
            "ທຶນການສຶກສາ 120 ທຶນ",
            "ຕຶກໂຮງໝໍ 80 ຕຽງ",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    url: str
    title: str
    summary: str
    agency: str
    published: datetime


def address(feed: int, port: int) -> str:
    """Where feed number ``feed`` is served."""
    high, low = divmod(feed // FEEDS_PER_HOST, 250)
    return f"http://127.{1 + high // 250}.{high % 250}.{1 + low}:{port}/{_file(feed)}"


def publish(folder: Path, feeds: Iterable[int], fresh: int, base: datetime) -> None:
    """Write ``feeds``, each with ``fresh`` stories more than at ``base``, as files of that time."""
    now = base + fresh * PACE
    for feed in feeds:
        items = [_item(feed, number, base) for number in range(fresh + ITEMS, fresh, -1)]
        path = folder / _file(feed)
        path.write_text(_FORMATS[path.suffix](feed, items, now), "utf-8")
        os.utime(path, (now.timestamp(), now.timestamp()))


def _file(feed: int) -> str:
    return f"{feed:05}.{'rss' if feed % 2 else 'atom'}"


def _tongue(feed: int) -> Tongue:
    return TONGUES[feed // 2 % len(TONGUES)]


def _item(feed: int, number: int, base: datetime) -> Item:
    rng, tongue = random.Random(f"{feed} {number}"), _tongue(feed)
    published = base + (number - ITEMS) * PACE
    site = f"https://www.site-{feed // FEEDS_PER_HOST}.example"
    id_ = f"c_{feed}-{number}"
    return Item(
        id_,
        f"{site}/{tongue.language}/{published:%Y-%m/%d}/{id_}.html?utm_source=rss",
        tongue.sentence(rng),
        tongue.summary(rng),
        tongue.agency,
        published,
    )


def _rss(feed: int, items: list[Item], now: datetime) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Site {feed}: World</title>
<link>https://www.site-{feed // FEEDS_PER_HOST}.example/</link>
<description>News of site {feed}</description>
<language>{_tongue(feed).language}</language>
<lastBuildDate>{_rfc822(now)}</lastBuildDate>
{"".join(map(_rss_item, items))}</channel></rss>
"""


def _rss_item(item: Item) -> str:
    return f"""<item>
<title>{escape(item.title)}</title>
<link>{escape(item.url)}</link>
<guid isPermaLink="false">{item.id}</guid>
<pubDate>{_rfc822(item.published)}</pubDate>
<dc:creator>{item.agency}</dc:creator>
<category>World</category>
<description><![CDATA[{item.summary}]]></description>
</item>
"""


def _atom(feed: int, items: list[Item], now: datetime) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{_tongue(feed).language}">
<title>Site {feed}: World</title>
<link href="https://www.site-{feed // FEEDS_PER_HOST}.example/"/>
<id>tag:site-{feed}.example,2026:world</id>
<updated>{now.isoformat()}</updated>
{"".join(map(_atom_entry, items))}</feed>
"""


def _atom_entry(item: Item) -> str:
    return f"""<entry>
<title>{escape(item.title)}</title>
<link rel="alternate" type="text/html" href="{escape(item.url)}"/>
<id>tag:example,2026:{item.id}</id>
<published>{item.published.isoformat()}</published>
<updated>{item.published.isoformat()}</updated>
<author><name>{item.agency}</name></author>
<category term="World"/>
<summary type="html">{escape(item.summary)}</summary>
</entry>
"""


def _rfc822(time: datetime) -> str:
    return format_datetime(time.astimezone(UTC))


_FORMATS: dict[str, Callable[[int, list[Item], datetime], str]] = {".rss": _rss, ".atom": _atom}
