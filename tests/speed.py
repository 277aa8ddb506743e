"""What a second of the processor is here: bounds are written for an ordinary machine."""

from __future__ import annotations

import time

_TURNS = 200_000
_ORDINARY = 0.012  # seconds for as many turns of a loop, of Python 3.11 on a processor of 3 GHz


def seconds(bound: float) -> float:
    """``bound``, or in proportion more on a machine that is slower than an ordinary one at this
    moment: beside other work, or while coverage is measured."""
    began, total = time.process_time(), 0
    for number in range(_TURNS):
        total += number
    return bound * max(1.0, (time.process_time() - began) / _ORDINARY)
