"""The short ways through texts and addresses lead where the long ones do."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin

from hypothesis import given
from hypothesis import strategies as st

from monitor.discover.text import _text_of_tree, collapse, http_url, plain_text

CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
letters = "ab 中ລາວ\xa0\t\n\x00\x7f\x85​.&;#<>'\"=/-"
names = ["p", "B", "a", "br", "div", "td", "em", "img", "h2", "x-y", "script", "custom", "font"]
attributes = ["", " ", " a='>'", ' b="c"', " d=e", " f", ' g="<"', " href=\"x\" h='y'", "/"]
pieces = st.one_of(
    st.text(letters, max_size=8).map(html.escape),
    st.builds("<{}{}>".format, st.sampled_from(names), st.sampled_from(attributes)),
    st.builds("</{}>".format, st.sampled_from(names)),
    st.sampled_from(["&amp;", "&lt;b&gt;", "&#8217;", "&nbsp;", "&am", "p;", "< ", "<!-- c -->"]),
)


@given(st.lists(pieces, max_size=12).map("".join))
def test_the_text_of_html_is_that_of_its_tree(markup: str) -> None:
    if "<" in markup:
        assert plain_text(markup) == _text_of_tree(markup)


@given(st.one_of(st.text(letters, max_size=40), st.text(letters, min_size=200, max_size=260)))
def test_a_line_has_single_blanks_and_no_control_characters(text: str) -> None:
    assert collapse(text) == " ".join(CONTROL.sub("", text).split())


def test_a_text_of_tags_alone_is_not_looked_at_closely() -> None:
    assert plain_text("A" + "<b" * 3_000 + ">B") == "A B"


@given(st.text("htps:/.?#&=a1-~%+;@,[]\\ é\n", max_size=30).map("https://a.example{}".format))
def test_an_ordinary_address_stays_as_it_is(address: str) -> None:
    found = http_url("https://b.example/c", address)
    try:
        joined = urljoin("https://b.example/c", collapse(address).replace(" ", "%20"))
    except ValueError:
        assert found is None
    else:
        assert found in (joined, None)
