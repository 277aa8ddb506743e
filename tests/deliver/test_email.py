"""Mail as a server receives it, and what becomes of each way to refuse it."""

from __future__ import annotations

import asyncio
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme
from pydantic import ValidationError

from monitor.deliver import Told
from monitor.models import Health, Message
from tests.builders import article, match, message
from tests.deliver.tools import (
    PASSWORD,
    collection,
    config_notice,
    email,
    notice,
    refused,
    send,
)
from tests.mailserver import DROP, Mail, MailServer

TOLD = message()


async def received(told: Told = TOLD, **settings: object) -> Mail:
    async with MailServer() as server:
        assert await send(email(server.port, **settings), told) == "taken"
    (mail,) = server.mails
    return mail


async def test_the_envelope_and_the_headers() -> None:
    mail = await received(to=["a@x.example", "b@y.example"])
    assert (mail.sender, mail.to) == ("monitor@embassy.example", ("a@x.example", "b@y.example"))
    told = mail.message
    assert told["Subject"] == f"[China–Laos Railway] {TOLD.article.title}"
    assert told["From"] == "China–Laos monitor <monitor@embassy.example>"
    assert told["To"] == "a@x.example, b@y.example"
    assert told["Date"] == "Fri, 20 Nov 2026 08:00:00 +0000"
    assert told["Message-ID"] == f"<{TOLD.id}@embassy.example>"
    assert told["Auto-Submitted"] == "auto-generated"
    assert told["References"] == f"<story.{TOLD.story}@embassy.example>"
    assert told["In-Reply-To"] is None
    assert told["List-Id"] == "<railway.rules.embassy.example>"
    assert told.get_content_type() == "multipart/alternative"
    assert [one.get_content_type() for one in told.iter_parts()] == ["text/plain", "text/html"]


async def test_a_notice_is_a_mail_of_plain_text() -> None:
    told = notice()
    mail = (await received(told)).message
    assert mail["Subject"] == "Source ill: The Lao Times: failing"
    assert mail["Message-ID"] == f"<{told.id}@embassy.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().startswith("The source The Lao Times is ill: failed 4 times")


# --- lists and threads -------------------------------------------------------------------------


async def test_all_that_is_told_of_a_story_is_one_thread() -> None:
    one = {"thread": "abc", "story": 7}
    first = (await received(message(id="msg_1", rule="railway", **one))).message
    other = (await received(message(id="msg_2", rule="debt", **(one | {"story": 9})))).message
    corrected = message(id="msg_3", correction=True, first_id="msg_1", **one)
    third = (await received(corrected)).message
    root = "<story.abc@embassy.example>"
    assert first["References"] == other["References"] == root
    assert first["In-Reply-To"] is None
    assert third["References"] == f"{root} {first['Message-ID']}"
    assert third["In-Reply-To"] == first["Message-ID"]
    elsewhere = (await received(message(id="msg_4", thread="def"))).message
    assert elsewhere["References"] != root


async def test_ids_stay_ids_however_long() -> None:
    sender = f"monitor@{'sub.' * 10}embassy.example"
    told = message(correction=True, first_id="msg_" + "0" * 32, thread="f" * 32)
    raw = (await received(told, sender=sender)).raw
    domain = sender.partition("@")[2]
    first = f"<msg_{'0' * 32}@{domain}>"
    assert f"In-Reply-To: {first}\r\n".encode() in raw
    assert f"References: <story.{'f' * 32}@{domain}>\r\n {first}\r\n".encode() in raw


@pytest.mark.parametrize(
    ("told", "list_id"),
    [
        (message(), "railway.rules"),
        (collection(), "digest.alerts"),
        (collection(message(), message(), kind="group"), "railway.rules"),
        (notice(), "health"),
        (config_notice(), "health"),
        (message(rule="a" * 64), f"{'a' * 64}.rules"),
        (message(rule="x>\r\nBcc: y"), "x___bcc__y.rules"),
    ],
    ids=["rule", "digest", "group", "source", "configuration", "long", "hostile"],
)
async def test_each_rule_is_a_list(told: Told, list_id: str) -> None:
    mail = await received(told)
    assert mail.message["List-Id"] == f"<{list_id}.embassy.example>"
    assert f"List-Id: <{list_id}.embassy.example>\r\n".encode() in mail.raw, "as filters see it"


# --- hostile words -----------------------------------------------------------------------------

HEADERS = {
    *("Subject", "From", "To", "Date", "Message-ID"),
    *("Auto-Submitted", "MIME-Version", "Content-Type", "List-Id"),
}


HOSTILE = [
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
]


async def harmless(told: Told) -> EmailMessage:
    """The mail for ``told``, which has its own headers alone, and no control characters."""
    received_ = await received(told)
    mail = received_.message
    more = "References" if isinstance(told, Message) else "Content-Transfer-Encoding"
    headers = HEADERS | {more}
    assert set(mail.keys()) == headers
    assert len(mail.keys()) == len(headers)
    assert mail["To"] == "analyst@embassy.example"
    assert len(mail["Subject"]) <= 200
    assert str(mail["Subject"]).isprintable()
    assert max(map(len, received_.raw.splitlines())) <= 998, "RFC 5322 §2.1.1"
    for part in mail.walk():
        if not part.is_multipart():
            assert not set(part.get_content()) & set("\x00\x1b\u202e\u2066")
    return mail


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_no_title_breaks_out_of_its_header(hostile: str) -> None:
    story = article(title=hostile or "x", source=hostile, body=(hostile, "b"))
    told = message(article=story, label=hostile, reason=hostile, match=match("r", "", story))
    mail = await harmless(told)
    assert [one.get_content_type() for one in mail.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("recovered", [False, True])
async def test_no_source_breaks_out_of_its_header(hostile: str, recovered: bool) -> None:
    told = notice(
        name=hostile, source=hostile, url=hostile, detail=hostile, recovered=recovered,
        health=Health.LAYOUT,
    )  # fmt: skip
    assert (await harmless(told)).get_content_type() == "text/plain"


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
