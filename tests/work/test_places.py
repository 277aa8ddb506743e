"""So many sources side by side, and so many of one host."""

from __future__ import annotations

import asyncio

import pytest

from monitor.work.places import Places, host_of


def filled(total: int, **lines: int) -> Places[str]:
    places: Places[str] = Places(total)
    for host, number in lines.items():
        places.line_up(host, [f"{host}{n}" for n in range(number)])
    return places


def test_hosts_take_turns_and_none_takes_more_than_its_share() -> None:
    places = filled(16, a=5, b=1, c=3)
    assert [item for _, item in places.admit()] == ["a0", "b0", "c0", "a1", "c1"]
    assert (places.free, places.admit()) == (11, [])
    places.give_back("a")
    assert places.admit() == [("a", "a2")]
    places.give_back("b")
    assert places.admit() == []


@pytest.mark.parametrize("total", [1, 2, 7])
def test_a_host_has_a_place_however_few_there_are(total: int) -> None:
    places = filled(total, a=2)
    for expected in ("a0", "a1"):
        assert places.admit() == [("a", expected)]
        places.give_back("a")
    assert (places.free, places.clear()) == (total, [])


def test_those_in_line_can_be_sent_home() -> None:
    places = filled(8, a=3, b=2)
    places.admit()
    places.line_up("c", ["c0"])
    assert sorted(places.clear()) == ["a1", "a2", "b1", "c0"]
    assert places.clear() == []
    places.give_back("a")
    assert places.admit() == []


async def test_one_free_place_is_enough() -> None:
    places = filled(4, a=1, b=1, c=1, d=1)
    places.admit()
    waiting = asyncio.create_task(places.some())
    await asyncio.sleep(0)
    assert not waiting.done()
    with places.given_back("a"):
        pass
    assert await asyncio.wait_for(waiting, 5) == 1


async def test_a_line_is_thin_when_half_the_places_could_take_it() -> None:
    places = filled(8, a=9, b=1, c=1, d=1, e=1, f=1, g=1, h=1, i=1, j=1, k=1, l=1, m=1)
    places.admit()
    waiting = asyncio.create_task(places.thinned())
    await asyncio.sleep(0)
    assert not waiting.done()
    places.give_back("b")
    places.admit()
    await asyncio.wait_for(waiting, 5)  # eight more of a full host apart


def test_http_and_https_of_a_host_are_one() -> None:
    assert host_of("https://News.example/a") == host_of("http://news.example/feed?b")
