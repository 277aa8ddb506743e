"""Jinja2 for templates that users write: no secrets, no files, no endless work.

Jinja's own sandbox keeps a template away from Python's inside
(https://jinja.palletsprojects.com/en/stable/sandbox/) and leaves to others how long it runs, how
much it writes, and which methods of ours it calls. Here only what is listed can be called, each
turn of a loop, each call and each character that is put together are counted, and nothing is left
to chance: every attempt sends the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import jinja2
from jinja2 import FunctionLoader, StrictUndefined, nodes, select_autoescape
from jinja2 import filters as jinja_filters
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from monitor.deliver.dates import in_words
from monitor.errors import TemplateError
from monitor.text import one_line

MOST_TURNS = 100_000  # of loops, and calls
MOST_CHARACTERS = 4_000_000  # that are written or put together; a digest of 100 has 200,000
MOST_DIGITS = 10**15

FILTERS = {  # of Jinja's own
    *("abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float"),
    *("int", "items", "last", "length", "list", "lower", "map", "max", "min", "reject"),
    *("rejectattr", "reverse", "round", "select", "selectattr", "sort", "string", "striptags"),
    *("sum", "title", "tojson", "trim", "truncate", "unique", "upper", "urlencode", "wordcount"),
}
_METHODS: dict[type, set[str]] = {
    str: {"upper", "lower", "title", "strip", "split", "startswith", "endswith"},
    dt.date: {"isoformat", "strftime", "date", "time", "weekday", "astimezone"},
    dict: {"items", "keys", "values", "get"},
    LoopContext: {"cycle", "changed"},
}
# What goes wrong when a template reckons with what is not there.
_FAULTS = (
    jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError,
    ValueError,
)  # fmt: skip


@dataclass(slots=True)
class _Budget:
    turns: int = MOST_TURNS
    characters: int = MOST_CHARACTERS

    def spend(self, turns: int = 0, characters: int = 0) -> None:
        self.turns -= turns
        self.characters -= characters
        if self.turns < 0:
            raise SecurityError(f"more than {MOST_TURNS:,} turns of loops and calls")
        if self.characters < 0:
            raise SecurityError(f"more than {MOST_CHARACTERS:,} characters")


_budget: ContextVar[_Budget] = ContextVar("budget")


class Sandbox:
    """A folder of templates, which see each other and nothing else."""

    def __init__(self, sources: Mapping[Path, str]) -> None:
        self._paths = {path.name: path for path in sources}
        self._environment = _Environment({path.name: (path, sources[path]) for path in sources})

    def compile(self, name: str) -> None:
        """Raises TemplateError."""
        with self._placed(name):
            self._environment.get_template(name)

    def render(self, name: str, view: Mapping[str, Any]) -> str:
        """Raises TemplateError."""
        with self._placed(name):
            written = []
            for piece in self._environment.get_template(name).generate(view):
                _budget.get().spend(characters=len(piece))
                written.append(piece)
            return "".join(written)

    @contextmanager
    def _placed(self, name: str) -> Iterator[None]:
        """Turn what goes wrong with a template into an error that says where."""
        _budget.set(_Budget())
        try:
            yield
        except jinja2.TemplateSyntaxError as error:
            path = error.filename or str(self._paths[name])
            raise TemplateError(one_line(error.message or "", 300), path, error.lineno) from error
        except _FAULTS as error:
            path, line = self._place(error.__traceback__) or (str(self._paths[name]), None)
            raise TemplateError(one_line(_said(error), 300), path, line) from error

    def _place(self, traceback: TracebackType | None) -> tuple[str, int] | None:
        """The innermost line of a template on the way to an error."""
        found = None
        files = {str(path) for path in self._paths.values()}
        while traceback is not None:
            if traceback.tb_frame.f_code.co_filename in files:
                found = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
            traceback = traceback.tb_next
        return found


def _said(error: Exception) -> str:
    if isinstance(error, jinja2.TemplateNotFound):
        return f"no template {error.name!r} in this folder"
    if isinstance(error, RecursionError):
        return "it calls itself without end"
    return str(error) or type(error).__name__


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset(["+", "*", "**", "%"])

    def __init__(self, sources: Mapping[str, tuple[Path, str]]) -> None:
        def load(name: str) -> tuple[str, str, None] | None:
            path, source = sources.get(name, (None, ""))
            return None if path is None else (source, str(path), None)

        super().__init__(
            loader=FunctionLoader(load),
            autoescape=select_autoescape(["html.j2"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_counted,
        )
        self.in_macros = 0  # characters that stand in the macros of one template
        self.globals = {"range": safe_range}
        self.filters = {name: jinja_filters.FILTERS[name] for name in FILTERS}
        self.filters |= {"line": one_line, "day": in_words, "join": _join, "replace": _replace}
        self.filters |= {"_turns": _turns, "_join": _join}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for modifier in tree.find_all(nodes.EvalContextModifier):
            message = "autoescape cannot be switched: what strangers write is text"
            raise jinja2.TemplateSyntaxError(message, modifier.lineno, name, filename)
        macros = [*tree.find_all((nodes.Macro, nodes.CallBlock, nodes.Block))]
        self.in_macros = max(self.in_macros, sum(map(_characters, macros)))
        _Counting().visit(tree)
        return tree.set_environment(self)  # type: ignore[return-value]

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if not super().is_safe_attribute(obj, attr, value):
            return False
        if not callable(value) or isinstance(value, Macro):
            return True
        return any(isinstance(obj, kind) and attr in names for kind, names in _METHODS.items())

    def wrap_str_format(self, value: Any) -> None:
        """``str.format`` is a method like others: not listed, for it pads to any width."""

    def call(self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        _budget.get().spend(1, self.in_macros)
        return super().call(__context, __obj, *args, **kwargs)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return _join([left, right])
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "**" or not numbers or max(abs(left), abs(right)) > MOST_DIGITS:
            raise SecurityError(f"{operator} is for small numbers here; texts are joined with ~")
        return super().call_binop(context, operator, left, right)


class _Counting(NodeTransformer):
    """Have each turn of a loop counted, and what ``~`` joins."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        size = nodes.Const(_characters(node), lineno=node.lineno)
        node.iter = _filter(node.iter, "_turns", [size])
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802
        self.generic_visit(node)
        return _filter(nodes.List(node.nodes, lineno=node.lineno), "_join", [])


