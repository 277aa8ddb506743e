"""The service takes up templates as they are written, and keeps the last good ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import ConfigError
from monitor.work.service import Service
from tests.mailserver import MailServer
from tests.newsroom import Site
from tests.waiting import until
from tests.work.house import House, running

NAME = "alert.subject.j2"


def write(house: House, source: str, name: str = NAME) -> None:
    """At once, as editors do."""
    folder = house.directory / "templates"
    folder.mkdir(exist_ok=True)
    new = folder / "new"
    new.write_text(source, "utf-8")
    new.rename(folder / name)


def in_force(service: Service, source: str) -> bool:
    own = service.app.outbox.templates.own
    return own.get(service.app.config.directory / "templates" / NAME) == source


async def test_a_wrong_template_leaves_the_old_one_in_force(
    house: House, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    async with MailServer() as server:
        house.mail(server.port)
        house.tell_owners()
        house.rules["railway"]["channels"] = ["mail"]
        async with running(house) as (service, reports):
            await until(lambda: reports)
            write(house, "ONE {{ article.title }}")
            await until(lambda: in_force(service, "ONE {{ article.title }}"))
            write(house, "\nTWO {{ article.title }")
            await until(lambda: service.app.refused)
            assert "templates/alert.subject.j2:2: unexpected '}'" in str(service.app.refused)
            assert in_force(service, "ONE {{ article.title }}")
            await until(lambda: house.owners_heard())
            site.publish("a", "A train leaves")
            await until(lambda: server.mails)
            write(house, "THREE {{ article.title }}")
            await until(lambda: in_force(service, "THREE {{ article.title }}"))
            site.publish("b", "A train arrives")
            await until(lambda: len(server.mails) == 2)
            assert service.app.refused is None
            await until(lambda: len(house.owners_heard()) == 2)
    assert [mail.message["Subject"] for mail in server.mails] == [
        "ONE A train leaves",
        "THREE A train arrives",
    ]
    wrong, right = house.owners_heard()
    assert (wrong["type"], right["type"]) == ("config.wrong", "config.right")
    assert "alert.subject.j2" in wrong["problems"][0]


async def test_a_template_that_fails_for_a_story_keeps_it_from_nobody(
    house: House, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    async with MailServer() as server:
        house.mail(server.port)
        house.rules["railway"]["channels"] = ["mail"]
        house.write()
        write(house, "OWN {% if 'odd' in article.title %}{{ nothing }}{% endif %}")
        async with running(house) as (_, reports):
            await until(lambda: reports)
            site.publish("a", "An odd train")
            await until(lambda: server.mails)
            site.publish("b", "An odd train again")
            site.publish("c", "An even train")
            await until(lambda: len(server.mails) == 3)
    assert sorted(mail.message["Subject"] for mail in server.mails) == [
        "OWN",
        "[railway] An odd train",
        "[railway] An odd train again",
    ]
    assert caplog.text.count("what comes with the program stands in") == 1


def test_a_service_does_not_start_on_a_wrong_template(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.write()
    write(house, "{{ nothing }}")
    with pytest.raises(ConfigError, match=r"alert.subject.j2:1: 'nothing' is undefined"):
        Service(house.directory, {})
