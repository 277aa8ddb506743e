"""``GET /healthz`` and ``GET /status``: is it alive, and how are its sources and channels."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from monitor import __version__
from monitor.app import App
from monitor.errors import MonitorError, StoreError
from monitor.models import Health
from monitor.store import overview, sources

log = logging.getLogger(__name__)

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def served(app: Callable[[], App], listen: str | None) -> AsyncIterator[str | None]:
    """Serve the status of ``app()`` at ``listen`` (``127.0.0.1:8420``); the address in use.

    Without ``listen`` nothing is served. Raises MonitorError where the port is taken.
    """
    if listen is None:
        yield None
        return
    place = urlsplit(f"//{listen}")
    runner = web.AppRunner(routes(app), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, place.hostname, place.port)
        try:
            await site.start()
        except OSError as error:
            raise MonitorError(f"cannot serve the status at {listen}: {error.strerror}") from error
        host, port = runner.addresses[0][:2]
        log.info("status at http://%s:%s/status", host, port)
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def routes(app: Callable[[], App]) -> web.Application:
    """The two routes; both only read."""

    async def healthz(_: web.Request) -> web.Response:
        try:
            await asyncio.to_thread(status, app())
        except StoreError as error:
            return web.json_response({"ok": False, "error": str(error)}, status=503)
        return web.json_response({"ok": True})

    async def show(_: web.Request) -> web.Response:
        return web.json_response(await asyncio.to_thread(status, app()))

    served_app = web.Application(middlewares=[_own_host])
    served_app.add_routes([web.get("/healthz", healthz), web.get("/status", show)])
    return served_app


@web.middleware
async def _own_host(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse other names for this machine: a web page must not read us by DNS rebinding."""
    if urlsplit(f"//{request.host}").hostname not in _LOOPBACK:
        raise web.HTTPMisdirectedRequest(text="ask for 127.0.0.1 or localhost\n")
    response = await handler(request)
    response.headers["Cache-Control"] = "no-store"
    return response


def status(app: App) -> dict[str, Any]:
    """What a glance should tell. Raises StoreError."""
    with app.store.read() as tx:
        states, waiting = sources.states(tx), overview.count_by_status(tx)
    enabled = [source.id for source in app.config.sources if source.enabled]
    known = [states[name] for name in enabled if name in states]
    return {
        "version": __version__,
        "sources": {
            "enabled": len(enabled),
            "failing": {s.id: s.error for s in known if s.failures},
            "ill": {s.id: s.health for s in known if s.health is not Health.OK},
            "last_look": max(
                (s.checked_at.isoformat() for s in known if s.checked_at), default=None
            ),
        },
        "rules": len(app.config.rules),
        "configuration_refused": app.refused,
        "deliveries": waiting,
    }
