"""What works in a pack, but may not be meant."""

from __future__ import annotations

import pytest

from tests.concepts.packs import concept, sound


@pytest.mark.parametrize(
    ("guard", "warned"), [("Word processor", 0), ("sword", 1), ("Words", 1), ("Wording*", 1)]
)
def test_a_guard_without_a_name_in_it_is_warned_of(guard: str, warned: int) -> None:
    assert len(sound(concept(f"not_when: [{guard}]")).warnings) == warned


DOUBTS = [
    ("en: [Boten]", "not_when: [Boten]", "'Boten': never counts, since it is a guard"),
    ("en: [Boten]", "not_when: ['Bote*']", "'Boten': never counts, since Bote* is a guard"),
    ("en: ['!EDL']", "not_when: [edl]", "'!EDL': never counts, since edl is a guard"),
    ("en: ['Boten*']", "not_when: [Boten]", ""),
    ("en: ['Boten*']", "not_when: ['Boten*']", "'Boten*': never counts, since it is a guard"),
    ("zh: [磨丁]", "not_when: ['磨丁*']", "'磨丁': never counts"),
    ("zh: [磨丁口岸]", "not_when: ['磨丁*']", "'磨丁*' holds none of the names"),
    ("en: [Edl]", "not_when: ['!EDL']", ""),
    ("en: [Boten]", "not_when: ['Old Boten*']", ""),
    ("en: ['@laos']", "", "'@laos': is looked for as a word"),
    ("en: [Boten OR Mohan]", "", "is looked for with the word OR in it"),
    ("zh: [磨丁 OR 磨憨]", "", "is looked for with the word OR in it"),
    ("en: [NOT Boten]", "", "is looked for with the word NOT in it"),
    ("en: [Boten]", "only_with: [dam OR road]", "with the word OR in it"),
    ("en: [Boten]", "not_when: ['Boten city *']", "* belongs to the word before it"),
    ("en: [BANK OF A AND B]", "", ""),
    ("en: [/Bote./]", "", "is looked for as a text: patterns are for rules"),
    ("en: ['Boten *']", "", "* belongs to the word before it"),
    ("en: [the]", "", "'the': is found in most stories"),
    ("en: [the]", "only_with: [dam]", ""),
    ("en: [US]", "", 'in its capitals alone as "!US"'),
    ("en: ['!US']", "", ""),
    ("en: [US]", "not_when: [US Steel]", ""),
    ("zh: [老]", "", "a single character"),
    ("en: [Vang Vieng, Vang-Vieng]", "", "'Vang-Vieng': finds the same as 'Vang Vieng'"),
    ("lo: [ຫຼວງນໍ້າທາ, ຫລວງນ້ຳທາ]", "", "finds the same as 'ຫຼວງນໍ້າທາ': take one"),
    ("en: [Boten, 'Boten*', '!Boten', '!BOTEN']", "", ""),
    ("en: [Boten]", "vi: [Boten]", ""),
    ('en: [One Belt One Road, "One Belt, One Road"]', "", ""),
    ("query: laos and china", "", "“and” at character 6 is searched as a word"),
    ("zh: [老挝]", "", ""),
]


@pytest.mark.parametrize(("names", "more", "message"), DOUBTS)
def test_what_may_not_be_meant_is_warned_of(names: str, more: str, message: str) -> None:
    warnings = [str(each) for each in sound(concept(more, names=names)).warnings]
    assert len(warnings) == bool(message)
    assert all(message in each for each in warnings)


@pytest.mark.parametrize(
    ("one", "two", "told"),
    [
        ("only_with: ['@one']", "", ["one"]),
        ("only_with: ['@two']", "only_with: ['@one']", ["one", "two"]),
        ("only_with: ['@two', dam]", "only_with: ['@one']", []),
        ("only_with: ['@two']", "narrower: [three]", []),
    ],
)
def test_a_concept_that_never_has_company_is_warned_of(one: str, two: str, told: list[str]) -> None:
    three = concept("only_with: ['@one']", "three")
    library = sound(concept(one), concept(two, "two"), three)
    keys = {f"concepts.{name}.only_with" for name in told}
    assert {each.key for each in library.warnings} - {"concepts.three.only_with"} == keys
