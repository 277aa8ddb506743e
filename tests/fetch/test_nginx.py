"""A server that the world uses, where this machine has it."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.models import Fetched, NotModified
from tests.fetch.tools import AUTHORITY, make_fetcher
from tests.servers import LOOPBACK
from tests.waiting import until

PAGE = "<p>老挝</p>" * 500
CONFIG = """
daemon off; pid {here}/pid; error_log {here}/errors; worker_processes 1; {user}
events {{ worker_connections 64; }}
http {{
  log_format short '$server_protocol $request_uri $status $connection';
  access_log {here}/access short;
  client_body_temp_path {here}/t; proxy_temp_path {here}/t; fastcgi_temp_path {here}/t;
  uwsgi_temp_path {here}/t; scgi_temp_path {here}/t;
  default_type text/html; gzip on; gzip_min_length 1; root {here}/www;
  server {{ listen 127.0.0.1:{plain}; }}
  server {{
    listen 127.0.0.1:{tls} ssl http2;
    ssl_certificate {here}/pem; ssl_certificate_key {here}/pem;
  }}
}}
"""


def free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as taken:
        return int(taken.getsockname()[1])


class Nginx:
    def __init__(self, here: Path) -> None:
        self.here, self.plain, self.tls = here, free_port(), free_port()

    def log(self) -> list[list[str]]:
        """Protocol, target, status and number of the connection of each request."""
        return [line.split() for line in (self.here / "access").read_text("utf-8").splitlines()]

    def answers(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex((LOOPBACK, self.tls)) == 0


@pytest.fixture
async def nginx(tmp_path: Path) -> AsyncIterator[Nginx]:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed: apt-get install nginx")
    server = Nginx(tmp_path)
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "feed").write_text(PAGE, "utf-8")
    AUTHORITY.issue_cert(LOOPBACK).private_key_and_cert_chain_pem.write_to_path(tmp_path / "pem")
    user = "user root;" if os.geteuid() == 0 else ""  # nobody may look into tmp_path
    config = CONFIG.format(here=tmp_path, plain=server.plain, tls=server.tls, user=user)
    (tmp_path / "conf").write_text(config, "utf-8")
    process = await asyncio.create_subprocess_exec(program, "-p", tmp_path, "-c", tmp_path / "conf")
    await until(server.answers, "for nginx")
    yield server
    process.terminate()
    await process.wait()


@pytest.mark.parametrize(("scheme", "protocol"), [("http", "HTTP/1.1"), ("https", "HTTP/2.0")])
async def test_a_page_and_a_304_on_one_connection(nginx: Nginx, scheme: str, protocol: str) -> None:
    url = f"{scheme}://{LOOPBACK}:{nginx.tls if scheme == 'https' else nginx.plain}/feed"
    async with make_fetcher() as fetcher:
        found = await fetcher.get(url)
        assert isinstance(found, Fetched)
        assert found.body.decode() == PAGE
        same = await fetcher.get(url, validators=found.validators)
        assert same.validators.etag == str(found.validators.etag).removeprefix("W/")
        again = await fetcher.get(url, validators=same.validators)
        assert again == NotModified(same.validators)
    await until(lambda: len(nginx.log()) == 3)
    protocols, targets, statuses, connections = zip(*nginx.log(), strict=True)
    assert set(protocols) == {protocol}
    assert set(targets) == {"/feed"}
    assert statuses == ("200", "304", "304")
    assert len(set(connections)) == 1
