"""The smallest parts of a query: what is looked for, and what the story must be like."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple
from unicodedata import category

import re2

from monitor.errors import RuleError
from monitor.match.canonical import is_unspaced, needle, stem
from monitor.match.languages import wrong_language
from monitor.match.nodes import NUMBERS, Compare, ConceptRef, Language, Near, Node, Regex, Term
from monitor.match.scanner import quiet
from monitor.match.tokens import TOO_LARGE, Token, shorten, whole_number

MAX_TERM = 200  # characters of a term's canonical text
MAX_PATTERN = 1_000  # characters of a pattern
MOST_PATTERNS = 100  # in one rule
_PATTERN_MEMORY = 1024 * 1024  # bytes: more than any pattern of words needs, and built in 10 ms
SHORTEST_PREFIX = 4  # letters; dam* would find damage, too
SHORTEST_UNSPACED = 2  # in scripts without spaces
MOST_OF_A_PHRASE = 10  # words of "a phrase"~n
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class Scope(NamedTuple):
    """What stands before the colons on the way to a term."""

    field: str | None = None
    stem: bool = False


class Leaves:
    """Makes nodes of a query's tokens; each method raises RuleError."""

    def __init__(self, query: str) -> None:
        self.query, self.patterns = query, 0

    def term(self, token: Token, scope: Scope) -> Node:
        if scope.field == "lang":
            return self.language(token, scope)
        if scope.stem and token.kind != "word":
            raise self.error("stem: takes one English word: stem:negotiate", token)
        if token.kind == "concept":
            return ConceptRef(token.text.casefold(), scope.field, token.position)
        if token.kind == "regex":
            return self.regex(token, scope.field)
        if token.number:
            return self.sloppy(token, scope.field)
        return self.text(token, scope)

    def text(self, token: Token, scope: Scope) -> Term:
        written, form = token.text, "exact" if token.kind == "exact" else "word"
        if token.kind == "word" and written.endswith("*"):
            written, form = written[:-1], "prefix"
        wanted = needle(written)
        if not wanted:
            raise self.error(
                f"there is nothing to search for in “{shorten(token.text)}”:"
                " a term needs a letter or a digit",
                token,
            )
        if len(wanted.strip(" ")) > MAX_TERM:
            raise self.error(f"a term has at most {MAX_TERM} characters: cut it", token)
        if form == "prefix":
            wanted = self.prefix(wanted, token)
            written = _without_signs(written, wanted)
        if scope.stem:
            if form != "word" or len(wanted.split()) > 1 or is_unspaced(wanted):
                raise self.error("stem: takes one English word, written in full", token)
            written, form = wanted.strip(" "), "stem"
            wanted = stem(written)
        return Term(written, wanted, scope.field, form, token.position)

    def prefix(self, wanted: str, token: Token) -> str:
        if shortest := lacking(wanted):
            raise self.error(f"at least {shortest} letters stand before *", token)
        return wanted.rstrip(" ")

    def sloppy(self, token: Token, field: str | None) -> Node:
        words = needle(token.text).split()
        if not 2 <= len(words) <= MOST_OF_A_PHRASE or _one_in_another(words):
            raise self.error(
                f'"a phrase"~{token.number} takes 2 to {MOST_OF_A_PHRASE} words, each once and none'
                " inside another",
                token,
            )
        pieces = list(filter(needle, token.text.split()))  # a sign by itself is none of its words
        written = pieces if len(pieces) == len(words) else words
        terms = tuple(Term(word, needle(word), field, "word", token.position) for word in written)
        return Near(terms, token.number, phrase=token.text, position=token.position)

    def regex(self, token: Token, field: str | None) -> Regex:
        if len(token.text) > MAX_PATTERN:
            raise self.error(f"a pattern has at most {MAX_PATTERN} characters", token)
        if _CONTROL.search(token.text):
            raise self.error(
                "a control character is in this pattern: in YAML, \\b in double quotes is one; put"
                " the query in single quotes, or below >-",
                token,
            )
        self.patterns += 1
        if self.patterns > MOST_PATTERNS:
            raise self.error(
                f"a rule has at most {MOST_PATTERNS} patterns: join some as /a|b/", token
            )
        try:
            compiled = re2.compile(token.text, quiet(_PATTERN_MEMORY))
        except (re2.error, UnicodeEncodeError) as error:
            reason = error.args[0]
            text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
            raise self.error(
                f"RE2 cannot read this pattern: {shorten(text)}"
                " (https://github.com/google/re2/wiki/Syntax)",
                token,
            ) from error
        if compiled.search("") is not None:
            raise self.error("this pattern matches no text at all, too: every story", token)
        return Regex(token.text, field, token.position)

    def language(self, token: Token, scope: Scope) -> Language:
        code = token.text.casefold()
        if scope.stem:
            raise self.error("stem: and lang: do not go together: lang:lo", token)
        if token.kind not in ("word", "phrase"):
            raise self.error("lang: takes a language's code: lang:lo, lang:zh, lang:en", token)
        if wrong := wrong_language(code):
            raise self.error(f"no story has the language {shorten(code)} ({wrong})", token)
        return Language(code, token.position)

    def comparison(self, token: Token, scope: Scope) -> Compare:
        value: int | date
        if field := "stem" if scope.stem else scope.field:
            raise self.error(
                f"{token.text} is compared for the whole story: not in {field}:", token
            )
        if token.text in NUMBERS:
            number = whole_number(token.value)
            if number is None:
                raise self.error(f"{token.text} needs a whole number: {token.text} >= 5", token)
            if number >= TOO_LARGE:
                raise self.error(f"{token.text}: the number is below {TOO_LARGE:,}", token)
            value = number
        else:
            try:
                value = date.fromisoformat(token.value)
            except ValueError:
                raise self.error(
                    f"{token.text} needs a date: {token.text} > 2026-01-31", token
                ) from None
        return Compare(token.text, token.op, value, token.position)

    def error(self, message: str, token: Token) -> RuleError:
        return RuleError(message, self.query, token.position)


def lacking(prefix: str) -> int:
    """The letters that a prefix must have, where the last word of its needle has fewer; else 0."""
    last = prefix.rstrip(" ").rpartition(" ")[2]
    shortest = SHORTEST_UNSPACED if is_unspaced(last) else SHORTEST_PREFIX
    return shortest if len(last) < shortest else 0


def _without_signs(written: str, wanted: str) -> str:
    """What stands before ``*``, without signs that mean nothing here but may in another place."""
    if all(sign.isalnum() or sign in "-'’" or category(sign)[0] == "M" for sign in written):
        return written.strip("-'’")
    return "-".join(wanted.split())


def _one_in_another(words: list[str]) -> bool:
    needles = [needle(word) for word in words]
    return any(
        one in other
        for at, one in enumerate(needles)
        for to, other in enumerate(needles)
        if at != to
    )
