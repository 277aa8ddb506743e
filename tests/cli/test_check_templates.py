"""`monitor check` tries templates before anybody gets a mail of them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Monitor, World
from tests.cli.own import take


def test_a_wrong_template_is_told_by_file_and_line(
    filled: Monitor, world: World, tmp_path: Path
) -> None:
    folder = take(filled, world, tmp_path).parent / "templates"
    folder.mkdir()
    (folder / "alert.txt.j2").write_text("{{ article.title }}\n{{ artcle.title }}\n", "utf-8")
    (folder / "digest.html.j2").write_text("{% for %}", "utf-8")
    checked = filled("check")
    assert checked.status != 0
    assert f"{folder}/alert.txt.j2:2: 'artcle' is undefined" in checked.err
    (first, second) = filled("check", "--json").json
    assert (first["kind"], first["line"]) == ("mistake", 2)
    assert second["file"] == f"{folder}/digest.html.j2"
    for path in folder.iterdir():
        path.unlink()
    assert filled("check").status == 0
