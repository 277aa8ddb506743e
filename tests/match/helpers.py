"""What the tests of rules share: articles made from a few words, and a few concepts."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from monitor.match import Concept, Concepts, RuleSet
from monitor.match.operators import PARAGRAPH
from monitor.match.written import companion, name
from monitor.models import Article, Match, Span
from monitor.parse.dateline import find_dateline
from monitor.parse.language import tell_language


def article(title: str, *body: str, **more: Any) -> Article:
    return Article(url="https://news.example/1", title=title, body=body, **more)


def found(query: str, title: str, *body: str) -> tuple[Span, ...] | None:
    """The spans of one query in an article, or None where it does not match."""
    matches = RuleSet.compile({"r": query}).match(article(title, *body))
    return matches[0].spans if matches else None


def concept(
    concept_id: str,
    *names: str,
    not_when: tuple[str, ...] = (),
    only_with: tuple[str, ...] = (),
    narrower: tuple[str, ...] = (),
) -> Concept:
    """As a file of concepts would make it."""
    guards = tuple(map(name, not_when))
    company = tuple(map(companion, only_with))
    return Concept(concept_id, "", "", tuple(map(name, names)), guards, company, narrower)


CONCEPTS = Concepts(
    [
        concept("china", "China", "中国", "ຈີນ", not_when=("Indochina", "South China Sea")),
        concept("laos", "Laos", "Lao PDR", "老挝", "ລາວ", narrower=("vientiane",)),
        concept("vientiane", "Vientiane", "万象", "ວຽງຈັນ", not_when=("万象更新",)),
        concept("china-laos-railway", "China-Laos railway", "中老铁路", "ທາງລົດໄຟລາວ-ຈີນ"),
        concept("oudomxay", "Oudomxay", "Xay", only_with=("@laos", "railway")),
    ]
)

# What a line of docs/rules.md says of a story beside its text: " ¶ source: Xinhua".
_FACT = re.compile(r"(source|site|author|section|lang|updated|published|carried): (.+)")


def told(line: str) -> tuple[Article, int]:
    """A story written in one line, a paragraph, or title ¶ paragraphs, with facts behind them; and
    how many sites carry it."""
    texts = line.split(PARAGRAPH)
    facts: dict[str, Any] = {}
    while texts and (fact := _FACT.fullmatch(texts[-1])):
        facts[fact[1]] = fact[2]
        texts.pop()
    title, body = (texts[0], tuple(texts[1:])) if len(texts) > 1 else ("", tuple(texts))
    carried = int(facts.pop("carried", 1))
    if "author" in facts:
        facts["authors"] = (facts.pop("author"),)
    for moment in facts.keys() & {"updated", "published"}:
        facts[moment] = date.fromisoformat(facts[moment])
    facts["language"] = facts.pop("lang", None) or tell_language(" ".join(texts))[0]
    return article(title, *body, dateline=find_dateline(body, None), **facts), carried


def matches(query: str, line: str) -> Match | None:
    """One query held against a story that ``told`` reads."""
    story, carried = told(line)
    found = RuleSet.compile({"r": query}, CONCEPTS).match(story, carried=carried)
    return found[0] if found else None
