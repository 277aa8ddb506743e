"""Numbers that keep things in order, with room for others between any two."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence


def filled(numbers: Sequence[float | None]) -> list[float] | None:
    """``numbers``, which ascend, with some for those that are missing; None without room."""
    found: list[float] = []
    missing = 0
    for number in (*numbers, math.inf):
        if number is None:
            missing += 1
            continue
        if missing:
            found += _between(found[-1] if found else -math.inf, number, missing)
            missing = 0
        found.append(number)
    found.pop()
    return found if all(map(operator.lt, found, found[1:])) else None


def _between(left: float, right: float, many: int) -> list[float]:
    if left == -math.inf:
        left = -1.0 if right == math.inf else right - many - 1
    if right == math.inf:
        right = left + many + 1
    step = (right - left) / (many + 1)
    return [left + step * each for each in range(1, many + 1)]