def _filter(node: nodes.Node, name: str, args: list[nodes.Expr]) -> nodes.Filter:
    return nodes.Filter(node, name, args, [], None, None, lineno=node.lineno)


def _characters(node: nodes.Node) -> int:
    """That stand in a part of a template."""
    return sum(len(data.data) for data in node.find_all(nodes.TemplateData))


@jinja2.pass_context
def _turns(_: Any, items: Iterable[Any], characters: int) -> Iterator[Any]:
    for item in items:
        _budget.get().spend(1, characters)
        yield item


def _counted(value: Any) -> Any:
    """Called for whatever ``{{ }}`` writes, also into a variable."""
    if isinstance(value, str) and (budget := _budget.get(None)) is not None:
        budget.spend(characters=len(value))
    return value


def _join(items: Iterable[Any], by: str = "", attribute: str | None = None) -> str:
    """Texts in one; where one of them is HTML, the others are escaped."""
    if attribute is not None:
        raise SecurityError('write: items | map(attribute="…") | join(", ")')
    parts = [part if isinstance(part, str) else str(part) for part in items]
    _budget.get().spend(len(parts), sum(map(len, parts)) + len(parts) * len(by))
    if any(isinstance(part, Markup) for part in (*parts, by)):
        joined: str = escape(by).join(map(escape, parts))
        return joined
    return by.join(parts)


def _replace(value: Any, old: str, new: str) -> str:
    text: str = value if isinstance(value, str) else str(value)
    _budget.get().spend(1, len(text) + text.count(old) * len(new))
    if isinstance(text, Markup):
        return Markup(str(text).replace(str(escape(old)), str(escape(new))))  # noqa: S704 - escaped
    return text.replace(old, new)
