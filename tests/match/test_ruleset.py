"""Matching: English, Chinese, Lao and mixtures, and where the words stand in print."""

from __future__ import annotations

import pytest

from monitor.errors import RuleError
from monitor.match import RuleSet
from monitor.match.ruleset import MOST_SPANS
from monitor.models import Match, Rule, Span
from tests.match.helpers import article, found


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("Laos", "LAOS, Laos's, Laos’ and Laotian", ["LAOS", "Laos", "Laos"]),
        ("Lao", "Laos", None),
        ("Lao", "Lao's", ["Lao"]),
        ("Xi", "in Xi'an", None),
        ("Laos", "ＬＡ\u00adＯＳ\u200b!", ["ＬＡ\u00adＯＳ"]),
        ('"China Laos"', "the China–Laos line", ["China–Laos"]),
        ("China-Laos", "China — Laos", ["China — Laos"]),
        ('"opened. In Laos"', "It opened in Laos", ["opened in Laos"]),
        ("U.S.", "the U.S. and U.S.-Lao ties", ["U.S", "U.S"]),
        ("U.S.", "us", None),
        ("COVID-19", "Covid‑19 cases", ["Covid‑19"]),
        ("1,000", "1,000 tons, 1 000 tons", ["1,000"]),
        ("3.5", "3.5 percent, 3,5 or 13.5", ["3.5"]),
        ("fi", "ﬁ ﬁve", ["ﬁ"]),
        ('"a b a"', "a b a b a", ["a b a"]),
        ("a", "a a a", ["a", "a", "a"]),
        ("中老铁路", "中老铁路开通，中老铁路客运", ["中老铁路", "中老铁路"]),
        ("万象", "九千万，象牙", None),
        ("老挝", "老挝人民", ["老挝"]),
        ("5G网络", "老挝５Ｇ网络和5G 网络", ["５Ｇ网络", "5G 网络"]),
        ("12月", "2021年12月, 112月", ["12月"]),
        ("老挝Laos", "（老挝Laos）和老挝（Laos）", ["老挝Laos", "老挝（Laos"]),
        ("Laos", "在Laos的", ["Laos"]),
        ("ທາງລົດໄຟລາວ-ຈີນ", "ເປີດທາງລົດໄຟລາວ–ຈີນແລ້ວ", ["ທາງລົດໄຟລາວ–ຈີນ"]),
        ("ຄຳ", "ບໍ່ຄໍາ ແລະ ຄຳ", ["ຄໍາ", "ຄຳ"]),
        ("ຄໍາ", "ຄຳ", ["ຄຳ"]),
        ("ຄໍ", "ຄຳ ຄໍາ", None),
        ("ຄ", "ຄຳ ຄໍາ ຄະ ເຄ ຄ", ["ຄ"]),
        ("ລາວ", "ລ\u200bາວ", ["ລ\u200bາວ"]),
        ("ກາ", "ກາ່", None),
        ("ກາ", "ເກາະ, ເກາ, ກາະ, ກາກ", ["ກາ"]),
        ("ລາວ", "ລາວາ, ລາວະ, ປະເທດລາວແລະ", ["ລາວ"]),
        ("ຫຼວງພະບາງ", "ແຂວງຫລວງພະບາງ, ຫຼວງພະບາງ", ["ຫລວງພະບາງ", "ຫຼວງພະບາງ"]),
        ("ຫລ້າ", "ຫຼ້າ, ຫລ້າ", ["ຫຼ້າ", "ຫລ້າ"]),
        ("ລາວ", "ຫລາວ ຫຼາວ ລາວ", ["ລາວ"]),
        ("ຈີນ", "ຈີນາ", None),
        ("ตา", "เตา ตาๅ ตาย", ["ตา"]),
        ("ນ້ຳ", "ນໍ້າຂອງ", ["ນໍ້າ"]),
        ("ວຽງຈັນ", "ນະຄອນຫຼວງວຽງຈັນ", ["ວຽງຈັນ"]),
        ("น้ำ", "แม่นํ้า", ["นํ้า"]),
        ("ក", "ក្ក កក", ["ក", "ក"]),
        ('!"中国铁路"', "中國鐵路", ["中國鐵路"]),
        ('!"老挝Lao"', "老撾Lao 老挝LAO", ["老撾Lao"]),
        ('!"ນ້ຳ"', "ນໍ້າ ນ້ໍາ", ["ນໍ້າ", "ນ້ໍາ"]),
        ('!"a\x1eB"', "a B, A B", ["a B"]),
        ("việt", "Vie\u0302\u0323t Nam", ["Vie\u0302\u0323t"]),
    ],
)
def test_terms_in_text(query: str, text: str, marked: list[str] | None) -> None:
    spans = found(query, "", text)
    assert (spans and [span.text for span in spans]) == marked
    assert all(text[span.start : span.end] == span.text for span in spans or ())


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        (
            '("big dam of rock" OR dam) NEAR/1 laos',
            "big dam of rock, Laos",
            ["big dam of rock", "Laos"],
        ),
        ("laos NEAR/1 dam", "dam in Laos, dam by a dam", ["dam", "Laos", "dam"]),
        ("laos ONEAR/1 dam", "dam in Laos by a dam", None),
        ("laos NEAR/1 laos", "Laos", ["Laos"]),
        ("/so/ NEAR/1 dam", "dam by person", ["dam", "so"]),
        ("中国 NEAR/1 铁路", "中国老挝铁路", ["中国", "铁路"]),
        ("中国 NEAR/1 铁路", "中国和老挝铁路", None),
        ("ລາວ NEAR/1 ຈີນ", "ລາວກັບຈີນ", ["ລາວ", "ຈີນ"]),
        ("atleast(2, 老挝)", "老挝老挝", ["老挝", "老挝"]),
        ('atleast(2, "lao pdr" OR lao)', "Lao PDR", None),
        ("laos SENTENCE dam", "On Nov. 3 Laos saw a dam. A dam", ["Laos", "dam"]),
        ('!"a A"', "A a A", ["a A"]),
        ('!"WHO" !"who"', "WHO is who", ["WHO", "who"]),
        ("5G网络*", "5G网络开通", ["5G网络"]),
        ("老挝laot*", "老挝laotian", ["老挝laotian"]),
        ("/[?!]{2}/", "Laos?! no", ["?!"]),
        ("/ລ./", "ກາ ລ່າ", ["ລ່"]),
        ("stem:dams", "dam, Dams; damn", ["dam", "Dams"]),
        ('"laos dam"~1', "dam of Laos, a dam", ["dam", "Laos", "dam"]),
    ],
)
def test_words_together(query: str, text: str, marked: list[str] | None) -> None:
    spans = found(query, "", text)
    assert (spans and [span.text for span in spans]) == marked


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("laos AND bridge", True),
        ("laos opens", True),
        ("laos AND dam", False),
        ("dam OR bridge", True),
        ("laos NOT bridge", False),
        ("laos -dam", True),
        ("laos NOT (dam OR bridge)", False),
        ("dam OR laos -crowds", False),
        ("dam OR laos -flood", True),
        ("title:laos", True),
        ("body:laos", False),
        ("title:(bridge AND opens)", True),
        ("laos NOT title:crowds", True),
        ("title:bridge body:crowds", True),
        ('"bridge crowds"', False),
        ('"came they"', False),
    ],
)
def test_boolean_operators_and_fields(query: str, matches: bool) -> None:
    spans = found(query, "Laos opens a bridge", "Crowds came.", "They cheered.")
    assert (spans is not None) is matches


