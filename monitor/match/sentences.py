"""Where sentences end in a printed paragraph, in the scripts of the region.

Lao and Thai print a point rarely: there a sentence may be the whole paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# A sign that ends a sentence, with the quotes and parentheses that close behind it. In Chinese,
# the next sentence follows without a space.
_END = re.compile(r"[。！？｡](?:[”’」』）)\"']*)|(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s+\S)")
# Before a point these end no sentence: initials, titles, months, and what is written before a
# number or a name.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“‘])(?:[A-Z]|[A-Za-z](?:\.[A-Za-z])+|Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Maj|Capt|Sgt|Gov"
    r"|Sen|Rep|Rev|Hon|St|Mt|Jr|Sr|No|Nos|Art|Sec|vs|etc|approx|Co|Ltd|Inc|Corp|Bros|Dept|Univ"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|ດຣ|ພ\.ສ|ປທ|ສ\.ປ)\.$"
)
_LONGEST = 24  # characters before a point in which an abbreviation is looked for
_LOWER = re.compile(r"\s+[a-zà-öø-ÿ]")


def sentences(paragraph: str) -> Iterator[str]:
    """The sentences, in their order; joined, they are the paragraph."""
    start = 0
    for found in _END.finditer(paragraph):
        end = found.end()
        if paragraph[found.start()] in ".…" and _goes_on(paragraph, found.start() + 1, end):
            continue
        yield paragraph[start:end]
        start = end
    yield paragraph[start:]


def _goes_on(paragraph: str, point: int, end: int) -> bool:
    before = paragraph[max(0, point - _LONGEST) : point]
    return bool(_LOWER.match(paragraph, end) or _ABBREVIATION.search(before))
