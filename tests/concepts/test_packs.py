"""Packs of concepts: what loads, and what is said of what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.concepts.checks import MOST_GUESSED
from monitor.config import load_config, load_library
from monitor.errors import ConfigError
from monitor.match import RuleSet, compile_query
from monitor.match.mentions import mentions
from monitor.match.nodes import ConceptRef
from monitor.match.written import companion, names
from tests.builders import article
from tests.concepts.packs import concept, many, read, sound

PACK = """
concepts:
  laos:
    about: The country
    kind: place
    en: [Laos, "!Lao", Laotian*, {name: Lao PDR, note: official}]
    zh: [老挝]
    lo: [ສປປ ລາວ, ສປປລາວ]
    not_when: [Lao She, Laotian Rock*]
    narrower: [sonexay]
  sonexay:
    about: Prime Minister
    kind: person
    en: [Sonexay]
    only_with: ["@office", Vientiane]
    offices:
      - {office: Deputy Prime Minister, from: 2016, until: 2022-12}
      - {office: Prime Minister, from: 2022-12-30}
  office:
    about: An office
    kind: subject
    en: [prime minister]
"""


def test_a_pack_is_ready_to_match() -> None:
    library = sound(PACK)
    rules = RuleSet.compile({"laos": "@laos", "sonexay": "@sonexay"}, library.concepts)
    found = {
        text: [match.rule for match in rules.match(article(title=text, body=()))]
        for text in (
            "Lao PDR grows",
            "Laotians vote",
            "The LAO of old",
            "Lao She's plays",
            "Laotian Rocket Festival",
            "Sonexay speaks",
            "Prime Minister Sonexay speaks",
        )
    }
    both = ["laos", "sonexay"]
    assert list(found.values()) == [["laos"], ["laos"], [], [], [], [], both]


@pytest.mark.parametrize(("title", "found"), [("LAK", True), ("Lak", True), ("lak", False)])
def test_exact_names_that_differ_in_case_alone_are_two(title: str, found: bool) -> None:
    library = sound(concept("", names='en: ["!Lak", "!LAK"]'))
    rules = RuleSet.compile({"one": "@one"}, library.concepts)
    assert bool(rules.match(article(title=title, body=()))) is found


def test_what_else_is_known_is_kept() -> None:
    library = sound(PACK)
    laos, sonexay = library.entries["laos"].said, library.entries["sonexay"].said
    assert {code: [n.name for n in names] for code, names in laos.names.items()} == {
        "en": ["Laos", "!Lao", "Laotian*", "Lao PDR"],
        "zh": ["老挝"],
        "lo": ["ສປປ ລາວ", "ສປປລາວ"],
    }
    assert laos.en[3].note == "official"
    assert [(o.since, o.until) for o in sonexay.offices] == [
        ("2016", "2022-12"),
        ("2022-12-30", None),
    ]
    assert library.broader("sonexay") == ["laos"]
    assert library.warnings == ()


def test_packs_name_each_others_concepts() -> None:
    own = concept("narrower: [laos]", "region", "only_with: ['@office']")
    library = sound(own, PACK)
    assert library.concepts["region"].narrower == ("laos",)


WRONG = [
    (concept("name: x"), 6, "concepts.one.name: unknown key"),
    (concept("kin: place"), 6, "unknown key, did you mean kind?"),
    (concept("").replace("place", "palace"), 4, "'palace', allowed: person, party,"),
    (concept("zh: ['']"), 6, "concepts.one.zh.0: '': nothing to look for"),
    (concept("lo: ['…']"), 6, "'…': nothing to look for"),
    (concept("not_when: ['-']"), 6, "'-': nothing to look for"),
    (concept("only_with: ['?']"), 6, "'?': nothing to look for"),
    (concept("zh: [5]"), 6, "a name is a text (in quotes), or {name: …, note: …}"),
    (concept("zh: [{name: a, from: b}]"), 6, "zh.0.from: unknown key, allowed: name, note"),
    (concept("zh: 老挝"), 6, "allowed: a list, such as [a, b]"),
    (concept("vi: [dam*]"), 6, "'dam*': too short for a prefix, allowed: 4 letters or more"),
    (concept("zh: [中*]"), 6, "'中*': too short for a prefix, allowed: 2 letters or more"),
    (concept("zh: [中国-ab*]"), 6, "'中国-ab*': too short for a prefix, allowed: 4 letters"),
    (concept("vi: ['!Dam*']"), 6, "'!Dam*': allowed: ! before it (exact case) or * behind it"),
    (concept("vi: [da*m]"), 6, "'da*m': * stands at the end alone"),
    (concept(f"vi: [{'a' * 201}]"), 6, "too long, allowed: 200 characters"),
    (concept("", names="en: []"), 2, "no name, nothing narrower and no query: give one of them"),
    (concept("narrower: [tow]") + concept("", "two")[10:], 6, "did you mean two?"),
    (concept("narrower: [xyzxyz]"), 6, "no pack has a concept 'xyzxyz': `monitor concept list`"),
    (concept("only_with: ['@tow']") + concept("", "two")[10:], 6, "did you mean two?"),
    (concept("offices: [{office: Mayor}]"), 6, "are for a person, this is kind place"),
    (concept("offices: [{office: ''}]"), 6, "offices.0.office: '', allowed: at least 1 char"),
    (concept("offices: [{office: M, from: 2021-13}]"), 6, "'2021-13': not a date, allowed: a year"),
    (concept("offices: [{office: M, from: 2021-2-3}]"), 6, "not a date"),
    (concept("offices: [{office: M, until: soon}]"), 6, "offices.0.until: 'soon': not a date"),
    (concept("", "One"), 2, "not a name, allowed"),
    (concept("narrower: [one]"), 6, "a circle, so each would be part of itself: @one → @one"),
    ("concepts: [a]", 1, "allowed: keys with values"),
    ("[a]", 1, "a list, allowed: keys with values"),
    ("concept: {}", 1, "unknown key, did you mean concepts?"),
]


@pytest.mark.parametrize(("text", "line", "message"), WRONG)
def test_a_mistake_is_told_with_its_place(text: str, line: int, message: str) -> None:
    _, problems = read(text)
    assert [(problem.file, problem.line) for problem in problems] == [("0.yaml", line)]
    assert message in str(problems[0])


@pytest.mark.parametrize("name", ["A-中国*", "中国-abcd*", "derail*"])
def test_a_beginning_may_be_as_short_as_in_a_query(name: str) -> None:
    sound(concept(f"vi: [{name}]"))
    assert compile_query(name)


def test_until_is_not_before_from() -> None:
    office = "offices: [{office: M, from: 2021-03, until: 2021-02-27}]"
    _, problems = read(concept(office).replace("place", "person"))
    assert [problem.message for problem in problems] == [
        "'2021-02-27' is before '2021-03' (from): exchange the two"
    ]
    sound(concept(office.replace("02-27", "03-01")).replace("place", "person"))


def test_one_id_has_one_place() -> None:
    _, problems = read(concept(""), concept(""))
    assert [str(problem) for problem in problems] == [
        "1.yaml:2: concepts.one: stands in 0.yaml too: keep one of the two"
    ]


@pytest.mark.parametrize(
    ("guard", "title", "found"),
    [
        ("Word Rock*", "Word Rocket", False),
        ("Word Rock", "Word Rocket", True),
        ("Big Word*", "A big Wordsmith", False),
        ("Big Word*", "A big game of Wordsmiths", True),
        ("!Big Word", "A Big Wordsmith", True),
        ("!Word Co", "Word Co", False),
        ("!Word Co", "word co", True),
        ("!Word Co", "word co, Word Co", True),
    ],
)
def test_a_guard_has_a_form_as_a_name_has(guard: str, title: str, found: bool) -> None:
    library = sound(concept(f"not_when: ['{guard}']", names="en: [Word, Wordsmith*]"))
    rules = RuleSet.compile({"one": "@one"}, library.concepts)
    story = article(title=title, body=())
    assert bool(rules.match(story)) is found
    (told,) = mentions(story, library.concepts)
    assert bool(told.spans) is found


SEVERAL = """
concepts:
  wrong: {about: A, kind: palace, en: [Wrong]}
  short: {about: A, kind: place, en: [Bo*]}
  lost: {about: A, kind: place, en: [Lost], narrower: [nosuch, wrong]}
  round: {about: A, kind: place, en: [Round], narrower: [round]}
  twice: {about: A, kind: place, en: [Twice]}
