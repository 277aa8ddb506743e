"""Where sentences end, in the scripts of the region."""

from __future__ import annotations

import time

import pytest

from monitor.match.sentences import sentences

pytestmark = pytest.mark.at_full_speed


@pytest.mark.parametrize(
    "parts",
    [
        ["It rained.", " Laos won."],
        ["“It rained.”", " He left."],
        ["It rained…", " He left!", " Why?"],
        ["He said he left… and came"],
        ["It cost 3.5 percent, or 1.2 million."],
        ["Dr. Xay met Mr. Li of the U.S. Embassy on Nov. 3."],
        ["J. Xay spoke.", " He left."],
        ["It was No. 5 in Laos.", " He won."],
        ["the U.S. said so."],
        ["中老铁路通车。", "万象举行仪式！", "为什么？"],
        ["“通车。”", "他说。"],
        ["ດຣ. ຄຳ ກ່າວ"],
        ["See example.com.", " Now go."],
    ],
    ids=lambda parts: parts[0][:12],
)
def test_sentences(parts: list[str]) -> None:
    assert [part for part in sentences("".join(parts)) if part] == parts


@pytest.mark.parametrize("text", [".", "?!", ". ", '."', "…", "A. ", "。”", ". \n"])
def test_time_is_linear(text: str) -> None:
    started = time.process_time()
    for _ in sentences(text * (1_000_000 // len(text))):
        pass
    assert time.process_time() - started < 5
