"""The language: what parses to what, what is refused, and where."""

from __future__ import annotations

import time

import pytest

from monitor.errors import RuleError
from monitor.match import compile_query, format_query, lint
from monitor.match.query import MAX_DEPTH, MAX_TERM


@pytest.mark.parametrize(
    ("query", "formatted"),
    [
        ("laos china", "laos AND china"),
        ("a OR b c", "a OR (b AND c)"),
        ("a AND NOT b OR c", "(a AND NOT b) OR c"),
        ("a -b", "a AND NOT b"),
        ("a –(b OR c)", "a AND NOT (b OR c)"),
        ("NOT NOT a", "a"),
        ("a NOT (NOT b)", "a AND b"),
        ("((a) b) AND c", "a AND b AND c"),
        ("a OR (b OR c)", "a OR b OR c"),
        ("title:(a OR body)", "title:a OR title:body"),
        ("title:title:a", "title:a"),
        ("a title:NOT b", "a AND NOT title:b"),
        ("TITLE: a", "title:a"),
        ("ｔｉｔｌｅ：（老挝）", "title:老挝"),
        ("“land linked”", '"land linked"'),
        ('„a b"', '"a b"'),
        ('x"y"', 'x AND "y"'.replace('"', "")),
        ('"AND" "a:b" 10:30', '"AND" AND "a:b" AND 10:30'),
        ('"lao*" China-Laos', '"lao*" AND China-Laos'),
        ("\ufeffa\u200b AND\u200b b", "a\u200b AND b"),
        ("ａ ＡＮＤ ｂ", "ａ AND ｂ"),
        ("+856", "+856"),
    ],
)
def test_queries_read_as_their_canonical_spelling(query: str, formatted: str) -> None:
    assert format_query(query) == formatted
    assert compile_query(formatted) == compile_query(query)
    assert format_query(formatted) == formatted


@pytest.mark.parametrize(
    ("query", "position", "message"),
    [
        ("", 0, "the query is empty: write a word, such as Laos"),
        (" \u200b", 2, "the query is empty: write a word, such as Laos"),
        ("a (b OR (c)", 2, "this parenthesis is never closed: add )"),
        ("a (", 2, "this parenthesis is never closed: add )"),
        ("a) b", 1, "no parenthesis is open here: remove )"),
        (")", 0, "no parenthesis is open here: remove )"),
        ("a ()", 2, "there is nothing between these parentheses"),
        ("a AND", 2, "AND needs a term after it"),
        ("a AND OR b", 2, "AND needs a term after it"),
        ("a OR )", 2, "OR needs a term after it"),
        ("a NOT", 2, "NOT needs a term after it"),
        ("a -AND", 2, "- needs a term after it"),
        ("AND a", 0, "AND needs a term before it"),
        ("a (OR b)", 3, "OR needs a term before it"),
        ('a "b c', 2, 'this quote is never closed: add "'),
        ("a title:", 2, "title: needs a term after it, as in title:Laos"),
        (
            "a titel:b",
            2,
            "there is no field titel: (did you mean title:; to search for the word itself,"
            " quote it)",
        ),
        (
            "标题：b",
            0,
            "there is no field 标题: (the fields are title: and body:; to search for the word"
            " itself, quote it)",
        ),
        ("title:(a body:b)", 9, "body: cannot stand inside title:"),
        (
            "NOT a",
            0,
            "NOT alone would match almost every story: add a term that must be there,"
            " as in Laos NOT Vietnam",
        ),
        ("a &", 2, "there is nothing to search for in “&”: a term needs a letter or a digit"),
        ('a "…"', 2, "there is nothing to search for in “…”: a term needs a letter or a digit"),
        ("a delay*", 2, "* and ? are no wildcards here: write the words in full"),
        ("a la?s", 2, "* and ? are no wildcards here: write the words in full"),
        (
            "a NEAR/5 b",
            2,
            'NEAR/5 is no operator here (allowed: AND, OR, NOT, ( ), "a phrase", title: and'
            " body:; to search for the text itself, quote it)",
        ),
        ("both(a b)", 4, "put AND, OR or a space between both and the parenthesis"),
        ("x" * (MAX_TERM + 1), 0, "a term has at most 200 characters: cut it"),
        ("(" * 51 + "a", 50, "more than 50 parentheses are open here"),
    ],
)
def test_mistakes_are_told_with_their_place(query: str, position: int, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        compile_query(query)
    assert (caught.value.message, caught.value.position) == (message, position)
    assert caught.value.query == query


@pytest.mark.parametrize(
    "sign", ["@laos", "!x", "/a/", '"a b"~3', "~a", "^a", "+a", "a||b", "a&&b"]
)
def test_operators_of_other_tools_are_refused_not_ignored(sign: str) -> None:
    with pytest.raises(RuleError, match="is no operator here"):
        compile_query(f"laos {sign}")


@pytest.mark.parametrize(
    ("query", "grounded"),
    [
        ("a OR NOT b", False),
        ("a OR (b NOT c)", True),
        ("(NOT a) b", True),
        ("NOT (a AND b)", False),
        ("NOT (a OR NOT b)", True),
        ("NOT (a AND NOT b)", False),
        ("NOT (NOT a AND NOT b)", True),
        ("NOT a NOT b", False),
    ],
)
def test_a_rule_needs_a_term_that_must_be_there(query: str, grounded: bool) -> None:
    if grounded:
        assert compile_query(query)
    else:
        with pytest.raises(RuleError, match="NOT alone"):
            compile_query(query)


def test_lint_warns_of_what_may_not_be_meant() -> None:
    assert lint('laos and "or" Not 老 老挝 ກ') == [
        "“and” at character 6 is searched as a word: write AND for the operator",
        "“Not” at character 15 is searched as a word: write NOT for the operator",
        "“老” is a single character and is found inside many other words",
        "“ກ” is a single character and is found inside many other words",
    ]
    with pytest.raises(RuleError):
        lint("(")


_DEEP = 5_000
_LONG = 100_000


@pytest.mark.parametrize(
    "query",
    [
        "(" * _DEEP + "a" + ")" * _DEEP,
        "(a OR " * MAX_DEPTH + "b" + ")" * MAX_DEPTH,
        "NOT " * _DEEP + "a",
        "-" * _LONG + "a",
        "title:" * (_LONG // 6) + "a",
        " ".join(f"t{i}" for i in range(20_000)),
        " OR ".join(f"老{i}" for i in range(20_000)),
        *(
            sign * _LONG
            for sign in ("a", "(", ")", '"', "*", "&", ":", "-", "\u0301", "1:", "老", "\x00")
        ),
        "a" + "\u0301\u0316" * (_LONG // 2),
    ],
    ids=lambda query: ascii(query[:8]),
)
def test_huge_queries_give_a_tree_or_an_error_within_a_second(query: str) -> None:
    started = time.process_time()
    message = _message(query)
    assert time.process_time() - started < 1
    assert len(message) < 300


def _message(query: str) -> str:
    try:
        compile_query(query)
    except RuleError as error:
        return error.message
    return "fine"
