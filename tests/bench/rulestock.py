"""Articles and rules for the bench of the engine: made of nothing but a seed.

Words of a spaced language are syllables in the frequencies of Zipf's law; Chinese, Thai and Lao
are words of two to four characters (syllables) without spaces between them, drawn likewise.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from monitor.models import Article

SEED = 20_260_101
# The mix and the mean length that design measurements were made with.
LANGUAGES = {"en": 0.65, "zh": 0.15, "vi": 0.075, "th": 0.0625, "lo": 0.0625}
MEAN = 2_450  # characters of a story
_VOCABULARY = 30_000  # words of a language
_SHIFT = 2.7  # of Zipf–Mandelbrot's law
_EN = """ba con de dis er ex for ing in is la men na nor pre ra ri sa ter tion un ver wa yo"""
_VI = """anh bá chín đường hợp không lào lượng một ngày nước phủ quốc sông thương tỉnh vừa"""
_TH = """กา ขอ งาน จีน ชาติ ดี ตาม ทาง นคร บาท ประ ผล พา มา ยิน รถ ลาว วัน สุข หนึ่ง อา"""
_LO = """ກາ ຂອງ ງານ ຈີນ ຊາດ ດີ ຕາມ ທາງ ນະ ບາດ ປະ ຜົນ ພາ ມາ ຢູ່ ລົດ ລາວ ວັນ ສຸກ ໜຶ່ງ ອາ"""
_SYLLABLES = {
    "en": _EN.split(),
    "vi": _VI.split(),
    "zh": [chr(point) for point in range(0x4E00, 0x5800, 3)],
    "th": _TH.split(),
    "lo": _LO.split(),
}
SPACED = ("en", "vi")


@dataclass(frozen=True, slots=True)
class Language:
    """Its words, the commonest first, and how often each comes."""

    code: str
    words: Sequence[str]
    weights: Sequence[float]  # cumulative

    def draw(self, dice: random.Random, number: int) -> list[str]:
        return dice.choices(self.words, cum_weights=self.weights, k=number)


@cache
def language(code: str) -> Language:
    dice = random.Random(f"{SEED} {code}")
    words: dict[str, None] = {}
    longest = 3 if code == "zh" else 4
    while len(words) < _VOCABULARY:
        words[
            "".join(dice.choices(_SYLLABLES[code], k=dice.randint(1 + (code == "zh"), longest)))
        ] = None
    ordered = sorted(words, key=len)  # as in language, the common ones are short
    weights = accumulate(1 / (rank + _SHIFT) for rank in range(len(ordered)))
    return Language(code, ordered, list(weights))


def articles(number: int, seed: int = SEED) -> Iterator[Article]:
    dice = random.Random(seed)
    spoken = {code: language(code) for code in LANGUAGES}
    codes = dice.choices(list(LANGUAGES), list(LANGUAGES.values()), k=number)
    for place, code in enumerate(codes):
        length = min(4 * MEAN, max(200, int(dice.lognormvariate(0, 0.5) * MEAN * 0.88)))
        yield _article(spoken[code], length, place, dice)


def _article(spoken: Language, length: int, place: int, dice: random.Random) -> Article:
    between = " " if spoken.code in SPACED else ""
    title = between.join(spoken.draw(dice, 9))
    body: list[str] = []
    while sum(map(len, body)) < length:
        body.append(_paragraph(spoken, between, dice))
    url = f"https://site.example/{place}"
    return Article(url=url, title=title, body=tuple(body), language=spoken.code)


def _paragraph(spoken: Language, between: str, dice: random.Random) -> str:
    stops = (". ", ", ") if between else ("。", "，")
    clauses = [
        between.join(spoken.draw(dice, dice.randint(4, 12))).capitalize()
        for _ in range(dice.randint(2, 7))
    ]
    return dice.choice(stops).join(clauses) + stops[0].strip()


def rules(number: int, *, dense: bool) -> dict[str, str]:
    """60 % words and phrases, 25 % boolean, 10 % proximity, 5 % Chinese and Lao.

    ``dense``: of common words, so that a story meets many; else of names and rare words, so that
    a story meets one or two of 10,000 rules.
    """
    dice = random.Random(f"{SEED} rules {dense}")
    spoken = {code: language(code) for code in LANGUAGES}
    return {
        f"r{n}": _query(spoken, dice, commonest=100 if dense else 10_000) for n in range(number)
    }


def _query(spoken: dict[str, Language], dice: random.Random, commonest: int) -> str:
    kind = dice.random()

    def word(code: str = "en") -> str:
        words = spoken[code].words
        return words[int(commonest * (len(words) / commonest) ** dice.random()) - 1]

    if kind < 0.35:
        return word()
    if kind < 0.60:
        return f'"{" ".join(word() for _ in range(dice.randint(2, 3)))}"'
    if kind < 0.70:
        return f"{word()} AND {word()}"
    if kind < 0.80:
        return f"({word()} OR {word()}) AND {word()}"
    if kind < 0.85:
        return f"{word()} AND NOT {word()}"
    if kind < 0.95:
        return f"{word()} NEAR/5 {word()}"
    return word("zh" if kind < 0.975 else "lo")
