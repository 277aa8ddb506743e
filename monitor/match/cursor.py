"""A query's tokens, read one by one; and the mistakes that show between two of them."""

from __future__ import annotations

from monitor.errors import RuleError
from monitor.match.tokens import Token, tokenize

MAX_DEPTH = 50  # parentheses within parentheses; the parser and the evaluation recurse

_EXAMPLES = {"lang": "lo", "stem": "negotiate", "dateline": "Vientiane", "source": "Xinhua"}


class Cursor:
    """Stands at a token; knows the one before."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.tokens = tokenize(query)
        self.token = next(self.tokens)
        self.previous: Token | None = None
        self.depth = 0

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
