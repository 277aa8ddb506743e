"""How a source is, and whether its owners must hear of it. Pure: looks in, a verdict out."""

from monitor.health.condition import Condition, Due, judge
from monitor.health.extraction import Extraction
from monitor.health.signs import Limits, Signs

__all__ = ["Condition", "Due", "Extraction", "Limits", "Signs", "judge"]
