"""Tables of data are read row by row, tables of layout cell by cell."""

from __future__ import annotations

import pytest

from tests.parse.pages import BODY, PARAGRAPHS, page, parse

DATA = (("Station", "Trains", "Seats"), ("Boten", "12", "4,800"), ("Vientiane", "14", "5,600"))


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


@pytest.mark.parametrize("data", [DATA, DATA[:2]])
def test_a_row_of_data_is_a_line(data: tuple[tuple[str, ...], ...]) -> None:
    article = parse(page(f"{BODY}{table(*data)}<p>{PARAGRAPHS[0]} Again.</p>"))
    rows = tuple(" ".join(row) for row in data)
    assert article.body == (*PARAGRAPHS, *rows, f"{PARAGRAPHS[0]} Again.")


def test_a_figure_may_hold_a_table() -> None:
    figure = f"<figure class=wp-block-table>{table(*DATA)}<figcaption>Trains</figcaption></figure>"
    rows = tuple(" ".join(row) for row in DATA)
    assert parse(page(f"{BODY}{figure}<p>{PARAGRAPHS[0]} Again.</p>")).body[3:-1] == rows


def test_a_row_is_of_its_table_whatever_it_is_called() -> None:
    data = table(*DATA).replace("<tr>", "<tr class='player-17 ad'>")
    assert len(parse(page(f"{BODY}{data}<p>{PARAGRAPHS[0]} Again.</p>")).body) == 7


def test_columns_of_a_layout_stay_apart() -> None:
    rows = [("Menu", text) for text in PARAGRAPHS]
    assert parse(page(table(*rows))).body == PARAGRAPHS


def test_a_table_of_links_is_no_data() -> None:
    links = [tuple(f'<a href="/{cell}">{cell}</a>' for cell in row) for row in DATA]
    assert parse(page(f"{BODY}{table(*links)}")).body == PARAGRAPHS


def test_times_behind_a_table_keep_their_place() -> None:
    """Rows take the place of their cells, so that later blocks move up."""
    above = f"{table(*DATA)}<p>Published <time datetime='2026-11-03T09:30+07:00'>today</time></p>"
    article = parse(page(above=above))
    assert article.published is not None
    assert article.published.isoformat() == "2026-11-03T09:30:00+07:00"