more: 1
"""


def test_a_wrong_concept_hides_no_other_mistake() -> None:
    _, problems = read(SEVERAL, concept("", "twice"))
    assert sorted((problem.file, problem.key) for problem in problems) == [
        ("0.yaml", "concepts.lost.narrower.0"),
        ("0.yaml", "concepts.round.narrower.0"),
        ("0.yaml", "concepts.short.en.0"),
        ("0.yaml", "concepts.wrong.kind"),
        ("0.yaml", "more"),
        ("1.yaml", "concepts.twice"),
    ]


def test_what_may_be_meant_is_looked_for_a_few_times_alone() -> None:
    _, problems = read(many(100, lambda at: f"narrower: [zc{at}]"))
    told = ["did you mean" in problem.message for problem in problems]
    assert (len(told), sum(told)) == (100, MOST_GUESSED)


@pytest.mark.parametrize("written", ["@nosuch", "@a", "@xyz"])
def test_what_is_far_from_every_id_is_not_meant(written: str) -> None:
    pack = "".join(concept("", name).partition("\n")[2] for name in ("potash", "aid", "laos"))
    _, problems = read(f"concepts:\n{pack}", concept(f"only_with: ['{written}']"))
    assert [problem.message.rpartition(": ")[2] for problem in problems] == [
        "`monitor concept list` shows them all"
    ]


# --- in a configuration -----------------------------------------------------------------------

MONITOR = "topic: both(@laos, @one)\nchannels: {a: {kind: console}}\n"
RULES = "defaults: {channels: [a]}\nrules:\n  r:\n    query: >-\n      dam\n      OR @sonexai\n"


def folder(tmp_path: Path, **packs: str) -> Path:
    (tmp_path / "concepts").mkdir()
    for name, text in packs.items():
        (tmp_path / "concepts" / f"{name}.yaml").write_text(text, "utf-8")
    (tmp_path / "monitor.yaml").write_text(MONITOR, "utf-8")
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    (tmp_path / "sources.yaml").write_text("{}", "utf-8")
    return tmp_path


def problems_of(directory: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_config(directory, {})
    return [str(problem).replace(f"{directory}/", "") for problem in caught.value.problems]


def test_rules_and_topic_name_concepts_that_there_are(tmp_path: Path) -> None:
    directory = folder(tmp_path, a=PACK)
    assert problems_of(directory) == [
        "monitor.yaml:1: topic: there is no concept @one (`monitor concept list` shows them all)"
        " (at character 13: “@one)”)",
        "rules.yaml:6: rules.r.query: there is no concept @sonexai (did you mean @sonexay)"
        " (at character 8: “@sonexai”)",
    ]
    (directory / "rules.yaml").write_text(RULES.replace("sonexai", "sonexay"), "utf-8")
    (directory / "concepts" / "own.yaml").write_text(concept(""), "utf-8")
    config = load_config(directory, {})
    assert set(config.concepts) == {"laos", "sonexay", "office", "one"}
    assert set(load_library(directory).entries) == set(config.concepts)


def test_mistakes_of_packs_and_of_rules_are_told_together(tmp_path: Path) -> None:
    directory = folder(tmp_path, a=PACK, b=concept("zh: ['']"))
    assert [line.partition(":")[0] for line in problems_of(directory)] == [
        "rules.yaml",
        "concepts/b.yaml",
    ]


def test_of_a_pack_that_cannot_be_read_no_concept_is_missed(tmp_path: Path) -> None:
    own = concept("narrower: [two]", names="only_with: ['@three']")
    directory = folder(tmp_path, a=PACK, b="concepts: {", c=own)
    assert [line.partition(":")[0] for line in problems_of(directory)] == ["concepts/b.yaml"]
    with pytest.raises(ConfigError) as caught:
        load_library(directory)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("name", ["ours.yml", "Ours.YAML", "ours.yaml"])
def test_a_pack_is_known_by_either_ending(tmp_path: Path, name: str) -> None:
    (tmp_path / "concepts").mkdir()
    (tmp_path / "concepts" / name).write_text(concept(""), "utf-8")
    (tmp_path / "concepts" / "notes.txt").write_text("- of ours", "utf-8")
    assert set(load_library(tmp_path).entries) == {"one"}


def test_without_packs_there_are_no_concepts(tmp_path: Path) -> None:
    assert load_library(tmp_path).entries == {}


def test_signs_of_a_chinese_keyboard_are_those_of_a_typewriter() -> None:
    exact, prefix = names(["！Lao", "rail＊"])
    assert (exact.form, exact.written) == ("exact", "Lao")
    assert (prefix.form, prefix.needle) == ("prefix", " rail")
    assert companion("＠laos") == ConceptRef("laos")
