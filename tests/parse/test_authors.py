"""Who wrote a story."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.parse.names import people, printed_people
from tests.parse.pages import BODY, ZH, page, parse

HAN = "".join(f"<p>{text}</p>" for text in ZH)


def _authors(*, head: str = "", above: str = "", body: str = BODY) -> tuple[str, ...]:
    return parse(page(body, head=head, above=above)).authors


def _data(*nodes: dict[str, Any]) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@graph": nodes})}</script>'


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Noy Sample and Lee Other", ["Noy Sample", "Lee Other"]),
        ("Noy Sample, MD, Lee Other, PhD", ["Noy Sample", "Lee Other"]),
        ("林疏桐 周予安", ["林疏桐", "周予安"]),
        ("林 疏", ["林疏"]),
        ("蓝草 通讯员 岩香", ["蓝草", "岩香"]),
        ("ໂດຍ ສົມພອນ", ["ສົມພອນ"]),
        ("Noy Sample Jr. and Lee Other, Sr.", ["Noy Sample Jr.", "Lee Other, Sr."]),
        ("Noy S., Lee Other.", ["Noy S.", "Lee Other"]),
        ("신현주 기자, 박준석 선임기자", ["신현주", "박준석"]),
        ("Super User", []),
        ("https://www.facebook.com/us", []),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert people(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("HU SAMPLE in Kunming and KHAM OTHER in Vientiane", ["HU SAMPLE", "KHAM OTHER"]),
        ("Noy Sample, Mekong News Service", ["Noy Sample"]),
        ("Noy Sample, Autos correspondent", ["Noy Sample"]),
        ("Noy Sample • March 12, 2025", ["Noy Sample"]),
        ("Noy Sample, River Post, and Lee Other, Pakse", ["Noy Sample", "Lee Other"]),
        ("April Sample and June May", ["April Sample", "June May"]),
        ("Noy Sample, DVM. Reviewed by Lee Other, DVM", ["Noy Sample"]),
        ("Noy Sample More posts from this author", ["Noy Sample"]),
        ("Analysis by Noy Sample", ["Noy Sample"]),
        ("邬见山 【字体", ["邬见山"]),
        ("请介绍此次交流会的安排", []),
    ],
)
def test_names_of_a_line_that_goes_on(text: str, names: list[str]) -> None:
    assert printed_people(text) == names


@pytest.mark.parametrize(
    "above",
    [
        "<p>By Noy Sample</p>",
        "<p>Issue 118 · Friday, August 21, 2026 · by Noy Sample</p>",
        "<p>by Xinhua writers Noy Sample</p>",
        '<p>Posted on <time>3 November 2026</time> by <a href="/author/noy">Noy Sample</a></p>',
        '<p><span class="byline">Noy Sample</span></p>',
        "<p>ຂຽນໂດຍ Noy Sample ໃນວັນທີ 3 ພະຈິກ 2026</p>",
        "<p>โดย: Noy Sample</p>",
        "<p>By Noy Sample, Wednesday, Sept. 2, 2026</p>",
        "<p>By Noy Sample March 12, 2026</p>",
        "<p>By Noy Sample in Pakse, Oct 12, 2026</p>",
        "<p>By Noy Sample, Friday</p>",
        "<p>Posted by Noy Sample at 14:05 on May 12, 2026</p>",
        "<p>May 12, 2026 by Noy Sample Leave a Reply</p>",
        "<p>By Noy Sample, Mekong News, Luang Prabang · 12 May 2026</p>",
        "<p>von Noy Sample</p>",
        "<p>Written by</p><p>Noy Sample</p><p>3 November 2026</p>",
        '<p class="byline">Noy Sample, NEWS Vientiane</p>',
    ],
)
def test_bylines(above: str) -> None:
    assert _authors(above=above) == ("Noy Sample",)


@pytest.mark.parametrize(
    "line",
    [
        "新华社记者林疏桐、周予安",
        "□本报记者 林疏桐 通讯员 周予安",
        "作者 林疏桐 周予安",
        "来源：江报 | 文/图 林疏桐 周予安",
        "撰文：林疏桐、周予安",
        "2026年8月2日 09:30 記者林疏桐、周予安／永珍報導",
        "江报记者 林疏桐 周予安 云南景洪报道",
    ],
)
def test_chinese_bylines(line: str) -> None:
    assert _authors(above=f"<p>{line}</p>", body=HAN) == ("林疏桐", "周予安")


@pytest.mark.parametrize(
    "text",
    [
        "（记者 林疏桐）",
        "〔記者林疏桐／永珍報導〕",
        "（中央社記者林疏桐永珍8日電）",
        "（来源：江报客户端 首席记者 林疏桐）",
    ],
)
def test_reporters_in_brackets(text: str) -> None:
    assert _authors(body=f"<p>{text}{ZH[0]}</p><p>{ZH[1]}</p>") == ("林疏桐",)


@pytest.mark.parametrize(
    "line", ["ແປໂດຍ: ສົມພອນ", "ເຂົ້າເບິ່ງ: 341", "摄影：林疏桐", "Edited by Noy Sample"]
)
def test_others_are_no_authors(line: str) -> None:
    assert _authors(above=f"<p>{line}</p>") == ()


def test_a_person_goes_before_an_account_and_the_site() -> None:
    head = '<meta property="og:site_name" content="River Post">'
    byline = "<p>By Noy Sample</p>"
    for name in ("newsdesk", "River Post", "News Department"):
        meta = f'{head}<meta name="author" content="{name}">'
        assert _authors(head=meta, above=byline) == ("Noy Sample",)
        assert _authors(head=meta) == (name,)


@pytest.mark.parametrize("line", ["von Pakse nach Vientiane", "Von</p><p>nach"])
def test_what_begins_as_a_byline_does_is_no_name(line: str) -> None:
    assert _authors(above=f"<p>{line}</p>") == ()


@pytest.mark.parametrize(
    ("stated", "printed", "author"),
    [
        ("Noy", "<p>By Lee Other</p>", "Lee Other"),
        ("Noy", "<p>By Noy Sample</p>", "Noy Sample"),
        ("Noy", "<p>By Noy, Mekong Post Desk</p>", "Noy"),
        ("Noy", "", "Noy"),
        ("River Sample", "<p>By Lee Other</p>", "River Sample"),
        ("news.example developer", "<p>By Lee Other</p>", "Lee Other"),
    ],
)
def test_a_full_name_that_is_printed_goes_before_one_word(
    stated: str, printed: str, author: str
) -> None:
    head = f'<meta name="author" content="{stated}">'
    assert _authors(head=head, above=printed) == (author,)


@pytest.mark.parametrize("name", ["sailthru.author", "articleauthor"])
def test_names_of_metadata(name: str) -> None:
    assert _authors(head=f'<meta name="{name}" content=" Noy Sample">') == ("Noy Sample",)


def test_authors_of_the_data_are_looked_up_and_joined() -> None:
    story: dict[str, Any] = {"@type": "NewsArticle", "author": [{"@id": "#noy"}]}
    person = {"@type": "Person", "@id": "#noy", "name": "Noy Sample"}
    head = _data(story | {"contributor": {"name": "Lee Other"}}, person)
    assert _authors(head=head) == ("Noy Sample", "Lee Other")
