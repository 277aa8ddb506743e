"""The language: what parses to what, what is refused, and where."""

from __future__ import annotations

import pytest

from monitor.errors import RuleError
from monitor.match import compile_query, format_query, lint
from monitor.match.leaves import MAX_TERM


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
        ('!"lao" China-Laos', '!"lao" AND China-Laos'),
        ("«land linked» »land linked«", '"land linked" AND "land linked"'),
        ("「中老 铁路」 !『Lao PDR』 title:「a b」", '"中老 铁路" AND !"Lao PDR" AND title:"a b"'),
        ("「a」 “a 「b」”", 'a AND "a 「b」"'),
        ("「China “Laos”」~3", '"China  Laos "~3'),
        ("\ufeffa\u200b AND\u200b b", "a\u200b AND b"),
        ("ａ ＡＮＤ ｂ", "ａ AND ｂ"),
        ("+856", "+856"),
        ("(a) >=b c", 'a AND ">=b" AND c'),
        ("laos ( >=Beginning* stem:>dams )", "laos AND beginning* AND stem:dams"),
        ("delay* !NASA !“Lao PDR”", 'delay* AND !"NASA" AND !"Lao PDR"'),
        ("title:stem:negotiate stem:title:Dams", "title:stem:negotiate AND title:stem:dams"),
        (r"/\d+\/h/ title:/a b/", r"/\d+\/h/ AND title:/a b/"),
        ("a near/3 b", "a AND near/3 AND b"),
        (f"a NEAR/{'0' * 5_000}3 b", "a NEAR/3 b"),
        ('"a b"~0000000000003', '"a b"~3'),
        (f"atleast({'0' * 5_000}3, a)", "atleast(3, a)"),
        ("a carried > 0000000000005", "a AND carried > 5"),
        ("a AND" + "\u200b" * 37 + "xyz b", "a AND AND" + "\u200b" * 37 + "xyz AND b"),
        ("(a OR b) NEAR/3 c d", "((a OR b) NEAR/3 c) AND d".replace("((", "(").replace("c)", "c")),
        ("NOT a ONEAR/2 b c", "NOT a ONEAR/2 b AND c"),
        ("title:(a NEAR/2 b) OR c", "title:(a NEAR/2 b) OR c"),
        ("title:a NEAR/2 title:(b OR d)", "title:(a NEAR/2 (b OR d))"),
        ('body:"a b c"~5', 'body:"a b c"~5'),
        ("a SENTENCE b SENTENCE (c OR d)", "a SENTENCE b SENTENCE (c OR d)"),
        ("title:a PARAGRAPH title:b", "title:(a PARAGRAPH b)"),
        ("BOTH（a、b OR c， d）", "both(a, b OR c, d)"),
        ("lead:both(a, b)", "lead:both(a, b)"),
        ('atleast(3, a OR "b,c")', 'atleast(3, a OR "b,c")'),
        ("title:atleast(3,a)", "atleast(3, title:a)"),
        ("both(1,000, 2,5)", 'both("1,000", "2,5")'),
        ("lang:ZH OR LANG:lo", "lang:zh OR lang:lo"),
        ('lang:(vi OR "th" OR fil OR und)', "lang:vi OR lang:th OR lang:fil OR lang:und"),
        ("words≥5 carried=<3 a", "words >= 5 AND carried <= 3 AND a"),
        (
            "published==20260131 OR Updated > 2026-01-31",
            "published = 2026-01-31 OR updated > 2026-01-31",
        ),
        ("@China title:@laos", "@china AND title:@laos"),
        ("a -b −c –d —e", "a AND NOT b AND NOT c AND NOT d AND NOT e"),
        ("a ‐b ‑c ﹣d －e", "a AND NOT b AND NOT c AND NOT d AND NOT e"),
        ("＠laos ！EDL ！“b c” derail＊", '@laos AND !"EDL" AND !"b c" AND derail*'),
        ("title：（＠laos OR 老挝）", "title:@laos OR title:老挝"),
        ("@china‑laos‑railway a carried ＞ 3", "@china-laos-railway AND a AND carried > 3"),
        ("老挝！ a", "老挝！ AND a"),
        ("x" * 200, "x" * 200),
        ('"China-Laos - debt"~3', '"China-Laos - debt"~3'),
        ('"a-b –"~2', '"a-b –"~2'),
    ],
)
def test_queries_read_as_their_canonical_spelling(query: str, formatted: str) -> None:
    assert format_query(query) == formatted
    assert compile_query(formatted) == compile_query(query)
    assert format_query(formatted) == formatted