def test_spans_stand_in_reading_order_with_their_terms_as_written() -> None:
    spans = found(
        "railway OR Laos OR “中老 铁路” NOT Vietnam", "Laos: 中老-铁路", "a", "LAOS railway"
    )
    assert spans == (
        Span("title", 0, 0, 4, "Laos", "Laos"),
        Span("title", 0, 6, 11, "中老 铁路", "中老-铁路"),
        Span("body", 1, 0, 4, "Laos", "LAOS"),
        Span("body", 1, 5, 12, "railway", "railway"),
    )
    assert Match("r", spans).terms == ("Laos", "中老 铁路", "railway")


def test_only_what_helps_the_rule_to_hold_is_marked() -> None:
    spans = found(
        "(dam AND laos) OR crowds OR (came NOT (NOT bridge))", "Laos bridge", "Crowds came"
    )
    assert spans is not None
    assert [span.term for span in spans] == ["bridge", "crowds", "came"]


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        (r"/\?/", "a?!", ["?"]),
        ("/!/", "a?!", ["!"]),
        (r"/\?/ OR /!/", "a!? b!", ["!", "?", "!"]),
        ("/[?!]/", "a?! b", ["?", "!"]),
        ("a OR /!/", "!a!", ["!", "a", "!"]),
        ("/!/", "!?!", ["!", "!"]),
        ("atleast(2, Laos OR /!/)", "Laos!", ["Laos", "!"]),
        ("atleast(2, /!/)", "a!!", ["!", "!"]),
        ("atleast(2, /!/ OR /!!/ OR /[!]/)", "a!!", ["!", "!"]),
        ("atleast(3, /!/ OR /!!/ OR /[!]/)", "a!!", None),
        ("atleast(2, /!/ OR /[!]/)", "a! b", None),
    ],
)
def test_signs_between_words_are_told_apart(
    query: str, text: str, marked: list[str] | None
) -> None:
    rules = {"question": r"/\?/", "call": "/!/", "r": query}  # none hides another's
    spans = {match.rule: match.spans for match in RuleSet.compile(rules).match(article("x", text))}
    assert (spans.get("r") and [span.text for span in spans["r"]]) == marked


