"""A query's text, cut into tokens that know where they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from monitor.errors import RuleError
from monitor.match.canonical import without_ignored
from monitor.match.characters import IGNORED

FIELDS = ("title", "body")
WRITTEN_OPERATORS = {"AND": "and", "OR": "or", "NOT": "not"}


@dataclass(frozen=True, slots=True)
class Token:
    kind: str  # open, close, and, or, not, field, word, phrase or end
    text: str  # as written; of a phrase the inside, of a field its bare name
    position: int  # characters of the query before it


_QUOTES = '"“”„＂'
_ENDS = rf"\s{IGNORED}()（）{_QUOTES}"
_TOKEN = re.compile(
    rf"""(?P<space>[\s{IGNORED}]+)
    |(?P<open>[(（])
    |(?P<close>[)）])
    |[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]
    |(?P<unclosed>[{_QUOTES}])
    |(?P<field>[^\W\d][^{_ENDS}:：.,/\-]*)[:：]
    |(?P<not>[-−–－])(?=[^\s)）])
    |(?P<word>[^\s()（）{_QUOTES}]+)""",
    re.VERBOSE,
)
# Signs to which other tools give a meaning. To pass over them as punctuation would search for
# something else than the writer meant, in silence.
_WILDCARD = re.compile(r"\*|\w\?\w")
_FOREIGN = re.compile(r"O?NEAR(/\d*)?$|[@!/~^]|\+\D|.*(&&|\|)", re.DOTALL)
_ALLOWED = 'AND, OR, NOT, ( ), "a phrase", title: and body:'
_SHOWN = 40  # characters of a faulty word that a message repeats


def tokenize(query: str) -> Iterator[Token]:
    """The tokens, and one of kind ``end`` behind them.

    Raises:
        RuleError: a quote never closed, an unknown field, an operator of some other language.
    """
    for found in _TOKEN.finditer(query):
        kind, position = str(found.lastgroup), found.start()
        text = found[kind]
        if kind == "space":
            continue
        if kind == "unclosed":
            raise RuleError(f"this quote is never closed: add {text}", query, position)
        if kind == "field":
            text = _field(text, query, position)
        elif kind == "word":
            kind = _kind_of_word(text, query, position)
        yield Token(kind, text, position)
    yield Token("end", "", len(query))


def _field(text: str, query: str, position: int) -> str:
    name = unicodedata.normalize("NFKC", text).casefold()
    if name in FIELDS:
        return name
    close = get_close_matches(name, FIELDS, n=1)
    hint = f"did you mean {close[0]}:" if close else "the fields are title: and body:"
    raise RuleError(
        f"there is no field {shorten(text)}: ({hint}; to search for the word itself, quote it)",
        query,
        position,
    )


def _kind_of_word(text: str, query: str, position: int) -> str:
    plain = unicodedata.normalize("NFKC", without_ignored(text[:_SHOWN]))
    if operator := WRITTEN_OPERATORS.get(plain):
        return operator
    if _WILDCARD.search(text):
        raise RuleError("* and ? are no wildcards here: write the words in full", query, position)
    if _FOREIGN.match(text):
        raise RuleError(
            f"{shorten(text)} is no operator here (allowed: {_ALLOWED}; to search for the text"
            " itself, quote it)",
            query,
            position,
        )
    after = position + len(text)
    if query[after : after + 1] in ("(", "（"):
        raise RuleError(
            f"put AND, OR or a space between {shorten(text)} and the parenthesis", query, after
        )
    return "word"


def shorten(text: str) -> str:
    """``text`` as an error's message shows it, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
