"""The query language: text in, tree out.

Grammar, loosest first: ``OR``; ``AND``, or nothing, between two terms; ``NOT`` or ``-``; ``NEAR``,
``SENTENCE`` and ``PARAGRAPH``; a field before a term or parenthesis; a term or a parenthesis.
"""

from __future__ import annotations

from datetime import date

import re2

from monitor.errors import RuleError
from monitor.match.canonical import is_unspaced, needle, stem
from monitor.match.nodes import (
    NUMBERS,
    OTHER_FIELDS,
    And,
    AtLeast,
    Compare,
    ConceptRef,
    Language,
    Near,
    Node,
    Not,
    Or,
    Regex,
    Term,
    Within,
    is_group,
    leaves,
)
from monitor.match.scanner import quiet
from monitor.match.tokens import Token, shorten, tokenize

MAX_DEPTH = 50  # parentheses within parentheses; the parser and the evaluation recurse
MAX_TERM = 200  # characters of a term's canonical text
MAX_PATTERN = 1_000  # characters of a pattern
SHORTEST_PREFIX = 4  # letters; dam* would find damage, too
MOST_AT_LEAST = 1_000
MOST_OF_A_PHRASE = 10  # words of "a phrase"~n

_TERMS = ("word", "phrase", "exact", "regex", "concept")


def compile_query(query: str) -> Node:
    """Parse and check a query.

    Raises:
        RuleError: with the first mistake, its position, and what would be right.
    """
    root = _Parser(query).parse()
    if (culprit := _ungrounded(root)) is not None:
        raise RuleError(
            "NOT alone would match almost every story: add a term that must be there,"
            " as in Laos NOT Vietnam",
            query,
            culprit,
        )
    return root


class _Scope:
    """What stands before the colons on the way to a term."""

    __slots__ = ("field", "stem")

    def __init__(self, field: str | None = None, stem: bool = False) -> None:
        self.field, self.stem = field, stem