def test_a_term_written_twice_marks_its_places_once() -> None:
    spans = found("LAOS OR laos OR title:Laos", "Laos")
    assert spans == (Span("title", 0, 0, 4, "LAOS", "Laos"),)


def test_a_story_without_title_or_paragraphs_has_no_words() -> None:
    assert found("laos", "") is None
    assert found("title:laos", "Laos") == (Span("title", 0, 0, 4, "laos", "Laos"),)
    assert found("body:laos", "Laos") is None


def test_a_record_separator_in_print_is_no_paragraph() -> None:
    spans = found("body:laos", "a\x1eb", "x\x1ey", "\x1elaos")
    assert spans == (Span("body", 1, 1, 5, "laos", "laos"),)


def test_places_of_one_term_are_bounded_in_title_and_body_each() -> None:
    spans = found("一", "一" * 3_000, "二" + "一" * 3_000)
    assert spans is not None
    assert len(spans) == 2 * MOST_SPANS
    assert spans[MOST_SPANS] == Span("body", 0, 1, 2, "一", "一")


def test_rules_match_in_their_order_and_can_be_counted() -> None:
    rules = [Rule(id="z", query="laos"), Rule(id="y", query="dam"), Rule(id="a", query="bridge")]
    ruleset = RuleSet.compile(rules)
    assert [m.rule for m in ruleset.match(article("A bridge in Laos"))] == ["z", "a"]
    assert len(ruleset) == 3
    assert list(ruleset) == rules
    assert len(RuleSet.compile({})) == 0


def test_signs_in_a_loose_phrase_are_no_words() -> None:
    rules = RuleSet.compile({"r": '"China-Laos - debt"~3', "s": '"Laos – Football"~2'})
    matched = {each.rule: each for each in rules.match(article("Football in Laos"))}
    assert set(matched) == {"s"}
    assert matched["s"].terms == ("Football", "Laos")  # as the rule writes them
    assert [each.rule for each in rules.match(article("China Laos debt"))] == ["r"]


def test_a_wrong_rule_is_named() -> None:
    with pytest.raises(RuleError) as caught:
        RuleSet.compile({"good": "laos", "rail-loans": "laos AND"})
    assert caught.value.message == "rule rail-loans: AND needs a term after it"
    assert (caught.value.query, caught.value.position) == ("laos AND", 5)


def test_two_rules_of_one_id_are_refused() -> None:
    with pytest.raises(RuleError, match="rule a: there are two rules of this id"):
        RuleSet.compile([Rule(id="a", query="x"), Rule(id="a", query="y")])
