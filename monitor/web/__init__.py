"""The status of a running monitor over HTTP, on loopback, for health checks and scripts."""

from monitor.web.status import served

__all__ = ["served"]
