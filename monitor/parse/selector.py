"""CSS selectors on the lxml tree, in time that a page cannot blow up."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cssselect import HTMLTranslator, SelectorError
from cssselect.xpath import XPathExpr
from lxml import etree

# So many elements, so many of them one within another: a selector may have to look from each at
# all around it. Of 1,465 pages of the press, none had more than 10,106 elements, or 56 levels.
BOUNDS = ((3_000, 100), (10_000, 30), (20_000, 15))

_COUNT = etree.XPath("count(//*)")
_DEEPER = {depth: etree.XPath(f"boolean({'/*' * (depth + 1)})") for _, depth in BOUNDS}


class _RightToLeft(HTMLTranslator):
    """``div.a p`` as "each p that stands in a div.a", as browsers match.

    "Each p below each div.a" makes libxml2 merge a set of nodes for every div, which takes time by
    the square of their number. It stops at the first of many only where ``[1]`` says so.
    """

    def xpath_descendant_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        return _where(right, f"ancestor::{_step(left)}[1]")

    def xpath_child_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        return _where(right, f"parent::{_step(left)}")

    def xpath_direct_adjacent_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        return _where(right, f"preceding-sibling::*[1][self::{_step(left)}]")

    def xpath_indirect_adjacent_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        return _where(right, f"preceding-sibling::{_step(left)}[1]")

    def xpath_first_child_pseudo(self, xpath: XPathExpr) -> XPathExpr:
        return xpath.add_condition("not(preceding-sibling::*[1])")

    def xpath_last_child_pseudo(self, xpath: XPathExpr) -> XPathExpr:
        return xpath.add_condition("not(following-sibling::*[1])")


def _where(right: XPathExpr, stands: str) -> XPathExpr:
    """``right``, if it ``stands`` there: asked first, since :nth-child counts all siblings."""
    right.condition = f"{stands} and ({right.condition})" if right.condition else stands
    return right


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
    return any(elements <= most and not _DEEPER[depth](root) for most, depth in BOUNDS)
