"""Rules and concepts are edited under a service that runs: at once, or not at all and told so."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest

from monitor import app
from monitor.config import load_config
from monitor.match import RuleSet
from monitor.models import Rule
from monitor.pipeline.kit import Report
from monitor.work import edits
from monitor.work import service as module
from tests.newsroom import Site, page
from tests.servers import Request, answer
from tests.waiting import until
from tests.work.house import House, running

RAIL = {"about": "the line", "kind": "project", "en": ["night train"]}


def held(service: module.Service) -> dict[str, str]:
    return {rule.id: rule.query for rule in service.app.kit.held.rules}


def has(service: module.Service, rule: str) -> bool:
    return rule in held(service)


async def another(reports: list[Report]) -> None:
    seen = len(reports)
    await until(lambda: len(reports) > seen)


# --- what is right takes effect ------------------------------------------------------------------


async def test_an_edited_pack_takes_effect(house: House, site: Site) -> None:
    house.rules["railway"]["query"] = "@rail"
    house.pack({"rail": RAIL})
    async with running(house) as (service, reports):
        await until(lambda: reports)
        before = service.app.kit.held.rules.concepts
        house.pack({"rail": RAIL | {"en": ["ferry"], "lo": ["ເຮືອ"]}})
        await until(lambda: service.app.kit.held.rules.concepts is not before)
        site.publish("a", "A night train leaves")
        site.publish("b", "A ferry leaves")
        await until(house.told)
    assert house.told() == ["A ferry leaves"]


async def test_a_pack_and_a_rule_that_names_it_come_one_after_the_other(
    house: House, site: Site
) -> None:
    async with running(house) as (service, reports):
        await until(lambda: reports)
        house.rules["railway"]["query"] = "@rail"
        house.write()
        await until(lambda: service.app.refused)
        house.pack({"rail": RAIL})
        await until(lambda: held(service) == {"railway": "@rail"})
        assert service.app.refused is None
        site.publish("a", "A night train leaves")
        await until(house.told)


async def test_one_rule_more_leaves_the_others_compiled(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.pack({"rail": RAIL})
    async with running(house) as (service, reports):
        await until(lambda: reports)
        before = service.app.kit.held.rules
        seen: list[list[str]] = []
        whole = RuleSet.compile

        def compiled(rules: Any, *rest: Any) -> RuleSet:
            rules = rules if isinstance(rules, dict) else list(rules)
            seen.append([rule.id for rule in rules if isinstance(rule, Rule)])
            return whole(rules, *rest)

        monkeypatch.setattr(RuleSet, "compile", compiled)
        house.rules = {"first": {"query": "@rail", "channels": ["out"]}} | house.rules
        house.write()
        await until(lambda: list(held(service)) == ["first", "railway"])
        assert "railway" not in {rule for ids in seen for rule in ids}
        assert service.app.kit.held.rules.concepts is before.concepts


async def test_a_page_in_hand_is_held_against_the_rules_of_now(house: House, site: Site) -> None:
    """Its look began when there was no such rule."""
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_: Request) -> AsyncIterator[bytes]:
        asked.set()
        await go_on.wait()
        yield answer(page("A ship leaves", ("Its cargo is rice. " * 20,) * 3))

    async with running(house) as (service, reports):
        await until(lambda: reports)
        site.answers["/a"] = slow
        site.publish("a", "A ship leaves")
        await asked.wait()
        house.rules["ships"] = {"query": "ship", "channels": ["out"]}
        house.write()
        await until(lambda: "ships" in held(service))
        go_on.set()
        await until(house.told)
    assert house.told() == ["A ship leaves"]


async def test_stories_are_told_while_many_rules_are_compiled(
    house: House, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiling, go_on = threading.Event(), threading.Event()
    whole = app.compiled

    def slow(*args: Any) -> Any:
        compiling.set()
        assert go_on.wait(20)
        return whole(*args)

    async with running(house) as (service, reports):
        await until(lambda: reports)
        monkeypatch.setattr(app, "compiled", slow)
        house.rules |= {
            f"r{each}": {"query": f"w{each} AND train", "channels": ["out"]} for each in range(300)
        }
        house.write()
        await until(compiling.is_set)
        site.publish("a", "A train leaves")
        await until(house.told)
        assert list(held(service)) == ["railway"]
        go_on.set()
        await until(lambda: len(held(service)) == 301)


async def test_an_editor_that_writes_in_steps_is_waited_for(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(edits, "STEP", 1_500)
    async with running(house) as (service, reports):
        await until(lambda: reports)
        house.rules["railway"]["query"] = "ship"
        path = house.directory / "rules.yaml"
        with path.open("w") as file:
            for part in ("", "rules:\n", "  railway:\n    query: ", "ship\n    channels: [out]\n"):
                file.write(part)
                file.flush()
                await another(reports)
        await until(lambda: held(service) == {"railway": "ship"})
    assert "stays in force" not in caplog.text


async def test_what_links_lead_to_is_looked_at(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(edits, "LOOK_EVERY", 50)
    caplog.set_level("INFO")
    house.write()
    shared = house.home / "shared"
    shared.mkdir()
    rules, real = house.directory / "rules.yaml", shared / "rules.yaml"
    rules.rename(real)
    rules.symlink_to(real)
    async with running(house) as (service, reports):
        await until(lambda: reports)
        real.write_text(real.read_text("utf-8").replace("train OR trains", "ship"), "utf-8")
        await until(lambda: held(service) == {"railway": "ship"})
        # As Kubernetes mounts a ConfigMap: the link that changes is not the file's own.
        (shared / "new").mkdir()
        real.rename(shared / "new" / "rules.yaml")
        (shared / "new" / "rules.yaml").write_text(
            "rules: {road: {query: road, channels: [out]}}", "utf-8"
        )
        rules.unlink()
        rules.symlink_to(shared / "new" / "rules.yaml")
        await until(lambda: held(service) == {"road": "road"})
    assert "(changed: railway)" in caplog.text
    assert "(gone: railway; new: road)" in caplog.text


async def test_what_editors_write_beside_is_no_edit(house: House) -> None:
    house.write()
    house.pack({"rail": RAIL})
    before = edits.state_of(house.directory)
    for name in (".own.yaml.swp", "own.yaml~", "._own.yaml", "README.md"):
        (house.directory / "concepts" / name).write_text("x", "utf-8")
    assert edits.state_of(house.directory) == before
    house.pack({"rail": RAIL}, "more")
    assert edits.state_of(house.directory) != before


async def test_a_pipe_among_the_packs_is_refused_and_holds_up_nothing(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(house) as (service, reports):
        await until(lambda: reports)
        house.pack({"rail": RAIL})
        pipe = house.directory / "concepts" / "pipe.yaml"
        os.mkfifo(pipe)
        await until(lambda: "a pipe or a device, allowed: a regular file" in caplog.text)
        pipe.unlink()
        house.rules["railway"]["query"] = "ship"
        house.write()
        await until(lambda: held(service) == {"railway": "ship"})


# --- what is wrong is told, once -----------------------------------------------------------------


async def test_a_wrong_edit_is_told_once_and_so_is_its_end(house: House, site: Site) -> None:
    house.tell_owners()
    house.pack({"rail": RAIL})
    async with running(house) as (service, reports):
        await until(lambda: reports)
        house.pack({"rail": RAIL | {"kind": "ghost"}})
        await until(house.owners_heard)
        os.kill(os.getpid(), signal.SIGHUP)
        house.watch(site, "again", url=f"{site.base}/feed?again")  # right, beside what is wrong
        house.write()
        refused = service.app.refused
        await service.reload()
        assert service.app.refused == refused
        house.rules["railway"]["query"] = "(train"
        house.write()
        await until(lambda: len(house.owners_heard()) == 2)
        site.publish("a", "A train leaves")
        await until(house.told)
        house.rules["railway"]["query"] = "ship"
        house.pack({"rail": RAIL})
        house.write()
        await until(lambda: held(service) == {"railway": "ship"})
        await until(lambda: len(house.owners_heard()) == 3)
        await service.reload()
    first, second, third = house.owners_heard()
    assert [told["type"] for told in (first, second, third)] == [
        "config.wrong",
        "config.wrong",
        "config.right",
    ]
    (problem,) = first["problems"]
    assert "concepts/own.yaml:1: concepts.rail.kind: 'ghost'" in problem
    assert len(second["problems"]) == 2
    assert any("rules.yaml:1: rules.railway.query: " in problem for problem in second["problems"])
    assert (first["right"], third["right"]) == (False, True)
    assert third["problems"] == second["problems"]
    assert first["since"] == second["since"] == third["since"] == first["created_at"]


async def test_what_was_mended_while_it_was_down_is_told_at_the_start(house: House) -> None:
    house.tell_owners()
    async with running(house) as (_, reports):
        await until(lambda: reports)
        house.rules["railway"]["query"] = "(train"
        house.write()
        await until(house.owners_heard)
    house.rules["railway"]["query"] = "train"
    async with running(house) as (_, reports):
        await until(lambda: len(house.owners_heard()) == 2)
    async with running(house) as (_, reports):
        await until(lambda: reports)
    assert [told["type"] for told in house.owners_heard()] == ["config.wrong", "config.right"]


async def test_without_owners_it_is_in_the_log_and_a_database_in_trouble_is_no_other(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    async with running(house) as (service, reports):
        await until(lambda: reports)
        with service.app.store.write() as tx:
            tx.exec_driver_sql("ALTER TABLE notices RENAME TO away")
        house.rules["railway"]["query"] = "(train"
        house.write()
        await until(lambda: "nobody can be told of the configuration" in caplog.text)
        assert "rules.railway.query" in str(service.app.refused)
        with service.app.store.write() as tx:
            tx.exec_driver_sql("ALTER TABLE away RENAME TO notices")


async def test_what_is_compiled_anew_holds_the_same(house: House) -> None:
    """A file as it is after many edits, and a service that took them one by one."""
    async with running(house) as (service, reports):
        await until(lambda: reports)
        for turn in range(4):
            new = {f"n{turn}": {"query": f"train AND w{turn}", "channels": ["out"]}}
            house.rules = new | house.rules if turn % 2 else house.rules | new
            house.write()
            await until(partial(has, service, f"n{turn}"))
        config = load_config(house.directory, {})
        assert list(service.app.kit.held.rules) == list(config.rules)
