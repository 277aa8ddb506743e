"""Mail as a server receives it, and what becomes of each way to refuse it."""

from __future__ import annotations

import asyncio
import ssl
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import trustme
from pydantic import ValidationError

from monitor.deliver.email import compose
from monitor.models import Dateline
from tests.builders import article, match, message
from tests.deliver.tools import PASSWORD, email, refused, send
from tests.mailserver import DROP, Mail, MailServer

STORY = article(
    title="First night train leaves <Vientiane> & Kunming",
    updated=date(2026, 11, 20),
    published="2026-11-20T14:30:00+07:00",
    body=("The night train left.", "ລົດໄຟ 夜车 train & more."),
)
TOLD = message(article=STORY, match=match("railway", "train", STORY))


async def received(**changes: object) -> Mail:
    async with MailServer() as server:
        assert await send(email(server.port, **changes), TOLD) == "taken"
    (mail,) = server.mails
    return mail


def part(mail: Mail, subtype: str) -> str:
    found = mail.message.get_body((subtype,))
    assert found is not None
    text = found.get_content()
    assert isinstance(text, str)
    return text.replace("\r\n", "\n")


async def test_the_envelope_and_the_headers() -> None:
    mail = await received(to=["a@x.example", "b@y.example"])
    assert (mail.sender, mail.to) == ("monitor@embassy.example", ("a@x.example", "b@y.example"))
    told = mail.message
    assert told["Subject"] == f"[China–Laos Railway] {STORY.title}"
    assert told["From"] == "China–Laos monitor <monitor@embassy.example>"
    assert told["To"] == "a@x.example, b@y.example"
    assert told["Date"] == "Fri, 20 Nov 2026 08:00:00 +0000"
    assert told["Message-ID"] == f"<{TOLD.id}@embassy.example>"
    assert told["Auto-Submitted"] == "auto-generated"
    assert told["In-Reply-To"] is told["References"] is None
    assert told.get_content_type() == "multipart/alternative"
    assert [one.get_content_type() for one in told.iter_parts()] == ["text/plain", "text/html"]


async def test_the_text_says_what_where_from_and_why() -> None:
    assert (
        part(await received(), "plain")
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


async def test_the_html_marks_the_words_and_escapes_the_rest() -> None:
    html = part(await received(), "html")
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
    mail = compose(email(), message(article=bare, match=match(story=bare)))
    for kind in ("plain", "html"):
        found = mail.get_body((kind,))
        assert found is not None
        text = found.get_content()
        assert not any(
            f"{name}:" in text for name in ("Source", "Published", "Updated", "Dateline")
        )


def test_a_dateline_shows_what_it_has() -> None:
    story = article(dateline=Dateline(place="ວຽງຈັນ"))
    found = compose(email(), message(article=story)).get_body(("plain",))
    assert found is not None
    assert "Dateline: ວຽງຈັນ\n" in found.get_content()


def test_every_attempt_sends_the_same_bytes() -> None:
    first, second = (compose(email(), TOLD).as_bytes() for _ in range(2))
    assert first == second


def test_a_correction_answers_the_first_mail() -> None:
    told = message(correction=True, first_id="msg_first", reason="corrected: title changed")
    mail = compose(email(), told)
    assert mail["Subject"] == f"[China–Laos Railway] Corrected: {told.article.title}"
    assert mail["In-Reply-To"] == mail["References"] == "<msg_first@embassy.example>"
    assert mail["Message-ID"] == f"<{told.id}@embassy.example>"


def test_a_title_that_says_it_is_corrected_is_not_told_twice() -> None:
    told = message(correction=True, article=article(title="CORRECTED: Train late"))
    assert compose(email(), told)["Subject"] == "[China–Laos Railway] CORRECTED: Train late"


def test_a_domain_of_its_own_script_is_written_in_punycode() -> None:
    mail = compose(email(sender="monitor@例子.example", to=["ana@ລາວ.example"]), TOLD)
    raw = mail.as_bytes()
    assert b"<monitor@xn--fsqu00a.example>" in raw
    assert b"ana@xn--q7ce6a.example" in raw


# --- hostile stories ---------------------------------------------------------------------------

HEADERS = {
    *("Subject", "From", "To", "Date", "Message-ID"),
    *("Auto-Submitted", "MIME-Version", "Content-Type"),
}


@pytest.mark.parametrize(
    "hostile",
    [
        "=?utf-8?q?x=0AReply-To:_evil=40x.example=0A=0APhish?=",
        "=?utf-8?b?eA0KQmNjOiBldmlsQHguZXhhbXBsZQ==?=",
        "x\r\nBcc: evil@x.example\r\n\r\nPhish",
        "x\nBcc: evil@x.example",
        "nul \x00 escape \x1b[2J bell \x07",
        "\u202etxet desrever\u202c \u2066isolate\u2069",
        "long " * 2_000,
        "\U0001f684" * 300,
        "half \ud83d of an emoji",
        "ລົດໄຟ 中老铁路 " * 30,
        "",
    ],
)
async def test_no_title_breaks_out_of_its_header(hostile: str) -> None:
    story = article(title=hostile or "x", source=hostile, body=(hostile, "b"))
    told = message(article=story, label=hostile, reason=hostile, match=match("r", "", story))
    async with MailServer() as server:
        await send(email(server.port), told)
    mail = server.mails[0].message
    assert set(mail.keys()) == HEADERS
    assert len(mail.keys()) == len(HEADERS)
    assert mail["To"] == "analyst@embassy.example"
    assert len(mail["Subject"]) <= 200
    assert str(mail["Subject"]).isprintable()
    assert [one.get_content_type() for one in mail.iter_parts()] == ["text/plain", "text/html"]
    assert max(map(len, server.mails[0].raw.splitlines())) <= 998, "RFC 5322 §2.1.1"
    body = part(server.mails[0], "plain") + part(server.mails[0], "html")
    assert not set(body) & set("\x00\x1b\u202e\u2066")


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_html_from_a_story_is_text(hostile: str) -> None:
    story = article(
        title=hostile, source=hostile, body=(hostile,), language=hostile, url="https://x.example/\"'>",
        dateline=Dateline(place=hostile),
    )  # fmt: skip
    told = message(article=story, label=hostile, reason=hostile, match=match("r", hostile, story))
    found = compose(email(), told).get_body(("html",))
    assert found is not None
    html = found.get_content()
    assert "<script" not in html
    assert "<img" not in html
    assert 'lang="&' in html


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x"])
def test_only_web_addresses_become_links(url: str) -> None:
    found = compose(email(), message(article=article(url=url))).get_body(("html",))
    assert found is not None
    html = found.get_content()
    assert "href" not in html
    assert url in html


# --- servers that refuse -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("server", "said", "retryable"),
    [
        ({"DATA": "451 greylisted"}, "451 greylisted", True),
        ({"DATA": "554 spam"}, "554 spam", False),
        ({"DATA": DROP}, "SMTP", True),
        ({"MAIL": "421 busy"}, "421 busy", True),
        ({"MAIL": "550 who are you"}, "550 who are you", False),
        ({"RCPT": {"a@x.example": "550 nobody", "b@x.example": "550 gone"}}, "550 gone", False),
        ({"RCPT": {"a@x.example": "450 full", "b@x.example": "550 gone"}}, "450 full", True),
        ({"RCPT": {"a@x.example": "450 full", "b@x.example": "452 full"}}, "452 full", True),
    ],
)
async def test_a_refusal(server: dict[str, Any], said: str, retryable: bool) -> None:
    async with MailServer(**server) as refusing:
        error = await refused(email(refusing.port, to=["a@x.example", "b@x.example"]))
    assert said in str(error)
    assert error.retryable is retryable
    assert str(error).startswith(f"SMTP 127.0.0.1:{refusing.port}: ")


