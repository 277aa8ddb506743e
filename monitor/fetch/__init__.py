"""The only way out of the process over HTTP: URL and address gate, politeness, bounded bodies."""

from monitor.fetch.answer import Answer
from monitor.fetch.client import Fetcher
from monitor.fetch.gate import AddressPolicy, check_url
from monitor.fetch.transport import Resolve, system_resolve

__all__ = ["AddressPolicy", "Answer", "Fetcher", "Resolve", "check_url", "system_resolve"]
