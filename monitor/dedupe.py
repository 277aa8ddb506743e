"""What an article is to the archive: new, revised, the same, or a copy of a story known already.

Copies are found by shingles: A. Broder, "On the resemblance and containment of documents", 1997.
"""

from __future__ import annotations

import difflib
import hashlib
import heapq
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.match import fold
from monitor.models import Article, Change, ChangeKind, Link
from monitor.text import storable
from monitor.urls import canonical_url

__all__ = [
    "Candidate",
    "Known",
    "canonical_url",
    "content_key",
    "decide",
    "describe_revision",
    "fingerprint",
    "resemblance",
    "sketch",
    "story_key",
]


_MOST_PARAGRAPHS = 1_000  # that are compared one by one


@dataclass(frozen=True, slots=True)
class Known:
    """The story that the archive holds under the same canonical URL."""

    story: int
    content_key: str
    title: str
    article: Article | None = None  # where given, a revision is described paragraph by paragraph


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recent story whose sketch shares a value with the article's."""

    story: int
    site: str
    sketch: tuple[int, ...]
    title: str
    language: str


LONGEST_KEY = 600  # characters, of up to 4 bytes: PostgreSQL indexes no more than 2,704 bytes


def story_key(url: str) -> str:
    """The canonical URL as databases hold it, the end of a very long one hashed."""
    key = storable(canonical_url(url))
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return f"{key[:LONGEST_KEY]}#{digest}"


def fingerprint(link: Link) -> str:
    """Of what changes in an announcement when its story is corrected."""
    what = "\x00".join((link.title or "", str(link.updated or ""), link.summary or ""))
    return hashlib.blake2b(what.encode("utf-8", "replace"), digest_size=16).hexdigest()


def decide(
    article: Article,
    *,
    known: Known | None,
    alike: Iterable[Candidate],
    own_sketch: tuple[int, ...] | None = None,
) -> Change:
    """The verdict, with its reason in words; ``own_sketch`` saves computing it again."""
    if known is not None:
        if known.content_key == content_key(article):
            return Change(ChangeKind.SAME, "the same words as before", known.story)
        return Change(ChangeKind.REVISED, _revision(known, article), known.story)
    own = sketch(article) if own_sketch is None else own_sketch
    copied = [candidate for candidate in alike if _is_copy(article, own, candidate)]
    if not copied:
        return Change(ChangeKind.NEW, "not seen before")
    best = max(copied, key=lambda candidate: (resemblance(own, candidate.sketch), -candidate.story))
    share = f"{round(100 * resemblance(own, best.sketch))} % of the text is the same"
    if best.site == article.site:
        return Change(
            ChangeKind.COPY, f"published again under another address: {share}", best.story
        )
    return Change(ChangeKind.COPY, f"carries the wire story of {best.site}: {share}", best.story)


def _revision(known: Known, article: Article) -> str:
    if known.article is not None and _comparable(known.article, article):
        return describe_revision(known.article, article)
    return "text changed" if _fold(known.title) == _fold(article.title) else "title changed"


def _comparable(before: Article, after: Article) -> bool:
    """Whether a paragraph by paragraph comparison, which is quadratic, is soon done."""
    return max(len(before.body), len(after.body)) <= _MOST_PARAGRAPHS


def describe_revision(before: Article, after: Article) -> str:
    """What changed, in words: ``title changed, 2 paragraphs changed, 1 added``.

    Paragraphs that differ in case, width, punctuation and blanks alone count as the same.
    """
    old, new = [[_fold(text) for text in article.body] for article in (before, after)]
    counts = {"changed": 0, "removed": 0, "added": 0}
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            counts["changed"] += min(b - a, d - c)
            counts["removed"] += max(0, (b - a) - (d - c))
            counts["added"] += max(0, (d - c) - (b - a))
    said = ["title changed"] if _fold(before.title) != _fold(after.title) else []
    for what, count in counts.items():
        if count:
            said.append(f"{count} paragraph{'' if count == 1 else 's'} {what}")
    return ", ".join(said) or "no words changed"


# --- folding: what counts as the same words -----------------------------------------------------


class _Punctuation(dict[int, str | None]):
    """For str.translate: punctuation and blanks to one blank, format characters to nothing."""

    def __missing__(self, code: int) -> str | None:
        category = unicodedata.category(chr(code))
        if category[0] in "PZ" or category == "Cc":
            kept: str | None = " "
        elif category == "Cf":  # zero-width spaces and the like
            kept = None
        elif category == "Nd":
            kept = str(unicodedata.digit(chr(code)))
        else:
            kept = chr(code)
        self[code] = kept
        return kept


_TABLE = _Punctuation()
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_LONE_BLANK = re.compile(rf"(?<=[{_UNSPACED}]) | (?=[{_UNSPACED}])")
_THOUSANDS = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")


