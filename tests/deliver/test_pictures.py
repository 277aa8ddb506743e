"""Mails in a browser: light and dark, on a desk and on a telephone, in three scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.models import Collection, Message
from tests.builders import article, match, message
from tests.deliver.browser import DARK, LIGHT, dom, needs_browser, page, picture
from tests.deliver.digests import collection, stories

PAPER = {LIGHT: (255, 255, 255), DARK: (0x16, 0x18, 0x1C)}
MARK = {LIGHT: (0xFF, 0xE5, 0x8A), DARK: (0x6B, 0x52, 0x00)}
BARS = {(0x4A, 0x80, 0xC4), (0xE0, 0x8A, 0x1E)}

pytestmark = needs_browser


def alert() -> Message:
    """In three scripts, and with an address that has no place to break."""
    story = article(
        url="https://laostimes.example/" + "night-train-" * 12,
        title="First night train 中老铁路 ທາງລົດໄຟລາວ-ຈີນ leaves Vientiane",
        body=(
            "VIENTIANE, Nov. 20 (Xinhua) -- The first night train left.",
            "11月20日晚,中老铁路首趟夜间卧铺列车从万象站开出。",
            "ທາງລົດໄຟລາວ-ຈີນ ຈະເພີ່ມຖ້ຽວພິເສດ ໃນງານບຸນພະທາດຫຼວງ ປະຈຳປີ",
        ),
    )
    return message(article=story, match=match("railway", "train", story))


@pytest.mark.parametrize("told", [alert(), collection(*stories())], ids=["alert", "digest"])
@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("width", [760, 390], ids=["desk", "telephone"])
def test_a_mail_is_seen(
    told: Message | Collection, scheme: int, width: int, tmp_path: Path
) -> None:
    shot = picture(page(told, tmp_path), scheme, width=width, height=700)
    assert shot.colour(2, 2) == PAPER[scheme], "in the dark, no white page"
    assert PAPER[1 - scheme] not in shot.colours or scheme == LIGHT
    assert MARK[scheme] in shot.colours, "the words that met the rule"
    assert (shot.colours >= BARS) is isinstance(told, Collection), "charts are shown"
    right = {shot.colour(width - 3, y) for y in range(len(shot.rows))}
    assert right == {PAPER[scheme]}, "nothing runs out of the page"


@pytest.mark.parametrize("letters", ["老铁", "ກຂ"], ids=["chinese", "lao"])
def test_the_letters_are_drawn(letters: str, tmp_path: Path) -> None:
    """A browser without them draws the same box for each."""
    shots = set()
    for letter in letters:
        path = page(message(article=article(title=letter, body=())), tmp_path)
        shots.add(picture(path, LIGHT, width=300, height=400).path.read_bytes())
    assert len(shots) == 2


def test_the_contents_lead_somewhere(tmp_path: Path) -> None:
    html = dom(page(collection(*stories()), tmp_path))
    for anchor in ("part-1", "part-2", "top"):
        assert f'href="#{anchor}"' in html
        assert f'id="{anchor}" name="{anchor}"' in html
