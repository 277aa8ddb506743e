"""How long a source's stories usually come out, and when they suddenly do not. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

from annotated_types import Ge
from pydantic import AllowInfNan, TypeAdapter, ValidationError

KNOWN = 9.0  # counted pages, before which nothing is usual: ten, the first of them faded
THIN = 0.2  # of the usual length: what is shorter is thin
FALLEN = 0.5  # of the usual quality: what is below counts as thin, however long
FEWEST = 3  # thin pages in a row, at least, that say something
UNLIKELY = 1e-3  # how rare such a row must be, given how many pages are thin anyway

# What the last page counts for beside those before it. A thin one counts little, so that a broken
# parser does not become usual, but some, so that a source which turned to short news does.
_STEP, _THIN_STEP = 0.1, 0.02
_KEPT = 0.98  # of the counts, at every page

_Number = Annotated[float, Ge(0), AllowInfNan(False)]


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a source's pages gave, the latest most."""

    usual: _Number = 0.0  # characters of a body
    quality: _Number = 0.0  # of an Article
    whole: _Number = 0.0  # pages that were not thin
    short: _Number = 0.0  # pages that were, before the present row
    thin: int = 0  # pages in a row, up to the last
    walled: int = 0  # pages in a row that asked for a human
    wall: str = ""  # who did

    def read(self, length: int, quality: float = 1.0) -> Extraction:
        """After one more page whose body came out ``length`` characters long; 0: unreadable."""
        quality = quality if length else 0.0
        fallen = length < THIN * self.usual or quality < FALLEN * self.quality
        if self.whole and fallen:
            return replace(
                self,
                usual=_moved(self.usual, length, _THIN_STEP),
                quality=_moved(self.quality, quality, _THIN_STEP),
                thin=self.thin + 1,
                walled=0,
            )
        step = max(1 / (self.whole + 1), _STEP)
        return replace(
            self,
            usual=_moved(self.usual, length, step),
            quality=_moved(self.quality, quality, step),
            whole=self.whole * _KEPT + 1,
            short=(self.short + self.thin) * _KEPT,
            thin=0,
            walled=0,
        )

    def challenged(self, who: str) -> Extraction:
        """After one more page that asked for a human."""
        return replace(self, walled=self.walled + 1, wall=who)

    @property
    def suspicious(self) -> bool:
        """Whether so many thin pages in a row can hardly be chance."""
        if self.whole + self.short < KNOWN or self.thin < FEWEST:
            return False
        share = (self.short + 0.5) / (self.whole + self.short + 1)
        return bool(share**self.thin < UNLIKELY)

    def to_json(self) -> dict[str, Any]:
        """Plain values, for a column of the database."""
        kept: dict[str, Any] = _adapter.dump_python(self, mode="json")
        return kept

    @staticmethod
    def from_json(kept: object) -> Extraction:
        """What ``to_json`` gave; nothing known where that is missing or damaged."""
        try:
            return _adapter.validate_python(kept)
        except ValidationError:
            return NO_PAGES


def _moved(usual: float, last: float, step: float) -> float:
    return usual + (last - usual) * step


_adapter = TypeAdapter(Extraction)
NO_PAGES = Extraction()
