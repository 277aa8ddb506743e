"""CSS selectors on the lxml tree, in time that a page cannot blow up."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cssselect import HTMLTranslator, SelectorError
from cssselect.xpath import XPathExpr
from lxml import etree

MOST_ELEMENTS, DEEPEST = 20_000, 100  # real pages stay below 5,000 elements, 60 levels

_COUNT = etree.XPath("count(//*)")
_TOO_DEEP = etree.XPath("boolean(/" + "/".join("*" * (DEEPEST + 1)) + ")")


class _RightToLeft(HTMLTranslator):
    """``div.a p`` as "each p that stands in a div.a", as browsers match.

    "Each p below each div.a" makes libxml2 merge a set of nodes for every div, which takes time by
    the square of their number.
    """

    def xpath_descendant_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        return right.add_condition(f"ancestor::{_step(left)}")

    def xpath_child_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        return right.add_condition(f"parent::{_step(left)}")

    def xpath_direct_adjacent_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        return right.add_condition(f"preceding-sibling::*[1][self::{_step(left)}]")

    def xpath_indirect_adjacent_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        return right.add_condition(f"preceding-sibling::{_step(left)}")


def _step(left: XPathExpr) -> str:
    return f"{left.element}[{left.condition}]" if left.condition else left.element


_TRANSLATOR = _RightToLeft()


@lru_cache(maxsize=1024)
def compiled(selector: str) -> etree.XPath:
    """Raises ValueError, with the reason, for what is no CSS selector."""
    try:
        return etree.XPath(_TRANSLATOR.css_to_xpath(selector))
    except (SelectorError, etree.XPathError) as error:
        raise ValueError(f"not a CSS selector: {error}") from error


def select(root: etree._Element, selector: str) -> list[etree._Element]:
    """The elements that ``selector`` names, in the order of the page."""
    found: Any = compiled(selector)(root)
    return list(found)


def is_bounded(root: etree._Element) -> bool:
    """Whether the tree is small and flat enough that no selector takes long on it."""
    elements: Any = _COUNT(root)
    return elements <= MOST_ELEMENTS and not _TOO_DEEP(root)
