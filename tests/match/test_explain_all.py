"""Every rule and term is explained in every story, and none at a great cost."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from monitor.config import load_config
from monitor.match import Concepts, compile_query
from monitor.match.alike import MOST_PLACED
from monitor.match.canonical import needle
from monitor.match.explain import explain
from monitor.match.measure import Measure
from monitor.match.pieces import MOST_READ, Pieces
from monitor.match.story import Story
from monitor.match.why import why
from tests.match.helpers import CONCEPTS, article, concept

pytestmark = pytest.mark.at_full_speed

ROOT = Path(__file__).parents[2]

STORIES = [
    article("China lends to Laos", "A railway from Vientiane to Boten, at 3.5 per cent."),
    article("中国向老挝提供贷款", "新华社万象电：中老铁路去年开通。"),
    article("ຈີນ ໃຫ້ ລາວ ກູ້ຢືມ", "ທາງລົດໄຟ ຈາກ ນະຄອນຫຼວງວຽງຈັນ; ນ້ຳຖ້ວມ, ເຂື່ອນໄຟຟ້າ."),
    article("ลาวกู้เงินจากจีน", "น้ำท่วมทางรถไฟ เขื่อนไฟฟ้า นครหลวงเวียงจันทน์"),
    article("!!!", "…"),
]


def test_shipped_rules_are_explained_in_all_scripts() -> None:
    loaded = load_config(ROOT / "config", {})
    for rule in loaded.rules:
        root = compile_query(rule.query)
        assert all(why(explain(root, story, loaded.concepts)) for story in STORIES)


def test_words_of_lao_and_thai_are_explained_in_all_scripts() -> None:
    loaded = load_config(ROOT / "config", {})
    names = {name.written for each in loaded.concepts.values() for name in each.names}
    wanted = {word for word in names if re.search("[\u0e00-\u0eff]", word) and '"' not in word}
    words = sorted(wanted | {word[1:] for word in wanted if needle(word[1:])})
    assert len(words) > 1_000
    for word in words[::7]:
        root = compile_query(f'"{word}"')
        assert all(why(explain(root, story)) for story in STORIES)


HUGE = {
    "one word": "a" * 2_000_000,
    "digits": "1" * 2_000_000,
    "the same": "railway " * 250_000,
    "many words": " ".join(f"w{number}" for number in range(250_000)),
}


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_a_huge_story_is_explained_in_seconds(text: str) -> None:
    query = " ".join(f"missing{n}" for n in range(30)) + ' railwy "debt of laos" a NEAR/3 railway'
    started = time.perf_counter()
    explain(compile_query(query), article("Title", text), CONCEPTS)
    assert time.perf_counter() - started < 20


MANY = {
    "words": " ".join(f"missing{n}" for n in range(300)),
    "words of a field": " ".join(f"title:missing{n}" for n in range(300)),
    "cases": " ".join(f"!MISSING{n}" for n in range(300)),
    "patterns": " ".join(f"/missing{n}/" for n in range(100)),
    "a name of many": "title:@many",
}


def counted(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> list[object]:
    """A list that gets longer with each call of a method."""
    calls, method = list[object](), getattr(owner, name)

    def called(*given: object) -> object:
        calls.append(given[1:])
        return method(*given)

    monkeypatch.setattr(owner, name, called)
    return calls


@pytest.mark.parametrize("query", MANY.values(), ids=MANY)
def test_what_is_nowhere_is_looked_for_once(query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = counted(monkeypatch, Story, "_search_text")
    patterns = counted(monkeypatch, Story, "_search_pattern")
    concepts = Concepts([concept("many", *(f"name{n}" for n in range(40)))])
    story = article("T", *["name1 a, name7"] * 20, source="S", section="missing", authors=("A",))
    assert not explain(compile_query(query), story, concepts).holds
    assert len(words) + len(patterns) < 10


@pytest.mark.parametrize(
    ("query", "owner", "name", "most"),
    [
        ('"dam dam w{}"', Measure, "gap", MOST_PLACED),
        ("中国铁{}路", Pieces, "_stands", MOST_READ // 500_000),
    ],
)
def test_what_is_nearest_to_hundreds_is_bounded(
    query: str, owner: type, name: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = " ".join(f"w{n % 5_000} dam 中铁路" for n in range(50_000))
    calls = counted(monkeypatch, owner, name)
    terms = [query.format(chr(0x5000 + n) if "中" in query else n) for n in range(300)]
    explain(compile_query(" OR ".join(terms)), article("T", text), CONCEPTS)
    assert len(calls) <= most
