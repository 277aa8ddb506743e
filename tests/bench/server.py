"""nginx on loopback: a folder on every address of 127.0.0.0/8, and a log of its answers."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from tests.bench.measure import pinned

MISSING = "nginx is not here: apt-get install nginx (or your system's way)"
_PATIENCE = 10.0  # seconds for nginx to come up
_CONFIG = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 4096; }}
http {{
  log_format answers $status;
  access_log {folder}/answers answers;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  types {{ application/rss+xml rss; application/atom+xml atom; }}
  sendfile on; tcp_nopush on; keepalive_requests 1000000;
  server {{
    listen 0.0.0.0:{port} backlog=4096;
    root {root};
    location = / {{ access_log off; return 204; }}
  }}
}}
"""


@dataclass(slots=True)
class Server:
    """A running nginx; both ETag and Last-Modified come from a file's time and size."""

    port: int
    log: Path
    _read: int = 0  # bytes of the log that were counted

    def answers(self) -> Counter[int]:
        """Its answers by status, since the last time that they were asked for."""
        _greet(self.port)  # it answers in turn: what was asked before is in the log now
        with self.log.open("rb") as log:
            log.seek(self._read)
            lines = log.read().split()
            self._read = log.tell()
        return Counter(map(int, lines))


def find() -> str | None:
    """Its program, which Debian keeps out of the path of common users."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def version() -> str:
    program = find()
    assert program, MISSING
    told = subprocess.run([program, "-v"], capture_output=True, text=True, check=True)
    return told.stderr.strip().rpartition("/")[2]


@contextmanager
def serve(root: Path, folder: Path, cpu: int | None = None) -> Iterator[Server]:
    """Serve ``root`` until the block ends; nginx keeps its own files in ``folder``."""
    program = find()
    assert program, MISSING
    folder.mkdir()
    port = _free_port()
    config = folder / "nginx.conf"
    config.write_text(_CONFIG.format(folder=folder, root=root, port=port), "utf-8")
    with pinned(cpu):
        process = subprocess.Popen([program, "-e", folder / "errors", "-c", config])
    try:
        _wait_for(port, process)
        yield Server(port, folder / "answers")
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("0.0.0.0", 0))
        return int(probe.getsockname()[1])


def _greet(port: int) -> None:
    urlopen(f"http://127.0.0.1:{port}/", timeout=_PATIENCE).close()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            return _greet(port)
        except OSError:
            time.sleep(0.01)
    raise RuntimeError("nginx did not start: its file of errors says why")