_WILDCARD = (
    "* stands at the end of a word alone (delay*), and ? is no wildcard: write the words in full"
)
_QUOTED_STAR = "* means nothing in quotes: it stands at the end of a word without them (delay*)"
_DISTANCE = "{} is no distance in words, allowed: 1 to 100 (for a whole paragraph: PARAGRAPH)"
_GROUP = (
    "{} takes words, phrases, concepts, patterns, or several of these joined by OR, in parentheses"
)
_FLAGS = "a pattern ends with / and a space: it has no flags, and is found in any case"
_CONCEPT = "a concept's name has letters, digits and hyphens: write @{} and a space"
_PATTERN = (
    "this pattern is never closed: add / and a space (a slash inside is written \\/; to search for"
    " the text itself, quote it)"
)


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
        ("a 「b c", 2, "this quote is never closed: add 」"),
        ("a «b c", 2, "this quote is never closed: add »"),
        ("＠china。", 0, _CONCEPT.format("china")),
        ("a ＠china＊", 2, _CONCEPT.format("china")),
        ("de＊lay", 0, _WILDCARD),
        ('"delay＊"', 0, _QUOTED_STAR),
        ("a “b c", 2, "this quote is never closed: add ”"),
        (
            "site:https://kpl.gov.la",
            5,
            "an address is no term: site: takes the host alone (site:kpl.gov.la)",
        ),
        ('a "derail* train"', 2, _QUOTED_STAR),
        ('a "derail*"', 2, _QUOTED_STAR),
        ("a !“Lao*”", 2, _QUOTED_STAR),
        ("a !EDL*", 2, "allowed: ! before a word or * behind it, not both"),
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
            "there is no field 标题: (the fields are title:, body:, lead:,"
            " source:, site:, author:, dateline:, section:, lang:, stem:; to search for the word"
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
        ("a de*lay", 2, _WILDCARD),
        ("a *delay", 2, _WILDCARD),
        ("a la?s", 2, _WILDCARD),
        ("a del*", 2, "at least 4 letters stand before *"),
        ("a 老*", 2, "at least 2 letters stand before *"),
        ("a b-dam*", 2, "at least 4 letters stand before *"),
        ("a NEAR b", 2, "NEAR needs a number: NEAR/5"),
        ("a ONEAR/x b", 2, "ONEAR needs a number: ONEAR/5"),
        ("a NEAR/101 b", 2, _DISTANCE.format(101)),
        ("a NEAR/0 b", 2, _DISTANCE.format(0)),
        ("a NEAR/5", 2, "NEAR/5 needs a term after it"),
        ("NEAR/5 a", 0, "NEAR/5 needs a term before it"),
        ("a NEAR/5 (b c)", 9, _GROUP.format("NEAR/5")),
        ("(a NEAR/5 b) NEAR/5 c", 0, _GROUP.format("NEAR/5")),
        ("NOT a NEAR/5 -b", 6, "NEAR/5 needs a term after it"),
        (
            "a NEAR/5 b NEAR/5 c",
            11,
            "NEAR/5 joins two: for a third write (a NEAR/5 b) AND (b NEAR/5 c)",
        ),
        (
            "a SENTENCE b NEAR/5 c",
            13,
            "SENTENCE and NEAR/5 do not mix: join two of them by AND",
        ),
        (
            "title:a NEAR/5 b",
            8,
            "NEAR/5 needs all its terms in one field: write title:(a NEAR/5 b)",
        ),
        (
            "source:(a PARAGRAPH b)",
            10,
            "PARAGRAPH works in the title and the paragraphs alone",
        ),
        ('"a"~3', 0, '"a phrase"~3 takes 2 to 10 words, each once and none inside another'),
        ('"a b a"~3', 0, '"a phrase"~3 takes 2 to 10 words, each once and none inside another'),
        ('"a b"~x', 0, '~ follows a phrase and needs a number: "a b"~5'),
        ('!"a b"~3', 0, '~ follows a phrase and needs a number: "a b"~5'),
        ('"a b"~0', 6, _DISTANCE.format(0)),
        ("both(a b)", 5, _GROUP.format("both")),
        ("both(a)", 0, "both needs two sides: both(@china, @laos)"),
        ("both(a, )", 6, "a term is missing after this comma"),
        ("both(, a)", 5, "a term is missing before this comma"),
        ("both(a, b", 4, "this parenthesis is never closed: add )"),
        ("a , b", 2, "commas part the terms of both(…) and atleast(…) alone"),
        ("both(a, (b , c))", 11, "a comma stands here: AND, OR or a space would be right"),
        ("atleast(a, b)", 0, "atleast needs a number first: atleast(3, railway)"),
        ("atleast(3 b)", 10, "atleast needs a number first: atleast(3, railway)"),
        ("atleast(0, b)", 8, "allowed: 1 to 1,000"),
        ("atleast(0000000011111, b)", 8, "allowed: 1 to 1,000"),
        (f"atleast({'9' * 5_000}, b)", 8, "allowed: 1 to 1,000"),
        ("a NEAR/000000005555 b", 2, _DISTANCE.format("000000005555")),
        (f"a NEAR/{'9' * 5_000} b", 2, _DISTANCE.format("9" * 40 + "…")),
        (f'"a b"~{"9" * 5_000}', 6, _DISTANCE.format("9" * 40 + "…")),
        ("a carried > 1000000000", 2, "carried: the number is below 1,000,000,000"),
        (f"a words > {'9' * 5_000}", 2, "words: the number is below 1,000,000,000"),
        ("stem:“a b”", 5, "stem: takes one English word: stem:negotiate"),
        ("stem:a-b", 5, "stem: takes one English word, written in full"),
        ("stem:老挝", 5, "stem: takes one English word, written in full"),
        ("stem:dams*", 5, "stem: takes one English word, written in full"),
        ("a /b", 2, _PATTERN),
        ("a /b c/d", 2, _PATTERN),
        ("a /b c/i", 2, _FLAGS),
        ("/b/i AND c", 0, _FLAGS),
        ("a @laos.", 2, _CONCEPT.format("laos")),
        ("a @laos!b", 2, _CONCEPT.format("laos")),
        (
            "a /\x08lao/",
            2,
            "a control character is in this pattern: in YAML, \\b in double quotes is one; put the"
            " query in single quotes, or below >-",
        ),
        ("/a*/", 0, "this pattern matches no text at all, too: every story"),
        ("lang:@laos", 5, "lang: takes a language's code: lang:lo, lang:zh, lang:en"),
        ("lang:English", 5, "no story has the language english (did you mean lang:en)"),
        ("lang:cn", 5, "no story has the language cn (did you mean lang:zh)"),
        ("lang:la", 5, "no story has the language la (did you mean lang:lo)"),
        ("lang:(en OR lao)", 12, "no story has the language lao (did you mean lang:lo)"),
        ("lang:eng", 5, "no story has the language eng (did you mean lang:en)"),
        ("lang:zh-CN", 5, "no story has the language zh-cn (lang:zh covers zh-cn, too)"),
        ("lang:lo_LA", 5, "no story has the language lo_la (lang:lo covers lo_la, too)"),
        (
            "lang:xx",
            5,
            "no story has the language xx (it takes a language's code, such as lang:lo, lang:zh,"
            " lang:en)",
        ),
        ("stem:lang:lo a", 10, "stem: and lang: do not go together: lang:lo"),
        (
            "a title:(carried > 3)",
            9,
            "carried is compared for the whole story: not in title:",
        ),
        ("a stem:(words > 3)", 8, "words is compared for the whole story: not in stem:"),
        (
            "both(title:Laos, China)",
            0,
            "both needs all its terms in one field: write title:both(a, b)",
        ),
        ("words > many", 0, "words needs a whole number: words >= 5"),
        ("updated > 5", 0, "updated needs a date: updated > 2026-01-31"),
        (
            "word > 5",
            0,
            "word is nothing that can be compared (did you mean words; to search for the text"
            " itself, quote it)",
        ),
        (
            "a AND=3",
            2,
            "AND is nothing that can be compared (there are carried, words, updated, published; to"
            " search for the text itself, quote it)",
        ),
        ("laos(a)", 4, "put AND, OR or a space between laos and the parenthesis"),
        ("x" * (MAX_TERM + 1), 0, "a term has at most 200 characters: cut it"),
        ("(" * 51 + "a", 50, "more than 50 parentheses are open here"),
    ],
)
def test_mistakes_are_told_with_their_place(query: str, position: int, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        compile_query(query)
    assert (caught.value.message, caught.value.position) == (message, position)
    assert caught.value.query == query


@pytest.mark.parametrize("sign", ["~a", "^a", "+a", "Laos~2", "Laos^2", "a||b", "a&&b", "!!a"])
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
    assert lint('laos and "oil" Not 老 老挝 ກ') == [
        "“and” at character 6 is searched as a word: write AND for the operator",
        "“Not” at character 16 is searched as a word: write NOT for the operator",
        "“老” is a single character and is found inside many other words",
        "“ກ” is a single character and is found inside many other words",
    ]
    with pytest.raises(RuleError):
        lint("(")
