"""Words of a query that may be meant as an operator, as quotes or as a sign."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from monitor.match.tokens import LOWER_CASE_OPERATORS, PREFIXES, TERMS, Token, shorten, tokenize

_ALWAYS = {name.casefold(): name for name in LOWER_CASE_OPERATORS} | {"atleast": "atleast(n, a)"}
# Words of a language as well: warned of where a term stands on either side alone.
_WORDS = {
    "AND": "和 与 與 且 ແລະ",
    "OR": "或 或者 ຫຼື ຫລື",
    "NOT": "非 不 ບໍ່",
    "SENTENCE": "sentence",
    "PARAGRAPH": "paragraph",
    "NEAR/5": "near",
    "ONEAR/5": "onear",
}
_BETWEEN = {word: operator for operator, words in _WORDS.items() for word in words.split()}
_BEFORE = {"both": "both(a, b)"}  # where a term follows
# Of this language in other letters, and of Lexis, Westlaw and Ovid.
_DISTANCE = re.compile(r"(o?)near/?(\d+)|(?:(?:w|n|within)/|adj/?)(\d+)|pre/(\d+)", re.ASCII)
_UNIT = {"w/s": "SENTENCE", "w/sent": "SENTENCE", "w/p": "PARAGRAPH", "w/para": "PARAGRAPH"}

_OPENING = (*TERMS, "open", "field", "function", "not")  # with what a term begins

_OPENED, _CLOSED = "'‘’`《〈【[{", "'’’`》〉】]}"
_PAIRS = dict(zip(_OPENED, _CLOSED, strict=True))
_SIGNS = re.compile(r"[$€£¥₭฿%‰+#@=<>~^|]")


def slips(query: str) -> Iterator[str]:
    """A warning for each; raises RuleError."""
    tokens = list(tokenize(query))
    before = Token("end", "", 0)
    for token, after in pairwise(tokens):
        if token.kind == "word" and (operator := _meant(token, before, after)):
            yield (f"{_at(token)} is searched as a word: write {operator} for the operator")
        elif token.kind in ("word", "phrase", "exact"):
            yield from _of_signs(token)
            yield from _of_colon(before, token)
        before = token
    yield from _of_quotes(tokens)


def _meant(token: Token, before: Token, after: Token) -> str | None:
    """The operator that a word may be meant to be."""
    word = token.text.casefold()
    if operator := _ALWAYS.get(word) or _UNIT.get(word):
        return operator
    if found := _DISTANCE.fullmatch(word):
        ordered = found[1] or found[4]
        return f"{'O' if ordered else ''}NEAR/{found[2] or found[3] or found[4]}"
    if after.kind not in _OPENING:
        return None
    if before.kind in (*TERMS, "close") and word in _BETWEEN:
        return _BETWEEN[word]
    return _BEFORE.get(word)


def _of_signs(token: Token) -> Iterator[str]:
    if found := _SIGNS.search(token.text):
        yield f"{_at(token)} is searched without its sign {found[0]}: signs do not count"


def _of_colon(before: Token, token: Token) -> Iterator[str]:
    name = before.text.casefold()
    if before.kind == "word" and name in PREFIXES and token.text.startswith((":", "：")):
        yield f"{_at(before)} is searched as a word: write {name}: without a blank for the field"


def _of_quotes(tokens: Sequence[Token]) -> Iterator[str]:
    """Words between other signs than quotes, which make no phrase of them."""
    opened: dict[str, Token] = {}  # by the sign that would close it
    for token in tokens:
        if token.kind != "word":
            continue
        start = opened.pop(token.text[-1], None)
        if start is not None:
            yield f'{_at(start)} begins no phrase: {start.text[0]} is no quote here, write "'
        closing = _PAIRS.get(token.text[0])
        if closing and not token.text.endswith(closing):
            opened[closing] = token


def _at(token: Token) -> str:
    return f"“{shorten(token.text)}” at character {token.position + 1}"