async def test_recipients_that_can_be_tried_later_make_it_fail() -> None:
    to = ["a@x.example", "b@x.example"]
    async with MailServer(RCPT={"b@x.example": "450 mailbox full"}) as server:
        error = await refused(email(server.port, to=to))
    assert error.retryable
    assert str(error) == "not taken for b@x.example: 450 mailbox full"
    assert [mail.to for mail in server.mails] == [("a@x.example",)]


async def test_recipients_that_are_no_more_are_told_of_and_left_out() -> None:
    to = ["a@x.example", "b@x.example"]
    async with MailServer(RCPT={"b@x.example": "550 no such user"}) as server:
        answer = await send(email(server.port, to=to))
    assert answer == "taken, but not for b@x.example: 550 no such user"
    assert [mail.to for mail in server.mails] == [("a@x.example",)]


async def test_no_server() -> None:
    error = await refused(email(1))
    assert error.retryable
    assert "127.0.0.1:1" in str(error)


async def test_a_server_that_says_nothing() -> None:
    async with MailServer(hold=asyncio.Event()) as server:
        error = await refused(email(server.port, timeout=0.2))
    assert error.retryable
    assert "Timed out" in str(error)


# --- TLS and passwords -------------------------------------------------------------------------


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """A certificate authority that this process trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority


def identity(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


async def test_the_password_goes_over_starttls(authority: trustme.CA) -> None:
    login = {"security": "starttls", "username": "monitor", "password": PASSWORD}
    async with MailServer(tls=identity(authority), password=PASSWORD) as server:
        channel = email(server.port, **login)
        assert await send(channel) == "taken"
    assert (server.logins, server.encrypted, len(server.mails)) == (["monitor"], [True], 1)
    assert PASSWORD not in repr(channel)
    assert PASSWORD not in channel.model_dump_json()


async def test_a_wrong_password_can_be_mended(authority: trustme.CA) -> None:
    login = {"security": "starttls", "username": "monitor", "password": PASSWORD}
    async with MailServer(tls=identity(authority), password="other") as server:
        error = await refused(email(server.port, **login))
    assert error.retryable
    assert "535" in str(error)
    assert server.mails == []


async def test_a_certificate_that_nobody_vouches_for(authority: trustme.CA) -> None:
    async with MailServer(tls=identity(trustme.CA())) as server:
        error = await refused(email(server.port, security="starttls"))
    assert "certificate" in str(error).lower()
    assert server.mails == []


async def test_no_starttls_no_mail() -> None:
    async with MailServer() as server:
        error = await refused(email(server.port, security="starttls"))
    assert "STARTTLS" in str(error)
    assert server.mails == []


# --- settings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"sender": "nobody"},
        {"sender": "a@b@c.example"},
        {"to": ["a@x.example\nBcc: b@x.example"]},
        {"to": ["分析@x.example"]},
        {"to": []},
        {"port": 0},
        {"security": "ssl"},
        {"host": ""},
    ],
)
def test_wrong_settings(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        email(**wrong)


async def test_a_server_that_hangs_with_the_mail_is_left_at_once() -> None:
    taken = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            if line == b".\r\n":
                taken.set()  # and never a word again
            elif line.upper().startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
            elif line.upper().startswith((b"EHLO", b"MAIL", b"RCPT")):
                writer.write(b"250 fine\r\n")
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        sending = asyncio.create_task(send(email(port, timeout=60.0), TOLD))
        await taken.wait()
        sending.cancel()
        done, _ = await asyncio.wait([sending], timeout=5)
    assert done == {sending}, "no goodbye is waited for"
