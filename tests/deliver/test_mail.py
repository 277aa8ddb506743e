"""What is told, as mail: what it says, and what no stranger can make it say."""

from __future__ import annotations

from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from monitor.deliver import Told
from monitor.deliver.mail import compose
from monitor.deliver.render import Look
from monitor.models import Dateline, Health, Match, Span
from tests.builders import article, match, message
from tests.deliver.tools import config_notice, email, notice

STORY = article(
    title="First night train leaves <Vientiane> & Kunming",
    updated=date(2026, 11, 20),
    published="2026-11-20T14:30:00+07:00",
    body=("The night train left.", "ລົດໄຟ 夜车 train & more."),
)
TOLD = message(article=STORY, match=match("railway", "train", STORY))


def composed(told: Told = TOLD, **settings: Any) -> EmailMessage:
    """The mail as it is read."""
    channel = email(**settings)
    raw = compose(told, channel.sender, channel.to, Look(digest=channel.digest)).as_bytes()
    return message_from_bytes(raw, policy=policy.default)


def part(mail: EmailMessage, subtype: str) -> str:
    found = mail.get_body((subtype,))
    assert found is not None
    text = found.get_content()
    assert isinstance(text, str)
    return text.replace("\r\n", "\n")


def test_a_doubtful_story_is_flagged() -> None:
    doubts = ("very short: 41 characters", "the page shows no <date>")
    story = STORY.model_copy(update={"quality": 0.35, "doubts": doubts})
    mail = composed(message(article=story, match=match("railway", "train", story)))
    assert "\nDoubtful: very short: 41 characters; the page shows no <date>\n" in part(
        mail, "plain"
    )
    assert "<br>Doubtful: very short: 41 characters; the page shows no &lt;date&gt;" in part(
        mail, "html"
    )
    assert "Doubtful" not in part(composed(), "plain") + part(composed(), "html")


# --- alerts ------------------------------------------------------------------------------------


def test_the_text_says_what_where_from_and_why() -> None:
    assert (
        part(composed(), "plain")
        == f"""\
First night **train** leaves <Vientiane> & Kunming

Source: Xinhua
Seen at: The Lao Times
Published: 2026-11-20 14:30:00+07:00
Updated: 2026-11-20
Dateline: VIENTIANE, 2026-11-20, Xinhua
Link: {STORY.url}

Why: rule "China–Laos Railway", new story;
matched train.

The night **train** left.

ລົດໄຟ 夜车 **train** & more.

--\x20
China-Laos monitor, alert {TOLD.id}
"""
    )


def test_the_html_marks_the_words_and_escapes_the_rest() -> None:
    html = part(composed(), "html")
    mark = '<mark style="background-color:#ffe58a;color:#222222">train</mark>'
    assert f"First night {mark} leaves &lt;Vientiane&gt; &amp; Kunming</a></h1>" in html
    assert f"The night {mark} left." in html
    assert f"ລົດໄຟ 夜车 {mark} &amp; more." in html
    assert f'<a href="{STORY.url}">{STORY.url}</a>' in html
    for said in (
        "Source: Xinhua",
        "Seen at: The Lao Times",
        "Published: 2026-11-20 14:30:00+07:00",
        "Updated: 2026-11-20",
        "Dateline: VIENTIANE, 2026-11-20, Xinhua",
        "Rule <b>China–Laos Railway</b> &middot; new story",
        '<html lang="en">',
        TOLD.id,
    ):
        assert said in html


def test_what_a_story_does_not_say_leaves_no_empty_line() -> None:
    bare = article(source=None, updated=None, published=None, dateline=None)
    mail = composed(message(article=bare, match=match(story=bare)))
    for kind in ("plain", "html"):
        text = part(mail, kind)
        assert not any(
            f"{name}:" in text for name in ("Source", "Published", "Updated", "Dateline")
        )


def test_a_dateline_shows_what_it_has() -> None:
    story = article(dateline=Dateline(place="ວຽງຈັນ"))
    assert "Dateline: ວຽງຈັນ\n" in part(composed(message(article=story)), "plain")


def test_every_attempt_sends_the_same_bytes() -> None:
    first, second = (composed().as_bytes() for _ in range(2))
    assert first == second


def test_a_correction_answers_the_first_mail() -> None:
    told = message(correction=True, first_id="msg_first", reason="corrected: title changed")
    mail = composed(told)
    assert mail["Subject"] == f"[China–Laos Railway] Corrected: {told.article.title}"
    assert mail["In-Reply-To"] == "<msg_first@embassy.example>"
    assert mail["References"] == "<story.7@embassy.example> <msg_first@embassy.example>"
    assert mail["Message-ID"] == f"<{told.id}@embassy.example>"


