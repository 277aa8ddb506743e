"""What each part of a query found in a story, and what comes near where it found nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from monitor.config import load_config
from monitor.match import Concepts, RuleSet, compile_query
from monitor.match.apart import smallest_in_order, smallest_window
from monitor.match.canonical import needle
from monitor.match.evaluate import Reading
from monitor.match.explain import MOST_SHOWN, Explanation, explain
from monitor.match.nodes import Near, Or, Term
from monitor.match.pieces import longest_part
from monitor.match.printing import as_query
from monitor.match.story import Story
from monitor.match.why import why
from tests.bench.stories import read_stories
from tests.match.helpers import CONCEPTS, article, concept, told

pytestmark = pytest.mark.at_full_speed

ROOT = Path(__file__).parents[2]
_DOCS = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
_EXAMPLES = re.findall(r"^```why\n(.*?)^```$", _DOCS, re.MULTILINE | re.DOTALL)


def explained(query: str, line: str) -> Explanation:
    story, carried = told(line)
    return explain(compile_query(query), story, CONCEPTS, carried)


def nodes(found: Explanation) -> Iterator[Explanation]:
    yield found
    for child in found.children:
        yield from nodes(child)


NEAREST = [
    # another case, other forms, other spellings
    ('!"AID"', "US Aid to Laos; aid", "in other letters: “Aid”, “aid”"),
    (
        "negotiate",
        "Negotiations began; negotiated.",
        "similar: “Negotiations” (once), “negotiated”",
    ),
    ("railways", "one Railway, two railway lines", "similar: “Railway” (twice)"),
    ("Vientianne", "in Vientiane", "similar: “Vientiane” (once)"),
    ("Saysetha", "the Saysettha zone", "similar: “Saysettha” (once)"),
    ("derial*", "the train derailed", "similar: “derailed” (once)"),
    ("derails*", "it derailed", "similar: “derailed” (once)"),
    ("stem:negociate", "they negotiate", "similar: “negotiate” (once)"),
    ("dam", "the day", ""),  # too short to be like another
    ("railway", "a bridge", ""),
    # inside a syllable of Lao, and with other accents
    ("ລາວ", "ປະເທດລາວາ", "its letters stand inside another syllable: “ລາວາ”"),
    ("ກາ", "ໃນ ກາ່", "its letters stand inside another syllable: “ກາ່”"),
    ("Viet", "Việt Nam", "similar: “Việt” (once)"),
    ("Nội", "in Noi", "similar: “Noi” (once)"),
    # another name of the same concept
    ("Vientiane", "新华社万象电", "the story says “万象”: @vientiane finds both"),
    ("万象", "ໃນ ວຽງຈັນ", "the story says “ວຽງຈັນ”: @vientiane finds both"),
    # phrases
    (
        '"China-Laos railway"',
        "the Laos–China railway",
        "its words stand side by side in paragraph 1, in another order",
    ),
    # the same letters
    ("US", "the U.S. said", "the same letters, but for signs and blanks: “U.S” (once)"),
    ('"U.S."', "the US", "the same letters, but for signs and blanks: “US” (once)"),
    ("COVID19", "Covid-19", "the same letters, but for signs and blanks: “Covid-19” (once)"),
    ("evisa", "e-visa, e-Visas", "the same letters, but for signs and blanks: “e-visa” (once)"),
    ('"e-visa"', "Evisa evisa", "the same letters, but for signs and blanks: “Evisa”, “evisa”"),
    ('"老挝 铁路"', "老挝铁路", "the same letters, but for signs and blanks: “老挝铁路” (once)"),
    ("老挝铁路", "老挝，铁路", "the same letters, but for signs and blanks: “老挝，铁路” (once)"),
    ('"老挝 铁路"', "铁路，老挝", "its words stand side by side in paragraph 1, in another order"),
    ("title:US", "Talks ¶ U.S.", ""),
    ("ໂນ", "ໂນ້", "its letters stand inside another syllable: “ໂນ້”"),
    (
        '"debt relief"',
        "debt and its relief",
        "its words are all there, with 2 words between them in paragraph 1",
    ),
    ('"debt relief"', "On debt ¶ A relief.", "its words are all there, but never in one paragraph"),
    (
        '"China-Laos railway line"',
        "the China-Laos road",
        "of it there is “China-Laos”, once; not there: “railway”, “line”",
    ),
    ('"debt relief"', "debt relieved", "not there: “relief”"),
    ('"debt relief"', "a dam", ""),
    ("中老铁路", "中老班列；铁路，铁路", "of it there is “中老”, once"),
    ("中老铁路", "老铁路", "of it there is “老铁路”, once"),
    ("ທາງລົດໄຟລາວ-ຈີນ", "ທາງລົດໄຟ", "of it there is “ທາງລົດໄຟ”, once"),
    ("中老", "中国", ""),
    ("ນ້ຳຖ້ວມໃຫຍ່", "ຝົນ; ນ້ຳຖ້ວມ", "of it there is “ນ້ຳຖ້ວມ”, once"),
    ("น้ำท่วม", "ประเทศลาว", ""),
    # fields
    ("title:loan", "Talks ¶ A loan. ¶ The loan.", "it stands in paragraph 1, paragraph 2"),
    ("lead:loan", "Loan ¶ Talks. ¶ The loan.", "it stands in the title, paragraph 2"),
    (
        "title:loan",
        " ¶ ".join(["T", *["a loan"] * 5]),
        "it stands in paragraph 1, paragraph 2, paragraph 3 and 2 more",
    ),
    (
        "source:AFP",
        "Loan ¶ AFP says. ¶ source: Xinhua",
        "the source is “Xinhua”; it stands in paragraph 1",
    ),
    ("source:AFP", "Loan ¶ Talks.", "the story has no source"),
    ("author:Xay", "Loan ¶ Talks. ¶ author: Somchit", "the author is “Somchit”"),
    ("Xinhua", "Loan ¶ Talks. ¶ source: Xinhua", "it stands in the source"),
    (
        "dateline:Beijing",
        "A fair ¶ VIENTIANE, Nov. 3 (Xinhua) -- It opened.",
        "the dateline is “VIENTIANE”",
    ),
    ("title:/lo.n/", "Talks ¶ A loan.", "it stands in paragraph 1"),
    ("title:/!/", "Talks ¶ x ¶ author: !!!", "it stands in the author"),
    ("title:/!/", "Talks ¶ x ¶ section: ! ¶ author: !!!", "it stands in the author, the section"),
    (
        'title:"laos loan"',
        "A loan ¶ Lao dam; Lao",
        "not there: “laos”; similar to “laos”: “Lao” (twice, in paragraph 1)",
    ),
    # numbers, dates, language
    ("lang:lo", "a railway ¶ lang: en", "the story's language is en"),
    ("carried >= 3", "Loan ¶ x ¶ carried: 2", "carried is 2"),
    ("words > 9", "Title ¶ one two three", "words is 3"),
    ("updated > 2026-12-01", "T ¶ x ¶ published: 2026-11-30", "updated: 2026-11-30"),
    ("updated > 2026-12-01", "T ¶ x", "the story has no date"),
    # close together
    (
        "debt NEAR/1 Laos",
        "Laos opened a dam; debt",
        "3 words between them in paragraph 1, at most 1 asked for",
    ),
    (
        "debt NEAR/1 Laos",
        "T ¶ Laos; a b c d debt ¶ debt a b Laos",
        "2 words between them in paragraph 2, at most 1 asked for",
    ),
    (
        "debt NEAR/1 Laos",
        "Laos ¶ debt",
        "never in one paragraph: debt in paragraph 1; Laos in the title",
    ),
    (
        "loan ONEAR/3 China",
        "China gave a loan",
        "only in the other order: 2 words between them in paragraph 1",
    ),
    (
        "China ONEAR/1 loan",
        "loan: China gave a loan",
        "2 words between them in paragraph 1, at most 1 asked for",
    ),
    (
        '"Laos debt relief"~1',
        "relief of the debt of Laos",
        "3 words between them in paragraph 1, at most 1 asked for",
    ),
    (
        "中国 NEAR/2 贷款",
        "中国去年十二月提供贷款",
        "4 words between them in paragraph 1, at most 2 asked for",
    ),
    ("debt NEAR/1 Laos", "Laos", ""),  # its children say what is missing
    (
        "China SENTENCE loan",
        "China spoke. Talks. A loan.",
        "in one paragraph, but in different sentences: China in paragraph 1, sentence 1; loan"
        " in paragraph 1, sentence 3",
    ),
    (
        "both(China, Laos)",
        "China won ¶ Laos lost.",
        "never in one paragraph: China in the title; Laos in paragraph 1",
    ),
    (
        "China PARAGRAPH loan",
        "China ¶ A loan.",
        "never in one paragraph: China in the title; loan in paragraph 1",
    ),
    ("atleast(3, railway)", "railway, railway", "twice, 3 asked for"),
    ('atleast(2, railway OR "railway line")', "A railway line", "once, 2 asked for"),
    ("老挝 ONEAR/1 老", "老挝", "only inside or across each other in paragraph 1"),
    # concepts
    (
        "title:@vientiane",
        "年初 ¶ 春回大地，万象更新",
        "“万象” stands inside “万象更新”, a guard of @vientiane",
    ),
    ("@vientiane", "春回大地，万象更新", "“万象” stands inside “万象更新”, a guard of @vientiane"),
    ("@laos", "春回大地，万象更新", "“万象” stands inside “万象更新”, a guard of @vientiane"),
    ("@oudomxay", "Mr Xay sings", "“Xay” counts for @oudomxay only with @laos, railway …"),
    ("@vientiane", "in Vientianne", "“Vientiane”: similar: “Vientianne” (once)"),
    ("title:@vientiane", "Talks ¶ in Vientiane", "“Vientiane”: it stands in paragraph 1"),
    ("@china", "a dam", ""),
]


@pytest.mark.parametrize(("query", "line", "note"), NEAREST)
def test_what_comes_nearest(query: str, line: str, note: str) -> None:
    found = explained(query, line)
    assert not found.holds
    assert found.note.startswith(note) if note else found.note == ""


WHY = [
    ("railway NOT football", "the railway, a railway", "railway (twice)"),
    ("railway OR dam", "a dam", "dam (once)"),
    ("debt NEAR/2 Laos", "debt of Laos", "debt NEAR/2 Laos (once)"),
    ("lang:en -dam", "a railway ¶ lang: en", "the story's language is en"),
    ("railway AND dam AND loan", "a dam", "railway is not there; loan is not there"),
    (
        "railway (dam OR railways)",
        "the railway",
        "none of dam, railways is there (railways: similar: “railway” (once))",
    ),
    ("railway NOT (dam OR loan)", "railway, loan", "loan is there, which NOT excludes"),
    (
        "a1 OR (b1 c1 d1)",
        "x",
        "no side of OR holds: a1 is not there | b1 is not there and c1 is not there and 1 more",
    ),
    ("railway NOT (dam loan)", "railway, loan, dam", "dam and loan is there, which NOT excludes"),
    ("(a1 b1) OR (c1 d1)", "b1 d1", "no side of OR holds: a1 is not there | c1 is not there"),
    ("debt NEAR/1 Laos", "Laos", "debt is not there"),
    (
        "debt NEAR/1 Laos",
        "Laos has had debt",
        "debt NEAR/1 Laos: 2 words between them in paragraph 1, at most 1 asked for",
    ),
    (
        " ".join(f"w{n}" for n in range(9)),
        "x",
        "; ".join([*(f"w{n} is not there" for n in range(5)), "and 4 more"]),
    ),
]


@pytest.mark.parametrize(("query", "line", "reason"), WHY)
def test_why_in_one_sentence(query: str, line: str, reason: str) -> None:
    assert why(explained(query, line)) == reason


def test_the_docs_explain() -> None:
    assert len(_EXAMPLES) > 3


@pytest.mark.parametrize("block", _EXAMPLES)
def test_each_explanation_of_the_docs_is_true(block: str) -> None:
    query, *lines = block.splitlines()
    for line, reason in zip(lines[::2], lines[1::2], strict=True):
        found = explained(query, line[2:])
        assert (line[:2], reason) == ("+ " if found.holds else "- ", f"= {why(found)}")


def test_a_node_shows_what_it_found() -> None:
    found = explained("both(@laos, China) NOT dam", "Talks ¶ China lends to Vientiane.")
    both, negated = found.children
    assert (both.kind, both.places, [span.text for span in both.spans]) == (
        "within",
        1,
        ["China", "Vientiane"],
    )
    assert [span.concept for span in both.spans] == [None, "vientiane"]
    assert [(child.query, child.places) for child in both.children] == [("@laos", 1), ("China", 1)]
    assert (negated.holds, negated.wanted) == (True, True)
    assert (negated.children[0].holds, negated.children[0].wanted) == (False, False)


def test_spans_are_few_and_all_places_are_counted() -> None:
    found = explained("railway", "railway " * 100)
    assert (found.places, len(found.spans)) == (100, MOST_SHOWN)


WORDS = ("laos", "china", "debt", "loan", "万象", "ລາວ")
QUERIES = (
    "laos", "laos china", "laos OR debt", "laos NOT china", '"laos debt"', "debt NEAR/1 laos",
    "loan ONEAR/2 china", "china SENTENCE loan", "both(china OR 万象, laos OR ລາວ)",
    "atleast(2, laos OR loan)", "title:china", "words > 4 laos", "@laos NOT @china", "/l.a[ns]/",
    "@oudomxay OR (debt PARAGRAPH @vientiane)",
)  # fmt: skip


@given(
    st.sampled_from(QUERIES),
    st.lists(st.lists(st.sampled_from((*WORDS, "x. Y")), max_size=6).map(" ".join), min_size=2),
)
@settings(max_examples=300, deadline=None)
def test_it_says_as_live_matching_does_and_something_of_each_story(
    query: str, texts: list[str]
) -> None:
    story = article(*texts)
    found = explain(compile_query(query), story, CONCEPTS)
    assert found.holds == bool(RuleSet.compile({"r": query}, CONCEPTS).match(story))
    assert found.query == as_query(compile_query(query))
    assert why(found)
    for node in nodes(found):
        for span in node.spans:
            text = story.title if span.field == "title" else story.body[span.paragraph]
            assert text[span.start : span.end] == span.text


ODD = st.text("abQ ກ່ັຳ中老é\u0301\u200b.-’", min_size=1, max_size=8)


@given(ODD, st.lists(ODD, min_size=1, max_size=4), st.sampled_from(("", "title:", "source:", "!")))
@settings(max_examples=400, deadline=None)
def test_any_term_is_explained_in_any_story(term: str, texts: list[str], before: str) -> None:
    query = f'{before}"{term}"'
    assume(needle(term))
    concepts = Concepts([concept("odd", term, not_when=(f"{term} a",))])
    for written in (query, "@odd", f"{query} NEAR/1 a" if before in ("", "!") else query):
        story = article(*texts, source=texts[-1])
        found = explain(compile_query(written), story, concepts)
        assert found.holds == bool(RuleSet.compile({"r": written}, concepts).match(story))
        assert why(found)


@given(st.lists(st.sampled_from(("a", "b", "x", "x. Y")), max_size=12).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_the_smallest_distance_is_where_near_begins_to_hold(text: str) -> None:
    story = Story(article("", text))
    reading = Reading(story)
    # Places of one group overlap: the longer ones end later.
    a = Or((Term("a", " a "), Term("a b c", " a b c "), Term("b a", " b a ")))
    b = Or((Term("b", " b "), Term("b c", " b c ")))
    for ordered, smallest in ((False, smallest_window), (True, smallest_in_order)):
        window = smallest(story, [reading.hits(a), reading.hits(b)])
        holds = [reading.holds(Near((a, b), words, ordered=ordered)) for words in range(14)]
        assert holds == [window is not None and window.words <= words for words in range(14)]


@given(st.text("ab", max_size=8), st.text("ab", min_size=1, max_size=30))
def test_the_longest_part_is_the_longest(wanted: str, text: str) -> None:
    start, end = longest_part(wanted, lambda part: "".join(part) in text)
    parts = [wanted[i:j] for i in range(len(wanted)) for j in range(i, len(wanted) + 1)]
    assert wanted[start:end] in text
    assert end - start == max((len(part) for part in parts if part in text), default=0)


def test_of_names_partly_in_guards_the_company_is_what_lacks() -> None:
    xi = concept("xi", "Xi", not_when=("Xi Chuan",), only_with=("China",))
    story = article("", "Xi came home. The poet Xi Chuan spoke.")
    found = explain(compile_query("@xi"), story, Concepts([xi]))
    assert (found.holds, found.note) == (False, "“Xi” counts for @xi only with China …")
    story = article("", "The poet Xi Chuan spoke.")
    found = explain(compile_query("@xi"), story, Concepts([xi]))
    assert found.note == "“Xi” stands inside “Xi Chuan”, a guard of @xi"


def test_shipped_rules_are_explained_as_they_match() -> None:
    loaded = load_config(ROOT / "config", {})
    rules = RuleSet.compile(loaded.rules, loaded.concepts)
    roots = {rule.id: compile_query(rule.query) for rule in loaded.rules}
    for story in list(read_stories())[::120]:
        explained = {
            name: explain(root, story.article, loaded.concepts) for name, root in roots.items()
        }
        holding = {name for name, found in explained.items() if found.holds}
        assert holding == {match.rule for match in rules.match(story.article)}
        assert all(why(found) for found in explained.values())
