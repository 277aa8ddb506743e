"""Which URLs may be asked for, and which addresses may be dialled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urljoin

from monitor.errors import FetchError
from monitor.fetch.url import Url
from monitor.text import one_line

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

KNOWN = 4_096  # texts that need not be read again: the same sources are asked for months
HIGHEST_PORT = 65_535
MAX_URL = 8_000  # characters; the length that RFC 9110 §4.1 asks everybody to support
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029\ud800-\udfff]")
_AUTHORITY = re.compile(r"[a-z][a-z0-9+.-]*://([^/?#]*)", re.IGNORECASE)
_HOST_NAME = re.compile(r"(?=.{1,253}\.?$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
# What all parsers read alike and next to all addresses are: no piece of it has another spelling.
# Ports and hosts that have one, and dots that lead elsewhere, are left to httpx.
_ORDINARY = re.compile(
    r"(https?)://((?!.*(?:xn--|:80/|:443/|/\.))[a-z0-9.-]+)(?::([1-9][0-9]{0,4}))?"
    r"(/[\w!$&'()*+,;=:@/.~-]*(?:\?[\w!$&'()*+,;=:@/.~?-]*)?)",
    re.ASCII,
)
_ALLOWED_ENTRY = "a host name, an IP address or a network such as 10.0.0.0/8"

# What ``ipaddress.is_global`` takes for public and is not (RFC 7526, RFC 9637).
_NOT_PUBLIC: tuple[Network, ...] = (ip_network("192.88.99.0/24"), ip_network("3fff::/20"))
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # all that IANA has given out for unicast
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last four bytes are an IPv4 address


@lru_cache(maxsize=KNOWN)
def check_url(url: str) -> Url:
    """Return ``url`` without its fragment, ready to be asked for.

    Raises FetchError, not retryable, for what no server of news has: schemes other than http and
    https, user names, backslashes and control characters (two parsers may disagree on the host),
    impossible hosts and ports. The address behind a host is checked when it is dialled.
    """
    return _ordinary(url) or _read(url.strip(" "))


def _ordinary(url: str) -> Url | None:
    """``url`` as httpx would read it, in a tenth of the time; None where it is not so simple."""
    found = _ORDINARY.fullmatch(url)
    if found is None or len(url) > MAX_URL or not _is_host(found[2]):
        return None
    scheme, host, digits, path = found.groups()
    port = int(digits) if digits else None
    if port is not None and port > HIGHEST_PORT:
        return None
    netloc = f"{host}:{port}" if port else host
    return Url(url, scheme, host, host, port, netloc.encode(), path.encode())


def _read(url: str) -> Url:
    import httpx  # slow to load, since it brings its command line, and asked about few addresses

    if _FORBIDDEN.search(url):
        raise _refused(url, "backslashes and control characters are not allowed")
    if len(url) > MAX_URL:
        raise _refused(url, f"longer than {MAX_URL} characters")
    try:
        parsed = httpx.URL(url.partition("#")[0])
    except (httpx.InvalidURL, ValueError) as error:  # ValueError: odd IDNA names, odd ports
        raise _refused(url, str(error)) from error
    if parsed.scheme not in ("http", "https"):
        raise _refused(url, "the scheme must be http or https")
    authority = _AUTHORITY.match(url)
    if parsed.userinfo or (authority and "@" in authority[1]):
        raise _refused(url, "a user name or password in an address is not allowed")
    if not _is_host(parsed.raw_host.decode("ascii")):
        raise _refused(url, "it names no host that can exist")
    if parsed.port is not None and not 0 < parsed.port <= HIGHEST_PORT:
        raise _refused(url, "the port must be a number from 1 to 65535")
    return Url.of(parsed)


def follow(url: Url, location: str) -> Url:
    """Where a redirect from ``url`` leads. Raises FetchError as ``check_url`` does."""
    if _FORBIDDEN.search(location):
        raise _refused(location, "backslashes and control characters are not allowed")
    try:
        return check_url(urljoin(str(url), location.strip(" ")))
    except ValueError as error:  # of urljoin: brackets that hold no IPv6 address
        raise _refused(location, str(error)) from error


def _refused(url: str, reason: str) -> FetchError:
    return FetchError(
        f"refused to fetch {one_line(_without_secrets(url), 100)}: {one_line(reason, 150)}",
        retryable=False,
    )


def _without_secrets(url: str) -> str:
    """Scheme and host alone: a path may be the secret of a webhook, a user part a password."""
    match = _AUTHORITY.match(url)
    if match is None:
        return url.partition("?")[0]
    return url[: match.start(1)] + match[1].rpartition("@")[2]


def _is_host(host: str) -> bool:
    if ":" in host:
        return "%" not in host and parse_address(host) is not None
    # https://url.spec.whatwg.org/#ends-in-a-number-checker: 2130706433, 127.1 and 0x7f.1 are
    # loopback to some resolvers.
    if _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
        return parse_address(host) is not None
    return _HOST_NAME.fullmatch(host) is not None


@lru_cache(maxsize=KNOWN)
def parse_address(text: str) -> Address | None:
    """``text`` as an IP address, None where it is something else."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def unwrap(address: Address) -> Address:
    """The IPv4 address inside an IPv4-mapped, 6to4 or NAT64 address; others as they are."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


@lru_cache(maxsize=KNOWN)
def is_public(address: Address) -> bool:
    """Whether packets to ``address`` leave for the public Internet, one machine at the end.

    ``ipaddress.is_global`` alone also says yes to multicast, site-local fec0::/10, ::/96 and
    loopback wrapped in 6to4 or NAT64.
    """
    inner = unwrap(address)
    if isinstance(inner, IPv6Address) and inner not in _GLOBAL_UNICAST:
        return False
    return (
        inner.is_global
        and not inner.is_multicast
        and not any(inner in network for network in _NOT_PUBLIC)
    )


@dataclass(frozen=True, init=False)
class AddressPolicy:
    """Which addresses may be dialled: public ones, and those that the operator allows.

    ``allow`` holds host names ("mail.internal": whatever it resolves to), addresses and CIDR
    networks. Raises ValueError naming an entry that is none of them.
    """

    hosts: frozenset[str]
    networks: tuple[Network, ...]

    def __init__(self, allow: Iterable[str] = ()) -> None:
        hosts, networks = set(), []
        for entry in allow:
            network = _network(entry)
            if network is None:
                hosts.add(_host_entry(entry))
            else:
                networks.append(network)
        object.__setattr__(self, "hosts", frozenset(hosts))
        object.__setattr__(self, "networks", tuple(networks))

    def permits(self, host: str, address: Address) -> bool:
        """Whether a connection meant for ``host`` may go to ``address``."""
        if is_public(address) or host.rstrip(".").lower() in self.hosts:
            return True
        forms = (address, unwrap(address))
        return any(form in network for network in self.networks for form in forms)


def _network(entry: str) -> Network | None:
    """``entry`` as a network; None where it can only be a host name."""
    text = entry.strip("[]")
    if "/" not in text and parse_address(text) is None:
        return None
    try:
        return ip_network(text)
    except ValueError as error:
        raise ValueError(f"{entry!r}: {error}, allowed: {_ALLOWED_ENTRY}") from error


def _host_entry(entry: str) -> str:
    last_label = entry.rstrip(".").rpartition(".")[2]
    if not _HOST_NAME.fullmatch(entry) or last_label.isdigit():
        raise ValueError(f"{entry!r} is not {_ALLOWED_ENTRY}")
    return entry.rstrip(".").lower()
