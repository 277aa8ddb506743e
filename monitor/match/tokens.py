"""A query's text, cut into tokens that know where they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from monitor.errors import RuleError
from monitor.match.canonical import without_ignored
from monitor.match.characters import IGNORED
from monitor.match.nodes import DATES, FIELDS, NUMBERS

PREFIXES = (*FIELDS, "lang", "stem")  # what may stand before a colon
FUNCTIONS = ("both", "atleast")
WRITTEN_OPERATORS = {
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "SENTENCE": "sentence",
    "PARAGRAPH": "paragraph",
}
TERMS = ("word", "phrase", "exact", "regex", "concept")  # kinds of tokens
LOWER_CASE_OPERATORS = ("AND", "OR", "NOT")  # words of prose, too: a query in prose is warned of


class Token(NamedTuple):
    """``kind``: open, close, comma, and, or, not, near, sentence, paragraph, field, function,
    compare, concept, regex, word, phrase, exact or end."""

    kind: str
    text: str  # of a phrase the inside, of a field its bare name
    position: int  # characters of the query before it
    number: int = 0  # of NEAR and of "a phrase"~n
    op: str = ""  # of a comparison; of NEAR: O where it is ordered
    value: str = ""  # of a comparison


_QUOTES = '"“”„＂'
_ALL_QUOTES = f"{_QUOTES}«»「」『』"
_CLOSING = {"“": "”", "„": "“", "«": "»", "「": "」", "『": "』"}
_ENDS = rf"\s{IGNORED}()（）{_ALL_QUOTES}"
# As Chinese and Japanese keyboards type them; and hyphens that word processors set.
_AT, _EXACT, _STAR, _HYPHENS = "@＠", "!！", "*＊", "-－‐‑﹣"
_NOT = f"{_HYPHENS}−–—―"
_FORMS = rf"""(?P<space>[\s{IGNORED}]+)
    |(?P<open>[(（])
    |(?P<close>[)）])
    |(?P<exact>[{_EXACT}])?(?P<phrase>[{_QUOTES}][^{_QUOTES}]*[{_QUOTES}]|[«»][^«»]*[«»]|「[^」]*」|『[^』]*』)
        (?:~(?P<slack>[^\s()（）]*))?
    |[{_EXACT}]?(?P<unclosed>[{_ALL_QUOTES}])
    |/(?P<regex>(?:[^/\\]|\\.)+)/(?=[\s)），,]|$)
    |[{_AT}](?P<concept>[{_HYPHENS}\w]+)(?=[\s)），,、]|$)
    |(?!(?:AND|OR|NOT|SENTENCE|PARAGRAPH)\s)(?P<compare>[^\W\d_]+)
        \s*(?P<op>>=|<=|=>|=<|==|>|<|=|≥|≤|＞|＜|＝)
        \s*(?P<value>[^\s()（）{_ALL_QUOTES}]*)
    |(?P<field>[^\W\d][^{_ENDS}:：.,，、/\-]*)[:：]
    |(?P<not>[{_NOT}])(?=[^\s)）])
    |(?P<word>"""
_WORD = rf"[^\s()（）{_ALL_QUOTES}]+)"
# Between the parentheses of a function commas part the terms, but not within a number.
_WORD_OR_COMMA = rf"(?:[^\s()（）{_ALL_QUOTES},，、]|(?<=\d)[,，、](?=\d))+|[,，、])"
_HYPHEN = re.compile(f"[{_HYPHENS}]")
_QUOTE = re.compile(f"[{_QUOTES}]")
_TOKEN = re.compile(_FORMS + _WORD, re.VERBOSE | re.DOTALL)
_TOKEN_OR_COMMA = re.compile(_FORMS + _WORD_OR_COMMA, re.VERBOSE | re.DOTALL)
_NEAR = re.compile(r"(?P<ordered>O?)NEAR(?P<slash>/?)(?P<number>.*)", re.DOTALL)
_OPS = {"≥": ">=", "≤": "<=", "=>": ">=", "=<": "<=", "==": "=", "＞": ">", "＜": "<", "＝": "="}
TOO_LARGE = 10**9  # a number that nothing here can be
_MOST_DIGITS = 10
MOST_NEAR = 100  # words; further apart, a paragraph says it better
# Signs to which other tools give a meaning. To pass over them as punctuation would search for
# something else than the writer meant, in silence.
_WILDCARD = re.compile(r"\*.|^\*|\w\?\w", re.DOTALL)
_FOREIGN = re.compile(r"@|!$|!!|\+\D|.*(&&|[|~^])", re.DOTALL)
_CONCEPT = re.compile(r"@[\w-]+")
_FLAGGED = re.compile(r"/(?:[^/\\]|\\.)+/[gimsux]{1,3}(?![\w/])", re.DOTALL)
_SHOWN = 40  # characters of a faulty word that a message repeats


def tokenize(query: str) -> Iterator[Token]:
    """The tokens, and one of kind ``end`` behind them.

    Raises:
        RuleError: a quote never closed, an unknown field, an operator of some other language.
    """
    place, inside = 0, list[bool]()  # of each open parenthesis: whether commas part its terms
    function = False
    tokens = _TOKEN
    while found := tokens.match(query, place):  # one of the kinds takes any character
        start, place = place, found.end()
        last = found.lastgroup
        if last == "space":
            continue
        if last == "open":
            inside.append(function)
        elif last == "close" and inside:
            inside.pop()
        tokens = _TOKEN_OR_COMMA if inside and inside[-1] else _TOKEN
        token = _word(found[0], query, start) if last == "word" else _token(found, query)
        function = token.kind == "function"
        yield token
    yield Token("end", "", len(query))


def _token(found: re.Match[str], query: str) -> Token:
    kind, position = str(found.lastgroup), found.start()
    if kind == "unclosed":
        quote = _CLOSING.get(found["unclosed"], found["unclosed"])
        raise RuleError(f"this quote is never closed: add {quote}", query, position)
    if kind in ("phrase", "slack"):
        return _phrase(found, query)
    if kind == "field":
        return Token("field", _field(found["field"], query, position), position)
    if kind == "value":
        return _comparison(found, query)
    if kind == "concept":
        return Token(kind, _HYPHEN.sub("-", found[kind]), position)
    return Token(kind, found[kind], position)


def _phrase(found: re.Match[str], query: str) -> Token:
    slack, position = found["slack"], found.start()
    text = _QUOTE.sub(" ", found["phrase"][1:-1])  # of other quotes, which are printed as these
    kind = "exact" if found["exact"] else "phrase"
    if any(star in text for star in _STAR):
        raise RuleError(
            "* means nothing in quotes: it stands at the end of a word without them (delay*)",
            query,
            position,
        )
    if slack is None:
        return Token(kind, text, position)
    if kind == "exact" or whole_number(slack) is None:
        raise RuleError('~ follows a phrase and needs a number: "a b"~5', query, position)
    return Token(kind, text, position, _distance(slack, query, found.start("slack")))


def whole_number(digits: str) -> int | None:
    """What digits say, at most TOO_LARGE; None where they are none.

    Python itself refuses to read thousands of them.
    """
    if not digits.isascii() or not digits.isdigit():
        return None
    if len(digits) > _MOST_DIGITS:
        digits = digits.lstrip("0")[:_MOST_DIGITS] or "0"
    return min(int(digits), TOO_LARGE)


def _distance(digits: str, query: str, position: int) -> int:
    number = whole_number(digits)
    if number is None or not 1 <= number <= MOST_NEAR:
        raise RuleError(
            f"{shorten(digits)} is no distance in words, allowed: 1 to {MOST_NEAR}"
            " (for a whole paragraph: PARAGRAPH)",
            query,
            position,
        )
    return number


def _field(text: str, query: str, position: int) -> str:
    name = _plain(text)
    if name in PREFIXES:
        return name
    if name in ("http", "https"):
        raise RuleError(
            "an address is no term: site: takes the host alone (site:kpl.gov.la)", query, position
        )
    close = get_close_matches(name, PREFIXES, n=1)
    fields = ", ".join(f"{field}:" for field in PREFIXES)
    hint = f"did you mean {close[0]}:" if close else f"the fields are {fields}"
    raise RuleError(
        f"there is no field {shorten(text)}: ({hint}; to search for the word itself, quote it)",
        query,
        position,
    )


def _comparison(found: re.Match[str], query: str) -> Token:
    name, position = _plain(found["compare"]), found.start()
    names = (*NUMBERS, *DATES)
    if name not in names:
        close = get_close_matches(name, names, n=1)
        hint = f"did you mean {close[0]}" if close else f"there are {', '.join(names)}"
        raise RuleError(
            f"{shorten(found['compare'])} is nothing that can be compared ({hint};"
            " to search for the text itself, quote it)",
            query,
            position,
        )
    op = _OPS.get(found["op"], found["op"])
    return Token("compare", name, position, op=op, value=found["value"])


def _word(text: str, query: str, position: int) -> Token:
    if text in (",", "，", "、"):
        return Token("comma", text, position)
    plain = text if text.isascii() else _composed(text)
    after = position + len(text)
    parenthesis = query[after : after + 1] in ("(", "（")
    if parenthesis and plain.casefold() in FUNCTIONS:
        return Token("function", plain.casefold(), position)
    if operator := WRITTEN_OPERATORS.get(plain):
        return Token(operator, text, position)
    if "NEAR" in plain and (near := _near(text, plain, query, position)):
        return near
    if not text.isalnum():
        text = _typewritten(text)
        # An exclamation mark behind a word is print, not a sign of another tool.
        _check_signs(_composed(text.rstrip("！") or text), query, position)
    if parenthesis:
        raise RuleError(
            f"put AND, OR or a space between {shorten(text)} and the parenthesis", query, after
        )
    if text.startswith("!"):
        return Token("exact", text[1:], position)
    return Token("word", text, position)


def _typewritten(text: str) -> str:
    """A word with a typewriter's signs before and behind it."""
    if text[0] in _EXACT:
        text = f"!{text[1:]}"
    return f"{text[:-1]}*" if text[-1] in _STAR else text


def _composed(text: str) -> str:
    text = without_ignored(text)
    # NFKC may take long; of what is longer, NEAR/00…01 alone is no word.
    return unicodedata.normalize("NFKC", text) if len(text) <= _SHOWN else text


def _near(text: str, plain: str, query: str, position: int) -> Token | None:
    if near := _NEAR.fullmatch(plain):
        if whole_number(near["number"]) is None:
            if near["slash"] or not near["number"]:
                shown = f"{near['ordered']}NEAR"
                raise RuleError(f"{shown} needs a number: {shown}/5", query, position)
        elif near["slash"]:
            number = _distance(near["number"], query, position)
            return Token("near", text, position, number, op=near["ordered"])
    return None


def _check_signs(text: str, query: str, position: int) -> None:
    if text.startswith("!") and text.endswith("*"):
        raise RuleError("allowed: ! before a word or * behind it, not both", query, position)
    if _WILDCARD.search(text):
        raise RuleError(
            "* stands at the end of a word alone (delay*), and ? is no wildcard: write the words"
            " in full",
            query,
            position,
        )
    if name := _CONCEPT.match(text):
        raise RuleError(
            f"a concept's name has letters, digits and hyphens: write {name[0]} and a space",
            query,
            position,
        )
    if _FLAGGED.match(query, position):
        raise RuleError(
            "a pattern ends with / and a space: it has no flags, and is found in any case",
            query,
            position,
        )
    if text.startswith("/"):
        raise RuleError(
            "this pattern is never closed: add / and a space (a slash inside is written \\/; to"
            " search for the text itself, quote it)",
            query,
            position,
        )
    if _FOREIGN.match(text):
        raise RuleError(
            f"{shorten(text)} is no operator here (docs/rules.md has them all; to search for the"
            " text itself, quote it)",
            query,
            position,
        )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def shorten(text: str) -> str:
    """``text`` as an error's message shows it, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