def _fold(text: str) -> str:
    """``text`` without case, width, punctuation, and blanks in scripts that do without them.

    A decimal point becomes a blank, not nothing: 1.5 must not read as 15.
    """
    words = " ".join(_THOUSANDS.sub("", fold(text)).translate(_TABLE).split())
    return _LONE_BLANK.sub("", words)


def content_key(article: Article) -> str:
    """32 hexadecimal digits: equal for equal title and body up to trivial edits."""
    words = f"{_fold(article.title)}\n{_fold(' '.join(article.body))}"
    return hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=16).hexdigest()


# --- sketches: how much of the text is the same -------------------------------------------------

# A sketch holds the smallest hashes of the shingles without figures (even numbers) and, in a
# smaller part, those of the shingles with figures (odd ones): a daily exchange rate repeats its
# words but not its figures, a wire story carried elsewhere repeats both.
_WORDS_KEPT, _FIGURES_KEPT = 48, 16
_WORDS_A_SHINGLE, _CHARACTERS_A_SHINGLE = 4, 8
_FEWEST_SHINGLES = 30
_COPY = 0.5  # resemblance of words; of figures: _SAME_FIGURES
_SAME_FIGURES = 0.6

# Only for likeness, where a sentence cut short in error does little harm.
_DATELINE = re.compile(
    r"^[^。!?！？]{0,80}?(?:--|[—–]|\)\s*-|日[电讯](?:\s*[（(][^）)]{0,40}[）)])?)\s*"
)
_CREDIT = re.compile(
    r"^[\s（(【\[]*(?:责任编辑|责编|编辑|原标题|来源|记者|ຂ່າວ\s*:|ແຫຼ່ງ"
    r"|editors?\b|source\b|reporting by\b)",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d")
_LONGEST_CREDIT = 80  # characters


def sketch(article: Article) -> tuple[int, ...]:
    """At most 64 numbers of 63 bits, ascending, that stand for the body's shingles.

    Shingles are of 4 words, or of 8 characters where most letters belong to a script without
    spaces. The same in every process, so that sketches can be stored and looked up by value.
    """
    words: set[int] = set()
    figures: set[int] = set()
    for shingle in _shingles(_fold(_core(article))):
        digest = hashlib.blake2b(shingle.encode("utf-8", "replace"), digest_size=8).digest()
        value = int.from_bytes(digest, "big") >> 1
        if _FIGURE.search(shingle):
            figures.add(value | 1)
        else:
            words.add(value & ~1)
    kept = heapq.nsmallest(_WORDS_KEPT, words) + heapq.nsmallest(_FIGURES_KEPT, figures)
    return tuple(sorted(kept))


def _core(article: Article) -> str:
    """The body without dateline and credit lines, which every carrier writes its own way."""
    lines = [
        text for text in article.body if len(text) > _LONGEST_CREDIT or not _CREDIT.match(text)
    ]
    if lines:
        lines[0] = _DATELINE.sub("", lines[0])
    return " ".join(lines)


def _shingles(folded: str) -> Iterator[str]:
    letters = folded.replace(" ", "")
    if 2 * len(re.findall(f"[{_UNSPACED}]", letters)) > len(letters):
        for start in range(len(letters) - _CHARACTERS_A_SHINGLE + 1):
            yield letters[start : start + _CHARACTERS_A_SHINGLE]
        return
    words = folded.split()
    for start in range(len(words) - _WORDS_A_SHINGLE + 1):
        yield " ".join(words[start : start + _WORDS_A_SHINGLE])


def resemblance(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """The share of shingles that two bodies have in common, 0 to 1, estimated from sketches.

    The standard deviation is at most 0.07. Shingles with figures are not counted.
    """
    return _jaccard(_part(a, 0), _part(b, 0), _WORDS_KEPT)


def _part(values: tuple[int, ...], parity: int) -> set[int]:
    return {value for value in values if value & 1 == parity}


def _jaccard(a: set[int], b: set[int], size: int) -> float:
    sample = heapq.nsmallest(size, a | b)
    return sum(value in a and value in b for value in sample) / len(sample) if sample else 0.0


def _is_copy(article: Article, own: tuple[int, ...], candidate: Candidate) -> bool:
    if min(len(own), len(candidate.sketch)) < _FEWEST_SHINGLES:
        return False
    if not _may_be_same_language(article.language, candidate.language):
        return False
    if _other_figures(article.title, candidate.title):
        return False
    return resemblance(own, candidate.sketch) >= _COPY and _figures_agree(own, candidate.sketch)


def _may_be_same_language(a: str, b: str) -> bool:
    one, other = (language.lower().partition("-")[0] for language in (a, b))
    return one == other or "und" in (one, other)


def _other_figures(a: str, b: str) -> bool:
    """Whether two titles differ in their figures and in nothing else: a series."""
    one, other = _fold(a), _fold(b)
    return one != other and re.sub(r"\d+", "0", one) == re.sub(r"\d+", "0", other)


def _figures_agree(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    one, other = _part(a, 1), _part(b, 1)
    return not (one and other) or _jaccard(one, other, _FIGURES_KEPT) >= _SAME_FIGURES