def test_a_title_that_says_it_is_corrected_is_not_told_twice() -> None:
    told = message(correction=True, article=article(title="CORRECTED: Train late"))
    assert composed(told)["Subject"] == "[China–Laos Railway] CORRECTED: Train late"


def test_a_domain_of_its_own_script_is_written_in_punycode() -> None:
    raw = composed(sender="monitor@例子.example", to=["ana@ລາວ.example"]).as_bytes()
    assert b"<monitor@xn--fsqu00a.example>" in raw
    assert b"ana@xn--q7ce6a.example" in raw


# --- notices -----------------------------------------------------------------------------------


def test_a_notice_says_what_was_seen_and_what_to_do() -> None:
    told = notice()
    mail = composed(told)
    assert mail["Subject"] == "Source ill: The Lao Times: failing"
    assert (
        part(mail, "plain")
        == f"""\
The source The Lao Times is ill: {told.detail}

Source: laostimes
Address: https://laostimes.example/feed
State: failing since 2026-11-20 02:00:00+00:00

Until it recovers, its stories may not reach you. The next word on it comes when it has recovered.

--\x20
China-Laos monitor, notice {told.id}
"""
    )


def test_a_recovery_says_from_what() -> None:
    told = notice(recovered=True, health=Health.QUIET, detail="publishes again")
    mail = composed(told)
    assert mail["Subject"] == "Source recovered: The Lao Times: was quiet"
    text = part(mail, "plain")
    assert text.startswith("The source The Lao Times has recovered: publishes again\n")
    assert "Was: quiet since 2026-11-20 02:00:00+00:00\n" in text
    assert "next word" not in text


def test_every_attempt_of_a_notice_sends_the_same_bytes() -> None:
    assert composed(notice()).as_bytes() == composed(notice()).as_bytes()


def test_a_source_named_in_lao_or_chinese() -> None:
    mail = composed(notice(name="ຂປລ 老挝通讯社"))
    assert mail["Subject"] == "Source ill: ຂປລ 老挝通讯社: failing"
    assert "The source ຂປລ 老挝通讯社 is ill" in part(mail, "plain")


# --- hostile stories ---------------------------------------------------------------------------


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_html_from_a_story_is_text(hostile: str) -> None:
    story = article(
        title=hostile, source=hostile, body=(hostile,), language=hostile, url="https://x.example/\"'>",
        dateline=Dateline(place=hostile),
    )  # fmt: skip
    told = message(article=story, label=hostile, reason=hostile, match=match("r", hostile, story))
    html = part(composed(told), "html")
    assert "<script" not in html
    assert "<img" not in html
    assert 'lang="&' in html


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x"])
def test_only_web_addresses_become_links(url: str) -> None:
    html = part(composed(message(article=article(url=url))), "html")
    assert "href" not in html
    assert url in html


def test_a_mail_says_which_concept_and_what_stands_beside_the_text() -> None:
    """What is found beside the text leaves the marks in the text where they are."""
    spans = (
        Span("title", 0, 0, 4, "@china-laos-railway", "中老铁路", "china-laos-railway"),
        Span("dateline", 0, 0, 9, "Vientiane", "VIENTIANE"),
        Span("author", 1, 0, 3, "Lao", "Lao"),
    )
    told = message(
        article=article(title="中老铁路 opens", authors=("A", "Lao Li")),
        match=Match("railway", spans),
    )
    text, html = (part(composed(told), kind) for kind in ("plain", "html"))
    assert "matched @china-laos-railway: 中老铁路; dateline: VIENTIANE; author: Lao." in text
    assert text.count("**") == 2
    assert "**中老铁路** opens" in text
    assert ">@china-laos-railway: 中老铁路</mark>" in html
    assert ">dateline: VIENTIANE</mark>" in html


def test_a_mail_on_a_wrong_configuration_names_every_problem() -> None:
    told = config_notice()
    mail = composed(told)
    assert mail["Subject"] == "Configuration wrong: config"
    text = part(mail, "plain")
    assert "\nconfig/rules.yaml:7: rules.railway.query: a parenthesis is not closed\n" in text
    assert "\nconfig/concepts/own.yaml:3: concepts.rail.kind: 'ghost', allowed: person\n" in text
    assert "What was in force before stays in force." in text
    right = composed(config_notice(right=True))
    assert right["Subject"] == "Configuration right again: config"
    assert part(right, "plain").startswith("The configuration is right again, and in force.\n")


def test_no_problem_writes_a_line_of_its_own() -> None:
    text = part(composed(config_notice(problems=("a\r\nFolder: elsewhere\x1b[2J",))), "plain")
    assert "\nFolder: config\n" in text
    assert "\nFolder: elsewhere" not in text
