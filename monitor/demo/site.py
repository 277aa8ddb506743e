"""The sample news sites on loopback: static files with validators, a port for each site."""

from __future__ import annotations

import hashlib
import mimetypes
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

_TYPES = {".xml": "application/xml", ".json": "application/feed+json", ".htm": "text/html"}


class NewsSites:
    """Every ``<host>.example`` folder of ``samples``, copied to ``folder`` and served from there.

    ``addresses`` maps a host to where it is served. Pages name their sites ``http://<host>``; what
    is served names them by those addresses instead.
    """

    def __init__(self, samples: Path, folder: Path) -> None:
        self._samples, self._folder = samples, folder
        hosts = sorted(path.name for path in samples.glob("*.example"))
        for host in hosts:
            shutil.copytree(samples / host, folder / host)
        self._servers = {host: _Server(folder / host, self.addresses_in) for host in hosts}
        self.addresses = {host: server.address for host, server in self._servers.items()}

    def addresses_in(self, body: bytes) -> bytes:
        for host, address in self.addresses.items():
            body = body.replace(f"http://{host}".encode(), address.encode())
        return body

    def editions(self) -> list[str]:
        """What can still be published, in its order."""
        return sorted(path.name for path in (self._samples / "publish").iterdir())

    def publish(self, edition: str) -> list[str]:
        """Put the pages and feeds of an edition on the sites; the files that changed."""
        source = self._samples / "publish" / edition
        shutil.copytree(
            source, self._folder, dirs_exist_ok=True, copy_function=shutil.copy
        )  # with the time of now
        return sorted(str(path.relative_to(source)) for path in source.rglob("*") if path.is_file())

    def __enter__(self) -> NewsSites:
        for server in self._servers.values():
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers.values():
            server.shutdown()
            server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, folder: Path, rewrite: Callable[[bytes], bytes]) -> None:
        self.folder, self.rewrite = folder, rewrite
        super().__init__(("127.0.0.1", 0), _Files)
        self.address = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is none of our business."""


class _Files(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.server.folder / unquote(urlsplit(self.path).path).lstrip("/")
        if path.is_dir():
            path /= "index.html"
        if not path.is_file() or self.server.folder not in path.resolve().parents:
            self._answer(HTTPStatus.NOT_FOUND, b"not found\n", {"Content-Type": "text/plain"})
            return
        body = self.server.rewrite(path.read_bytes())
        etag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        headers = {
            "ETag": etag,
            "Last-Modified": formatdate(path.stat().st_mtime, usegmt=True),
            "Cache-Control": "no-cache",
        }
        if self._is_current(etag, path):
            self._answer(HTTPStatus.NOT_MODIFIED, b"", headers)
        else:
            self._answer(HTTPStatus.OK, body, headers | {"Content-Type": _content_type(path)})

    def _is_current(self, etag: str, path: Path) -> bool:
        if (known := self.headers["If-None-Match"]) is not None:  # RFC 9110 §13.2.2: it goes first
            return etag in known
        with suppress(TypeError, ValueError):
            since = parsedate_to_datetime(self.headers["If-Modified-Since"])
            return int(path.stat().st_mtime) <= since.timestamp()
        return False

    def _answer(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The demo tells its own story."""


def _content_type(path: Path) -> str:
    """Without a charset: the pages say it themselves, one of them GBK."""
    return _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "text/plain"
