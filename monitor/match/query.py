"""The query language: text in, tree out.

Grammar, loosest first: ``OR``; ``AND``, or nothing, between two terms; ``NOT`` or ``-``; a field
before a term or parenthesis; a word, a phrase or a parenthesis.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.errors import RuleError
from monitor.match.canonical import needle
from monitor.match.tokens import WRITTEN_OPERATORS, Token, shorten, tokenize

MAX_DEPTH = 50  # parentheses within parentheses; the parser and the evaluation recurse
MAX_TERM = 200  # characters of a term's canonical text


@dataclass(frozen=True, slots=True)
class Term:
    written: str  # without quotes and field
    needle: str  # what is looked for in canonical text
    field: str | None  # title, body, or None for both
    position: int = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    child: Node
    position: int = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class And:
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    children: tuple[Node, ...]


Node = Term | Not | And | Or


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


def lint(query: str) -> list[str]:
    """Warnings about a query that compiles but may not say what is meant; raises RuleError."""
    compile_query(query)
    return [warning for token in tokenize(query) for warning in _warnings(token)]


def format_query(query: str) -> str:
    """The query in its canonical spelling, which means the same; raises RuleError."""
    return _format(compile_query(query))


class _Parser:
    """Recursive descent, one method a level of the grammar."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.tokens = tokenize(query)
        self.token = next(self.tokens)
        self.previous: Token | None = None
        self.depth = 0

    def parse(self) -> Node:
        root = self.either(None)
        if self.token.kind == "close":
            raise self.error("no parenthesis is open here: remove )", self.token)
        return root

    def either(self, scope: str | None) -> Node:
        children = [self.all_of(scope)]
        while self.token.kind == "or":
            self.advance()
            children.append(self.all_of(scope))
        return _join(Or, children)

    def all_of(self, scope: str | None) -> Node:
        children = [self.unary(scope)]
        while self.token.kind not in ("or", "close", "end"):
            if self.token.kind == "and":
                self.advance()
            children.append(self.unary(scope))
        return _join(And, children)

    def unary(self, scope: str | None) -> Node:
        negations: list[int] = []
        while self.token.kind in ("not", "field"):
            token = self.advance()
            if token.kind == "not":
                negations.append(token.position)
            elif scope not in (None, token.text):
                raise self.error(f"{token.text}: cannot stand inside {scope}:", token)
            else:
                scope = token.text
        node = self.primary(scope)
        if len(negations) % 2 == 0:
            return node
        return node.child if isinstance(node, Not) else Not(node, negations[0])

    def primary(self, scope: str | None) -> Node:
        if self.token.kind in ("word", "phrase"):
            return self.term(self.advance(), scope)
        if self.token.kind != "open":
            raise self.missing()
        opening = self.advance()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(f"more than {MAX_DEPTH} parentheses are open here", opening)
        node = self.either(scope)
        if self.token.kind != "close":
            raise self.error("this parenthesis is never closed: add )", opening)
        self.depth -= 1
        self.advance()
        return node

    def term(self, token: Token, scope: str | None) -> Term:
        wanted = needle(token.text)
        if not wanted:
            raise self.error(
                f"there is nothing to search for in “{shorten(token.text)}”:"
                " a term needs a letter or a digit",
                token,
            )
        if len(wanted) > MAX_TERM:
            raise self.error(f"a term has at most {MAX_TERM} characters: cut it", token)
        return Term(token.text, wanted, scope, token.position)

    def advance(self) -> Token:
        self.previous, self.token = self.token, next(self.tokens)
        return self.previous

    def missing(self) -> RuleError:
        """The error where a term should be, told from the tokens on either side."""
        token, before = self.token, self.previous
        if before is None and token.kind == "end":
            return self.error("the query is empty: write a word, such as Laos", token)
        if before and before.kind == "field":
            example = f"as in {before.text}:Laos"
            return self.error(f"{before.text}: needs a term after it, {example}", before)
        if before and before.kind != "open":
            return self.error(f"{before.text} needs a term after it", before)
        if token.kind in ("and", "or"):
            return self.error(f"{token.text} needs a term before it", token)
        if before is None:
            return self.error("no parenthesis is open here: remove )", token)
        if token.kind == "close":
            return self.error("there is nothing between these parentheses", before)
        return self.error("this parenthesis is never closed: add )", before)

    def error(self, message: str, token: Token) -> RuleError:
        return RuleError(message, self.query, token.position)


def _join(kind: type[And] | type[Or], children: list[Node]) -> Node:
    """One node of a kind, with children of the same kind taken in."""
    if len(children) == 1:
        return children[0]
    flat: list[Node] = []
    for child in children:
        flat.extend(child.children if isinstance(child, kind) else (child,))
    return kind(tuple(flat))


def _ungrounded(node: Node, wanted: bool = True) -> int | None:
    """Where a node could hold without any term being there; None where it could not.

    ``wanted`` is false under an odd number of NOTs.
    """
    if isinstance(node, Term):
        return None if wanted else node.position
    if isinstance(node, Not):
        return None if _ungrounded(node.child, not wanted) is None else node.position
    places = [_ungrounded(child, wanted) for child in node.children]
    found = [place for place in places if place is not None]
    one_is_enough = isinstance(node, And) == wanted
    if not found or (one_is_enough and len(found) < len(places)):
        return None
    return found[0]


def _warnings(token: Token) -> Iterator[str]:
    if token.kind == "word" and token.text.upper() in WRITTEN_OPERATORS:
        yield (
            f"“{token.text}” at character {token.position + 1} is searched as a word:"
            f" write {token.text.upper()} for the operator"
        )
    if token.kind in ("word", "phrase") and len(needle(token.text)) == 1:
        yield f"“{token.text}” is a single character and is found inside many other words"


def _format(node: Node) -> str:
    if isinstance(node, Term):
        return (f"{node.field}:" if node.field else "") + _format_term(node.written)
    if isinstance(node, Not):
        return f"NOT {_in_parentheses(node.child)}"
    return (" AND " if isinstance(node, And) else " OR ").join(map(_in_parentheses, node.children))


def _in_parentheses(node: Node) -> str:
    return f"({_format(node)})" if isinstance(node, And | Or) else _format(node)


def _format_term(written: str) -> str:
    """Bare where it reads back as the same word, else quoted."""
    try:
        first = next(tokenize(written))
    except RuleError:
        return f'"{written}"'
    return written if (first.kind, first.text) == ("word", written) else f'"{written}"'
