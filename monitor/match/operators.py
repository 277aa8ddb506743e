"""Every form of the query language, one row each; ``docs/rules.md`` shows this table."""

from __future__ import annotations

from dataclasses import dataclass

PARAGRAPH = " ¶ "  # in a row's texts, stands between the title and the paragraphs


@dataclass(frozen=True, slots=True)
class Operator:
    syntax: str
    meaning: str
    example: str
    matches: str  # a text that the example matches: one paragraph, or title ¶ paragraphs
    misses: str  # one that it does not match


OPERATORS = (
    Operator(
        "word",
        "the whole word, in any case and width",
        "Laos",
        "LAOS’s railway",
        "Laotian railway",
    ),
    Operator(
        '"a phrase"',
        "these words next to each other; punctuation, hyphens and dashes do not count",
        '"China-Laos railway"',
        "the China–Laos railway",
        "the railway from China to Laos",
    ),
    Operator(
        "a AND b",
        "both, anywhere in the story; two terms side by side say the same",
        "railway AND 老挝",
        "老挝 railway",
        "a railway in Thailand",
    ),
    Operator(
        "a OR b",
        "one of them, or both; AND binds tighter",
        "Vientiane OR 万象 OR ວຽງຈັນ",
        "ນະຄອນຫຼວງວຽງຈັນ",
        "Luang Prabang",
    ),
    Operator(
        "NOT a",
        "the term is nowhere in the story; binds tightest; -a says the same",
        "Laos NOT football",
        "Laos signs a loan",
        "Laos wins at football",
    ),
    Operator(
        "( )",
        "what belongs together",
        "Laos AND (dam OR dams)",
        "two dams in Laos",
        "a dam in Thailand",
    ),
    Operator(
        "title:",
        "only in the title; before a word, a phrase or a parenthesis",
        "title:Laos",
        "Laos opens a bridge ¶ Crowds came.",
        "A bridge opens ¶ Crowds came in Laos.",
    ),
    Operator(
        "body:",
        "only in the paragraphs, dateline included",
        'body:"Boten SEZ"',
        "Border town grows ¶ The Boten SEZ grew.",
        "Boten SEZ grows ¶ The border town grew.",
    ),
)


def operators_markdown() -> str:
    """The table as Markdown."""
    head = ("form", "meaning", "example", "matches", "does not match")
    rows = [
        (f"`{row.syntax}`", row.meaning, f"`{row.example}`", row.matches, row.misses)
        for row in OPERATORS
    ]
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
