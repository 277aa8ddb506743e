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
        "the whole word, in any case and width; Chinese simplified or traditional",
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
        "word*",
        "any word that begins so: 4 letters or more; in scripts without spaces, 2 characters",
        "derail*",
        "the train was derailed",
        "the rails",
    ),
    Operator(
        '!"WORD"',
        "this word or phrase in exactly this case",
        '!"EDL"',
        "a bill from EDL",
        "edl is a file type",
    ),
    Operator(
        "stem:word",
        "any form of an English word",
        "stem:negotiate",
        "negotiations ended",
        "a negligible sum",
    ),
    Operator(
        "/pattern/",
        "a pattern of RE2 in the title or a paragraph as printed, in any case; its \\b and \\w know"
        " ASCII alone",
        r"/\d+ ?km\/h/",
        "at 160 km/h",
        "160 km from Vientiane",
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
        "the term is nowhere in the story; binds tighter than AND; -a says the same",
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
        "a NEAR/n b",
        "both in one paragraph with at most n words between them, in any order; binds tightest."
        " 2 Chinese or 4 Lao characters count as a word",
        "debt NEAR/3 Laos",
        "Laos deferred its debt",
        "Laos opened a railway station and a bridge; debt grew",
    ),
    Operator(
        "a ONEAR/n b",
        "the same, a before b",
        "China ONEAR/2 loan",
        "China gave a loan",
        "a loan from China",
    ),
    Operator(
        '"a b"~n',
        "the words of a phrase in any order, with at most n others between them",
        '"Laos debt relief"~2',
        "debt relief for Laos",
        "relief came to Laos after years; of debt nobody spoke",
    ),
    Operator(
        "a SENTENCE b",
        "both in one sentence; the title is one",
        "China SENTENCE loan",
        "China gave a loan. Laos took it.",
        "China spoke. A loan was given.",
    ),
    Operator(
        "a PARAGRAPH b",
        "both in one paragraph, or in the title",
        "China PARAGRAPH loan",
        "China spoke. A loan was given.",
        "Talks ¶ China spoke. ¶ A loan was given.",
    ),
    Operator(
        "both(a, b)",
        "a term of each side in one sentence, or in the title",
        "both(China OR Chinese, Laos OR Lao)",
        "Chinese tourists like Laos.",
        "China won. Laos lost.",
    ),
    Operator(
        "atleast(n, a)",
        "at least n places of it, none overlapping another",
        "atleast(2, railway)",
        "A railway is a railway.",
        "one railway",
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
    Operator(
        "lead:",
        "only in the first paragraph",
        "lead:Boten",
        "A town ¶ Boten grew. ¶ So did others.",
        "A town ¶ It grew. ¶ So did Boten.",
    ),
    Operator(
        "dateline:",
        "the place in the dateline, unlike one that is merely mentioned",
        "dateline:Vientiane",
        "A fair ¶ VIENTIANE, Nov. 3 (Xinhua) -- It opened.",
        "A fair ¶ BANGKOK, Nov. 3 (Xinhua) -- Vientiane sent guests.",
    ),
    Operator(
        "source:",
        "in the name of the credited wire or paper; site:, author: and section: likewise",
        "source:Xinhua AND loan",
        "Loan signed ¶ Text. ¶ source: Xinhua",
        "Loan signed ¶ Xinhua says so. ¶ source: AFP",
    ),
    Operator(
        "lang:",
        "the story's language, by its code",
        "lang:lo AND NOT ກິລາ",
        "ທາງລົດໄຟ",
        "a railway",
    ),
    Operator(
        "words > n",
        "numbers and dates: carried (by how many sites), words (of the paragraphs), updated,"
        " published; with > >= < <= =",
        "Laos AND words >= 4",
        "Laos signs a loan",
        "Laos signs",
    ),
    Operator(
        "@concept",
        "a concept: all its names in all languages, with what is narrower and with its guards; or a"
        " query under a name",
        "@china-laos-railway",
        "中老铁路通车",
        "中国铁路",
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
