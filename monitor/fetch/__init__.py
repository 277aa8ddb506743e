"""The only way out of the process over HTTP: URL and address gate, politeness, bounded bodies."""

from monitor.fetch.answer import Answer
from monitor.fetch.client import Fetcher
from monitor.fetch.gate import AddressPolicy, check_url
from monitor.fetch.names import Resolve
from monitor.fetch.proxy import Proxy
from monitor.fetch.robots import Known

__all__ = ["AddressPolicy", "Answer", "Fetcher", "Known", "Proxy", "Resolve", "check_url"]