class _Parser:
    """Recursive descent, one method a level of the grammar."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.tokens = tokenize(query)
        self.token = next(self.tokens)
        self.previous: Token | None = None
        self.depth = 0

    def parse(self) -> Node:
        root = self.either(_Scope())
        if self.token.kind == "close":
            raise self.error("no parenthesis is open here: remove )", self.token)
        if self.token.kind == "comma":
            raise self.error("commas part the terms of both(…) and atleast(…) alone", self.token)
        return root

    def either(self, scope: _Scope) -> Node:
        children = [self.all_of(scope)]
        while self.token.kind == "or":
            self.advance()
            children.append(self.all_of(scope))
        return join(Or, children)

    def all_of(self, scope: _Scope) -> Node:
        children = [self.unary(scope)]
        while self.token.kind not in ("or", "close", "comma", "end"):
            if self.token.kind == "and":
                self.advance()
            children.append(self.unary(scope))
        return join(And, children)

    def unary(self, scope: _Scope) -> Node:
        negations: list[int] = []
        inner = scope
        while self.token.kind in ("not", "field"):
            token = self.advance()
            if token.kind == "not":
                negations.append(token.position)
            else:
                inner = self.narrowed(inner, token)
        node = self.proximity(inner, scope)
        if len(negations) % 2 == 0:
            return node
        return node.child if isinstance(node, Not) else Not(node, negations[0])

    def proximity(self, first: _Scope, scope: _Scope) -> Node:
        start = self.token
        node = self.primary(first)
        if self.token.kind == "near":
            return self.near(node, start, scope)
        if self.token.kind in ("sentence", "paragraph"):
            return self.within(node, start, scope)
        return node

    def near(self, first: Node, start: Token, scope: _Scope) -> Node:
        token = self.advance()
        second = self.token
        children = (
            self.group(first, start, token.text),
            self.group(self.operand(scope), second, token.text),
        )
        self.check_one_field(children, token)
        if self.token.kind in ("near", "sentence", "paragraph"):
            raise self.error(
                f"{token.text} joins two: for a third write (a {token.text} b) AND"
                f" (b {token.text} c)",
                self.token,
            )
        assert token.number
        return Near(children, token.number, ordered=token.op == "O", position=token.position)

    def within(self, first: Node, start: Token, scope: _Scope) -> Node:
        token, children = self.token, [self.group(first, start, self.token.text)]
        while self.token.kind == token.kind:
            self.advance()
            second = self.token
            children.append(self.group(self.operand(scope), second, token.text))
        if self.token.kind in ("near", "sentence", "paragraph"):
            raise self.error(
                f"{token.text} and {self.token.text} do not mix: join two of them by AND",
                self.token,
            )
        self.check_one_field(children, token)
        return Within(token.kind, tuple(children), token.position)

    def operand(self, scope: _Scope) -> Node:
        while self.token.kind == "field":
            scope = self.narrowed(scope, self.advance())
        return self.primary(scope)

    def narrowed(self, scope: _Scope, token: Token) -> _Scope:
        if token.text == "stem":
            return _Scope(scope.field, stem=True)
        if scope.field not in (None, token.text):
            raise self.error(f"{token.text}: cannot stand inside {scope.field}:", token)
        return _Scope(token.text, scope.stem)

    def primary(self, scope: _Scope) -> Node:
        if self.token.kind in _TERMS:
            return self.term(self.advance(), scope)
        if self.token.kind == "compare":
            return self.comparison(self.advance())
        if self.token.kind == "function":
            return self.function(self.advance(), scope)
        if self.token.kind != "open":
            raise self.missing()
        opening = self.open()
        node = self.either(scope)
        self.close(opening)
        return node

    def function(self, token: Token, scope: _Scope) -> Node:
        opening = self.open()
        if token.text == "atleast":
            number = self.count(token)
            child = self.argument(token, scope)
            self.close(opening)
            return AtLeast(number, child, token.position)
        children = [self.argument(token, scope)]
        while self.token.kind == "comma":
            self.advance()
            children.append(self.argument(token, scope))
        self.close(opening)
        if len(children) < 2:
            raise self.error("both needs two sides: both(@china, @laos)", token)
        self.check_one_field(children, token)
        return Within("both", tuple(children), token.position)

    def count(self, token: Token) -> int:
        usage = "atleast needs a number first: atleast(3, railway)"
        number = self.advance()
        if number.kind != "word" or not number.text.isascii() or not number.text.isdigit():
            raise self.error(usage, token)
        if not 1 <= int(number.text[:9]) <= MOST_AT_LEAST:
            raise self.error(f"allowed: 1 to {MOST_AT_LEAST:,}", number)
        if self.token.kind != "comma":
            raise self.error(usage, self.token)
        self.advance()
        return int(number.text)

    def argument(self, token: Token, scope: _Scope) -> Node:
        start = self.token
        return self.group(self.either(scope), start, token.text)

    def group(self, node: Node, start: Token, operator: str) -> Node:
        if is_group(node):
            return node
        raise self.error(
            f"{operator} takes words, phrases, concepts, patterns, or several of these joined by"
            " OR, in parentheses",
            start,
        )

    def check_one_field(self, children: tuple[Node, ...] | list[Node], token: Token) -> None:
        fields = {leaf.field for child in children for leaf in leaves(child)}
        if len(fields) > 1:
            raise self.error(
                f"{token.text} needs all its terms in one field: write title:(a {token.text} b)",
                token,
            )
        if fields & set(OTHER_FIELDS):
            raise self.error(f"{token.text} works in the title and the paragraphs alone", token)

    def term(self, token: Token, scope: _Scope) -> Node:
        if scope.field == "lang":
            return self.language(token)
        if scope.stem and token.kind != "word":
            raise self.error("stem: takes one English word: stem:negotiate", token)
        if token.kind == "concept":
            return ConceptRef(token.text.casefold(), scope.field, token.position)
        if token.kind == "regex":
            return self.regex(token, scope.field)
        if token.number is not None:
            return self.sloppy(token, scope.field)
        return self.text(token, scope)

    def text(self, token: Token, scope: _Scope) -> Term:
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
        if len(wanted) > MAX_TERM:
            raise self.error(f"a term has at most {MAX_TERM} characters: cut it", token)
        if form == "prefix":
            wanted = self.prefix(wanted, token)
        if scope.stem:
            if form != "word" or len(wanted.split()) > 1 or is_unspaced(wanted):
                raise self.error("stem: takes one English word, written in full", token)
            wanted, form = stem(wanted.strip(" ")), "stem"
        return Term(written, wanted, scope.field, form, token.position)

    def prefix(self, wanted: str, token: Token) -> str:
        last = wanted.rpartition(" ")[2] or wanted.rstrip(" ").rpartition(" ")[2]
        shortest = 2 if is_unspaced(wanted) else SHORTEST_PREFIX
        if len(last) < shortest:
            raise self.error(f"at least {shortest} letters stand before *", token)
        return wanted.rstrip(" ")

    def sloppy(self, token: Token, field: str | None) -> Node:
        words = needle(token.text).split()
        assert token.number
        if not 2 <= len(words) <= MOST_OF_A_PHRASE or len(set(words)) < len(words):
            raise self.error(
                f'"a phrase"~{token.number} takes 2 to {MOST_OF_A_PHRASE} words, each once', token
            )
        terms = tuple(Term(word, needle(word), field, "word", token.position) for word in words)
        return Near(terms, token.number, phrase=token.text, position=token.position)

    def regex(self, token: Token, field: str | None) -> Regex:
        if len(token.text) > MAX_PATTERN:
            raise self.error(f"a pattern has at most {MAX_PATTERN} characters", token)
        try:
            compiled = re2.compile(f"(?i){token.text}", quiet())
        except re2.error as error:
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

    def language(self, token: Token) -> Language:
        code = token.text.casefold()
        if token.kind != "word" or not code.isascii() or not code.isalpha() or len(code) > 3:
            raise self.error("lang: takes a language's code: lang:lo, lang:zh, lang:en", token)
        return Language(code, token.position)

    def comparison(self, token: Token) -> Compare:
        value: int | date
        if token.text in NUMBERS:
            if not token.value.isascii() or not token.value.isdigit():
                raise self.error(f"{token.text} needs a whole number: {token.text} >= 5", token)
            value = int(token.value[:12])
        else:
            try:
                value = date.fromisoformat(token.value)
            except ValueError:
                raise self.error(
                    f"{token.text} needs a date: {token.text} > 2026-01-31", token
                ) from None
        return Compare(token.text, token.op, value, token.position)

    def open(self) -> Token:
        opening = self.advance()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(f"more than {MAX_DEPTH} parentheses are open here", opening)
        return opening

    def close(self, opening: Token) -> None:
        if self.token.kind == "comma":
            raise self.error("a comma stands here: AND, OR or a space would be right", self.token)
        if self.token.kind != "close":
            raise self.error("this parenthesis is never closed: add )", opening)
        self.depth -= 1
        self.advance()

    def advance(self) -> Token:
        self.previous, self.token = self.token, next(self.tokens, self.token)
        return self.previous

    def missing(self) -> RuleError:
        """The error where a term should be, told from the tokens on either side."""
        token, before = self.token, self.previous
        if before is None and token.kind == "end":
            return self.error("the query is empty: write a word, such as Laos", token)
        if before and before.kind == "field":
            example = f"as in {before.text}:{_EXAMPLES.get(before.text, 'Laos')}"
            return self.error(f"{before.text}: needs a term after it, {example}", before)
        if before and before.kind == "comma":
            return self.error("a term is missing after this comma", before)
        if before and before.kind != "open":
            return self.error(f"{before.text} needs a term after it", before)
        if token.kind in ("and", "or", "near", "sentence", "paragraph"):
            return self.error(f"{token.text} needs a term before it", token)
        if token.kind == "comma":
            return self.error("a term is missing before this comma", token)
        if before is None:
            return self.error("no parenthesis is open here: remove )", token)
        if token.kind == "close":
            return self.error("there is nothing between these parentheses", before)
        return self.error("this parenthesis is never closed: add )", before)

    def error(self, message: str, token: Token) -> RuleError:
        return RuleError(message, self.query, token.position)


_EXAMPLES = {"lang": "lo", "stem": "negotiate", "dateline": "Vientiane", "source": "Xinhua"}


def join(kind: type[And] | type[Or], children: list[Node]) -> Node:
    """One node of a kind, with children of the same kind taken in."""
    if len(children) == 1:
        return children[0]
    flat: list[Node] = []
    for child in children:
        flat.extend(child.children if isinstance(child, kind) else (child,))
    return kind(tuple(flat))


def _ungrounded(node: Node, wanted: bool = True) -> int | None:
    """Where a node could hold without anything being there; None where it could not.

    ``wanted`` is false under an odd number of NOTs. What a field narrows is something.
    """
    if isinstance(node, Not):
        return None if _ungrounded(node.child, not wanted) is None else node.position
    if isinstance(node, And | Or):
        places = [_ungrounded(child, wanted) for child in node.children]
        found = [place for place in places if place is not None]
        one_is_enough = isinstance(node, And) == wanted
        if not found or (one_is_enough and len(found) < len(places)):
            return None
        return found[0]
    return None if wanted or isinstance(node, Language | Compare) else node.position
