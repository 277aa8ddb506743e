"""The grammar, one method a level, by recursive descent.

Loosest first: ``OR``; ``AND``, or nothing, between two terms; ``NOT`` or ``-``; ``NEAR``,
``SENTENCE`` and ``PARAGRAPH``; a field before a term or parenthesis; a term or a parenthesis.
"""

from __future__ import annotations

from monitor.match.cursor import Cursor
from monitor.match.leaves import Leaves, Scope
from monitor.match.nodes import (
    OTHER_FIELDS,
    And,
    AtLeast,
    Near,
    Node,
    Not,
    Or,
    Within,
    is_group,
    leaves,
)
from monitor.match.tokens import TERMS, Token, whole_number

MOST_AT_LEAST = 1_000


class Parser(Cursor):
    """Reads one query; each method raises RuleError."""

    def __init__(self, query: str) -> None:
        super().__init__(query)
        self.leaves = Leaves(query)

    def parse(self) -> Node:
        root = self.either(Scope())
        if self.token.kind == "close":
            raise self.error("no parenthesis is open here: remove )", self.token)
        if self.token.kind == "comma":
            raise self.error("commas part the terms of both(…) and atleast(…) alone", self.token)
        return root

    def either(self, scope: Scope) -> Node:
        children = [self.all_of(scope)]
        while self.token.kind == "or":
            self.advance()
            children.append(self.all_of(scope))
        return join(Or, children)

    def all_of(self, scope: Scope) -> Node:
        children = [self.unary(scope)]
        while self.token.kind not in ("or", "close", "comma", "end"):
            if self.token.kind == "and":
                self.advance()
            children.append(self.unary(scope))
        return join(And, children)

    def unary(self, scope: Scope) -> Node:
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

    def proximity(self, first: Scope, scope: Scope) -> Node:
        start = self.token
        node = self.primary(first)
        if self.token.kind == "near":
            return self.near(node, start, scope)
        if self.token.kind in ("sentence", "paragraph"):
            return self.within(node, start, scope)
        return node

    def near(self, first: Node, start: Token, scope: Scope) -> Node:
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
        return Near(children, token.number, ordered=token.op == "O", position=token.position)

    def within(self, first: Node, start: Token, scope: Scope) -> Node:
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

    def operand(self, scope: Scope) -> Node:
        while self.token.kind == "field":
            scope = self.narrowed(scope, self.advance())
        return self.primary(scope)

    def narrowed(self, scope: Scope, token: Token) -> Scope:
        if token.text == "stem":
            return Scope(scope.field, stem=True)
        if scope.field not in (None, token.text):
            raise self.error(f"{token.text}: cannot stand inside {scope.field}:", token)
        return Scope(token.text, scope.stem)

    def primary(self, scope: Scope) -> Node:
        if self.token.kind in TERMS:
            return self.leaves.term(self.advance(), scope)
        if self.token.kind == "compare":
            return self.leaves.comparison(self.advance(), scope)
        if self.token.kind == "function":
            return self.function(self.advance(), scope)
        if self.token.kind != "open":
            raise self.missing()
        opening = self.open()
        node = self.either(scope)
        self.close(opening)
        return node

    def function(self, token: Token, scope: Scope) -> Node:
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
        least = whole_number(number.text) if number.kind == "word" else None
        if least is None:
            raise self.error(usage, token)
        if not 1 <= least <= MOST_AT_LEAST:
            raise self.error(f"allowed: 1 to {MOST_AT_LEAST:,}", number)
        if self.token.kind != "comma":
            raise self.error(usage, self.token)
        self.advance()
        return least

    def argument(self, token: Token, scope: Scope) -> Node:
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
            function = token.kind == "function"
            right = "title:both(a, b)" if function else f"title:(a {token.text} b)"
            raise self.error(f"{token.text} needs all its terms in one field: write {right}", token)
        if fields & set(OTHER_FIELDS):
            raise self.error(f"{token.text} works in the title and the paragraphs alone", token)


def join(kind: type[And] | type[Or], children: list[Node]) -> Node:
    """One node of a kind, with children of the same kind taken in."""
    if len(children) == 1:
        return children[0]
    flat: list[Node] = []
    for child in children:
        flat.extend(child.children if isinstance(child, kind) else (child,))
    return kind(tuple(flat))
