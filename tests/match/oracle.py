"""The engine beside a naive evaluator: what each says of one case, and 200,000 cases in a row.

``python -m tests.match.oracle 200000`` (``make oracle``) tries so many, on all processors.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from multiprocessing import Pool
from unittest.mock import patch

import typer
from rich.progress import track

from monitor.match import Concepts, RuleSet, compile_query, index, ruleset
from monitor.match.lexicon import Concept
from monitor.match.written import companion, name
from monitor.models import Match, Rule
from tests.match import naive, naivetext
from tests.match.cases import Maker, Printed, Query, is_refused

_SIZES = (1, 2, 3, 4, 5)
_CHUNK = 200


def one_case(seed: int, size: int) -> None:
    """Some random rules held against a random story.

    Raises:
        AssertionError: the engine and the naive evaluator disagree.
    """
    maker = Maker(seed, size)
    kept = kept_of(maker.some(maker.query, 1, 5))
    concepts, story = maker.concepts(), maker.story()
    if kept:
        check(RuleSet.compile(texts_of(kept), loaded(concepts)), kept, concepts, story)


def kept_of(queries: Iterable[Query]) -> dict[str, Query]:
    """Those that are no mistake, under an id."""
    return {str(i): query for i, query in enumerate(queries) if not is_refused(query[0])}


def texts_of(queries: Mapping[str, Query]) -> dict[str, str]:
    return {rule_id: text for rule_id, (text, _) in queries.items()}


def check(
    ruleset: RuleSet,
    queries: Mapping[str, Query],
    concepts: tuple[naive.Concept, ...],
    printed: Printed,
) -> None:
    """Raise where the rule set finds what it should not, or misses something."""
    got = ruleset.match(printed.article, carried=printed.carried)
    story = naive.Story(printed.article, printed.carried, concepts)
    wanted = [rule_id for rule_id, (_, rule) in queries.items() if story.holds(rule)]
    told = f"{texts_of(queries)} of {concepts} in {printed}"
    assert [match.rule for match in got] == wanted, f"wanted {wanted}: {told}"
    for match in got:
        check_spans(match, queries[match.rule][1], story, told)


def check_spans(match: Match, rule: naive.Rule, story: naive.Story, told: str) -> None:
    """What is marked is what makes the rule hold, and stands where it says."""
    parts = {(part.field, part.index): part for part in story.parts}
    for span in match.spans:
        printed = parts[span.field, span.paragraph].printed
        assert printed[span.start : span.end] == span.text, told
        assert span.text.strip() or "/" in span.term, told
    marked = {(span.field, span.paragraph, span.start, span.end) for span in match.spans}
    assert len(marked) == len(match.spans), told
    must, may = story.evidence(rule)
    assert printed_places(must, story) <= marked, f"not marked: {told}"
    assert marked <= printed_places(may, story), f"marked for nothing: {told}"
    assert marked or not may, told


def printed_places(
    places: Iterable[naive.Place], story: naive.Story
) -> set[tuple[str, int, int, int]]:
    return {
        (part.field, part.index, *_printed_place(part, place))
        for place in places
        for part in (story.parts[place.part],)
    }


def _printed_place(part: naivetext.Part, place: naive.Place) -> tuple[int, int]:
    if place.start == place.end:
        return place.signs
    return part.printed_place(place.start, place.end)


def written(term: naive.Term | naive.ConceptRef) -> str:
    """A name as a file of concepts has it."""
    if isinstance(term, naive.ConceptRef):
        return f"@{term.id}"
    return {"exact": "!{}", "prefix": "{}*"}.get(term.form, "{}").format(term.written)


def loaded(found: Iterable[naive.Concept]) -> Concepts:
    return Concepts(
        Concept(
            each.id,
            names=tuple(name(written(term)) for term in each.names),
            guards=tuple(name(written(term)) for term in each.not_when),
            company=tuple(companion(written(leaf)) for leaf in each.only_with),
            narrower=each.narrower,
            query=compile_query(each.written) if each.written else None,
        )
        for each in found
    )


# --- edits --------------------------------------------------------------------------------------

_LOW = ((index, "WATCHED", 3), (index, "WASTE", 1), (index, "MOVED", 2))
_FEW = ((ruleset, "YOUNG", 3), (ruleset, "MOST_INDEXES", 2))


@contextmanager
def a_few_are_many() -> Iterator[None]:
    """A few candidates in vain move an anchor, a few rules fill an index."""
    with ExitStack() as stack:
        for module, name, value in (*_LOW, *_FEW):
            stack.enter_context(patch.object(module, name, value))
        yield


def edits(seed: int, size: int) -> None:
    """Rules that come, change and go, stories in between, and at the end a rule set compiled anew.

    Raises:
        AssertionError: the engine and the naive evaluator disagree, or the two rule sets.
    """
    maker, rules = Maker(seed, size), dict[str, Query]()
    concepts = maker.concepts()
    stories = maker.some(maker.story, 1, 3)
    edited = RuleSet.compile({}, loaded(concepts))
    with a_few_are_many():
        for _ in range(25):
            _edit(maker, edited, rules)
            for story in maker.some(lambda: maker.random.choice(stories), 0, 3):
                check(edited, rules, concepts, story)
    assert [(rule.id, rule.query) for rule in edited] == list(texts_of(rules).items())
    assert len(edited) == len(rules)
    anew = RuleSet.compile(texts_of(rules), loaded(concepts))
    for story in stories:
        one, other = edited.match(story.article), anew.match(story.article)
        assert [(match.rule, match.spans) for match in one] == [
            (match.rule, match.spans) for match in other
        ]


def _edit(maker: Maker, edited: RuleSet, rules: dict[str, Query]) -> None:
    """One rule more, other or less."""
    rule_id = f"r{maker.random.randrange(8)}"
    if rule_id in rules and maker.random.random() < 0.4:
        edited.remove(rule_id)
        del rules[rule_id]
    elif not is_refused((query := maker.query())[0]):
        edited.add(Rule(id=rule_id, query=query[0]))
        rules[rule_id] = query


# --- many -----------------------------------------------------------------------------------------


def _chunk(number: int) -> list[str]:
    failures = []
    for seed in range(number * _CHUNK, (number + 1) * _CHUNK):
        trial, size = edits if seed % 20 == 0 else one_case, _SIZES[seed % len(_SIZES)]
        try:
            trial(seed, size)
        except Exception as error:  # noqa: BLE001  # whatever goes wrong is to be told
            failures.append(f"{trial.__name__}({seed}, {size}): {error!r}")
    return failures


def many(number: int) -> None:
    """Try NUMBER cases."""
    chunks = range(-(-number // _CHUNK))
    with Pool() as pool:
        done = pool.imap_unordered(_chunk, chunks)
        failures = [each for found in track(done, "Cases", total=len(chunks)) for each in found]
    for failure in failures[:10]:
        print(failure[:3000])
    print(f"{number:,} cases, {len(failures):,} of them wrong")
    sys.exit(bool(failures))


if __name__ == "__main__":
    typer.run(many)
