"""The demo is the product's front door: the whole of it runs here."""

from __future__ import annotations

import asyncio
import io
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from monitor.cli.demo import demo
from monitor.demo import play as course
from monitor.demo.play import play
from monitor.demo.site import NewsSites
from monitor.errors import MonitorError

SAMPLES = Path("samples/site")


@pytest.fixture(scope="module")
def shown() -> str:
    """What the demo prints, too wide for a line to break."""
    printed = io.StringIO()
    asyncio.run(play(console=Console(file=printed, width=400)))
    return printed.getvalue()


def test_the_demo_shows_stories_alerts_mail_and_webhook(shown: str) -> None:
    assert "first look at 5 sources (a baseline)" in shown
    for edition in ("1-railway", "2-wire", "3-correction"):
        assert f"The sites publish {edition}" in shown
    assert "中老铁路首趟夜间卧铺列车从万象开往昆明" in shown
    assert re.search(r"China–Laos Railway +│ mail +│ ທາງລົດໄຟ, ຈີນ", shown)
    assert "corrected: title changed, 2 paragraphs changed" in shown
    assert "Subject: [China–Laos Railway] CORRECTED: China lets" in shown
    assert "webhook-signature: v1," in shown
    assert re.search(r"Done in \d+\.\d s", shown)


def _cells(line: str) -> list[str]:
    """What stands between a table's lines, without figures and widths."""
    return [re.sub(r"\d+", "0", cell.strip()) for cell in re.split("[│┃]", line) if cell.strip()]


def test_the_readme_shows_what_the_demo_prints(shown: str) -> None:
    rows = [_cells(line) for line in shown.splitlines()]
    block = Path("README.md").read_text("utf-8").split("```text\n")[1].split("```")[0]
    promised = [_cells(line) for line in block.splitlines() if line]
    assert len(promised) > 20
    assert [cells for cells in promised if cells not in rows] == []


async def test_a_demo_that_hangs_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course, "PATIENCE", 0.0)
    with pytest.raises(MonitorError, match="in vain for a first look at every source"):
        await play(console=Console(file=io.StringIO()))


def test_a_missing_mail_server_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "monitor.demo.play")
    monkeypatch.delitem(sys.modules, "monitor.demo.inbox")
    monkeypatch.setitem(sys.modules, "aiosmtpd.smtp", None)
    with pytest.raises(MonitorError, match=r"pip install 'china-laos-monitor\[demo\]'"):
        demo()


def test_stay_leaves_the_sites_up_until_interrupted() -> None:
    command = [sys.executable, "-u", "-m", "monitor", "demo", "--stay"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            _look_around(running)
        finally:
            running.send_signal(signal.SIGINT)
            running.communicate(timeout=15)
    assert running.returncode == 0


def _look_around(running: subprocess.Popen[str]) -> None:
    """Do what the last lines of the demo invite to."""
    assert running.stdout is not None
    lines = []
    for line in running.stdout:
        lines.append(line)
        if "story list" in line:
            break
    site = next(line.split()[1] for line in lines if line.strip().startswith("qiushi.example"))
    assert "Nav" in httpx.get(site + "2026-11/18/c_1130001.htm", trust_env=False).text
    listed = subprocess.run(
        [sys.executable, "-m", *lines[-1].split()], capture_output=True, text=True, check=True
    )
    assert "Xinhua" in listed.stdout


def test_the_sites_know_validators_and_refuse_to_leave_their_folder(tmp_path: Path) -> None:
    with NewsSites(SAMPLES, tmp_path) as sites, httpx.Client(trust_env=False) as client:
        url = sites.addresses["mekongwire.example"] + "/atom.xml"
        first = client.get(url)
        assert "mekongwire.example" not in first.text.replace("tag:mekongwire.example", "")
        etag = {"If-None-Match": first.headers["ETag"]}
        assert client.get(url, headers=etag).status_code == 304
        dated = {"If-Modified-Since": first.headers["Last-Modified"]}
        assert client.get(url, headers=dated).status_code == 304
        assert client.get(url, headers={"If-Modified-Since": "yesterday"}).status_code == 200
        site = sites.addresses["mekongwire.example"]
        assert client.get(f"{site}/").status_code == 200
        assert client.get(f"{site}/%2e%2e/qiushi.example/latest.htm").status_code == 404


def test_publishing_changes_what_is_served(tmp_path: Path) -> None:
    with NewsSites(SAMPLES, tmp_path) as sites:
        feed = sites.addresses["laostimes.example"] + "/feed/index.xml"
        before = httpx.get(feed, trust_env=False)
        sites.publish(sites.editions()[0])
        after = httpx.get(feed, trust_env=False)
    assert before.headers["ETag"] != after.headers["ETag"]
