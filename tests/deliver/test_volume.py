"""Alerts on how many stories came, on each channel and beside others."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from monitor.deliver.mail import compose
from monitor.deliver.payload import event, payload
from monitor.models import Collection, CountedStory, VolumeKind
from tests.builders import NOW, URL, message, volume_alert
from tests.deliver.test_mail import composed, part
from tests.deliver.tools import email, make, send


def test_a_mail_says_the_figures_and_links_the_stories() -> None:
    mail = composed(volume_alert())
    assert mail["Subject"] == "[Much on the railway] spike: 14 stories in 24 h, 3 expected"
    assert part(mail, "plain") == (
        "spike: 14 stories in 24 h, 3 expected\n"
        "\n"
        "Rule: Much on the railway, spike: 3x over 28d\n"
        "Since: 2026-11-19 08:00 UTC\n"
        "Stories: 14\n"
        "Expected: 3\n"
        "\n"
        "The newest of them:\n"
        "\n"
        "- A second train\n"
        "  KPL, 2026-11-20 08:00 UTC\n"
        "  https://kpl.example/2\n"
        "- First night train leaves Vientiane for Kunming\n"
        "  The Lao Times, 2026-11-20 06:00 UTC\n"
        f"  {URL}\n"
        "and 12 more\n"
        "\n"
        "You hear of it again once it has ceased, and begun anew.\n"
        "\n"
        "-- \n"
        f"China-Laos monitor, alert {volume_alert().id}\n"
    )
    assert f'<a href="{URL}">First night train leaves Vientiane for Kunming</a>' in part(
        mail, "html"
    )


def test_a_mail_of_a_silence_lists_what_came_before_it() -> None:
    told = volume_alert(kind=VolumeKind.SILENCE, number=0, more=0, expected=None)
    text = part(composed(told), "plain")
    assert "\nStories: 0\n\nThe last before it:\n" in text
    assert "more" not in text
    assert "The last before it:" not in part(composed(volume_alert(stories=())), "plain")


def test_a_mail_is_the_same_at_every_attempt() -> None:
    channel = email()
    one, two = (compose(volume_alert(), channel.sender, channel.to).as_bytes() for _ in range(2))
    assert one == two


def test_no_story_breaks_out_of_a_mail() -> None:
    story = CountedStory(1, "<script>x</script>\r\nBcc: a@x", "javascript:alert(1)", "<b>", NOW)
    mail = composed(volume_alert(stories=(story,), label="a\r\nBcc: b@x.example"))
    html = part(mail, "html")
    assert mail["Bcc"] is None
    assert "<script>" not in html
    assert 'href="javascript' not in html
    assert "javascript:alert(1)" in html


async def test_lines_on_the_console() -> None:
    out = io.StringIO()
    await send(make("console"), volume_alert(), console=out)
    assert out.getvalue().splitlines() == [
        "ALERT [Much on the railway] spike: 14 stories in 24 h, 3 expected",
        "  spike: 3x over 28d; since 2026-11-19 08:00 UTC",
        "  A second train, KPL, https://kpl.example/2",
        f"  First night train leaves Vientiane for Kunming, The Lao Times, {URL}",
        "  and 12 more",
    ]


def test_the_type_of_a_webhook_is_that_of_the_condition() -> None:
    kinds = [event(volume_alert(kind=kind)) for kind in VolumeKind]
    assert kinds == ["alert.spike", "alert.silence", "alert.count"]


async def test_a_line_of_a_file(tmp_path: Path) -> None:
    await send(make("file", path="alerts.jsonl"), volume_alert(), directory=tmp_path)
    line: dict[str, Any] = json.loads((tmp_path / "alerts.jsonl").read_text("utf-8"))
    assert line == {
        "type": "alert.spike",
        "id": volume_alert().id,
        "kind": "spike",
        "rule": {"id": "railway-spike", "name": "Much on the railway"},
        "condition": "3x over 28d",
        "reason": "spike: 14 stories in 24 h, 3 expected",
        "severity": "normal",
        "created_at": "2026-11-20T08:00:00+00:00",
        "number": 14,
        "expected": 3.04,
        "since": "2026-11-19T08:00:00+00:00",
        "stories": [
            {
                "id": 8,
                "title": "A second train",
                "url": "https://kpl.example/2",
                "source": "KPL",
                "seen_at": "2026-11-20T08:00:00+00:00",
            },
            {
                "id": 7,
                "title": "First night train leaves Vientiane for Kunming",
                "url": URL,
                "source": "The Lao Times",
                "seen_at": "2026-11-20T06:00:00+00:00",
            },
        ],
        "more": 12,
    }


async def test_it_stands_in_a_digest_beside_other_alerts() -> None:
    told = Collection(volume_alert().id, "digest", (message(),), NOW, NOW, (volume_alert(),))
    assert payload(told)["volumes"] == [payload(volume_alert())]
    assert len(payload(told)["alerts"]) == 1
    mail = composed(told)
    assert mail["Subject"].endswith(": 2 alerts")
    for kind in ("plain", "html"):
        for said in (
            "spike: 14 stories",
            "https://kpl.example/2",
            "and 12 more",
            "laostimes.example",
        ):
            assert said in part(mail, kind)
    out = io.StringIO()
    await send(make("console"), told, console=out)
    assert out.getvalue().startswith("DIGEST of 2 alerts\n  ALERT [Much on the railway] spike")
