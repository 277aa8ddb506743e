"""Which URLs and addresses the gate lets pass."""

from __future__ import annotations

from ipaddress import ip_address

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.errors import FetchError
from monitor.fetch import AddressPolicy, check_url
from monitor.fetch.gate import follow, is_public
from monitor.fetch.url import Url


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://news.example/a?b=c#part", "http://news.example/a?b=c"),
        (" HTTPS://News.Example/ ", "https://news.example/"),
        ("https://news.example:8443/x", "https://news.example:8443/x"),
        ("http://news.example:80/", "http://news.example/"),
        ("http://news.example/two words", "http://news.example/two%20words"),
        ("http://news.example/老挝", "http://news.example/%E8%80%81%E6%8C%9D"),
        ("http://中文.example/", "http://xn--fiq228c.example/"),
        ("http://[2606:4700::1]/", "http://[2606:4700::1]/"),
        ("http://under_score.example./", "http://under_score.example./"),
    ],
)
def test_addresses_of_news_pass(url: str, asked: str) -> None:
    assert str(check_url(url)) == asked


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "scheme"),
        ("news.example", "scheme"),
        ("//news.example/", "scheme"),
        ("ftp://news.example/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://127.0.0.1:25/", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("http://", "host"),
        ("http:///path", "host"),
        ("http:/path", "host"),
        ("http://a..b/", "host"),
        ("http://x%41.example/", "host"),
        ("http://a b/", "host"),
        *(
            (f"http://{host}/", "host")
            for host in ("2130706433", "127.1", "127.0.1", "0", "0x7f000001", "0x7f.1", "0x")
        ),
        ("http://017700000001/", "host"),
        ("http://0177.0.0.1/", "IPv4"),
        ("http://127.0.0.1./", "host"),
        ("http://news.example.1/", "host"),
        ("http://１２７.1/", "host"),
        ("http://" + "a" * 64 + ".example/", "host"),
        ("http://[fe80::1%25eth0]/", "host"),
        ("http://[::1/", "http://"),
        ("http://user:secret@news.example/", "user name"),
        ("http://@news.example/", "user name"),
        ("http://good.example%2f@bad.example/", "user name"),
        ("http://good.example\\@bad.example/", "backslashes"),
        ("http://news.example/\r\nX: y", "control"),
        ("http://news.example/\x00", "control"),
        ("http://news.example\u2028/", "control"),
        ("http://\ud800.example/", "control"),
        ("http://news.example:0/", "port"),
        ("http://news.example:65536/", "port"),
        ("http://news.example:99999/", "port"),
        ("http://news.example:-1/", "port"),
        ("http://news.example:http/", "port"),
        ("http://" + "x" * 9000, "longer"),
        ("http://ｅxample./", "IDNA"),
    ],
)
def test_all_others_are_refused(url: str, reason: str) -> None:
    with pytest.raises(FetchError, match=f"(?i)^refused to fetch.*{reason}") as caught:
        check_url(url)
    assert not caught.value.retryable
    assert str(caught.value).isprintable()


def test_a_refusal_shows_no_secret() -> None:
    with pytest.raises(FetchError) as caught:
        check_url("https://bob:hunter2@hooks.example/services/T0KEN?key=K3Y")
    assert "hooks.example" in str(caught.value)
    assert not {"hunter2", "T0KEN", "K3Y"} & set(str(caught.value).replace(":", " ").split())
    assert "hunter2" not in str(caught.value)


@given(st.one_of(st.text(), st.text().map("http://".__add__), st.text().map("http://h:".__add__)))
@example("http://[::ffff:127.0.0.1]:8²/")
def test_whatever_is_asked_there_is_a_url_or_a_fetch_error(text: str) -> None:
    try:
        url = check_url(text)
    except FetchError:
        return
    assert url.scheme in ("http", "https")
    assert url.host
    assert b"@" not in url.netloc
    assert check_url(str(url)) == url


hosts = st.from_regex(r"([a-z0-9_-]{1,4}\.){0,3}(example|xn--fiq228c|[0-9]{1,3})", fullmatch=True)
ports = st.sampled_from(["", ":", ":80", ":443", ":0", ":08080", ":8080", ":65536"])
paths = st.text("/.~-_%?#&=:@!$'()*+,;[]|^a9", max_size=12).map("/".__add__)


@given(st.sampled_from(["http", "https", "HTTP"]), hosts, ports, paths)
@example("http", "127.0.0.1", ":8080", "/a/b.rss?c=d")
@example("http", "news.example", "", "/a/../b")
@example("http", "news.example", "", "/?")
@example("https", "news.example", ":443", "/a")
def test_what_is_read_in_haste_is_read_as_httpx_does(
    scheme: str, host: str, port: str, path: str
) -> None:
    text = f"{scheme}://{host}{port}{path}"
    try:
        url = check_url(text)
    except FetchError:
        return
    assert url == Url.of(httpx.URL(text.partition("#")[0]))


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/b", "http://news.example/b"),
        ("b?c#d", "http://news.example/dir/b?c"),
        ("//other.example/", "http://other.example/"),
        (" https://other.example/a b ", "https://other.example/a%20b"),
    ],
)
def test_a_redirect_leads_where_it_says(location: str, target: str) -> None:
    assert str(follow(check_url("http://news.example/dir/a"), location)) == target


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "http://[x/", "//user@h/", "//a\\b/", "http://h:99999/", "/\t/evil"],
)
def test_a_redirect_passes_the_same_gate(location: str) -> None:
    with pytest.raises(FetchError, match=r"^refused to fetch"):
        follow(check_url("http://news.example/"), location)


PUBLIC = [
    "8.8.8.8",
    "202.108.0.1",
    "2606:4700::1111",
    "::ffff:8.8.8.8",
    "2002:808:808::1",
    "64:ff9b::808:808",
]
NOT_PUBLIC = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:0:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(ip_address(address))
    assert AddressPolicy().permits("news.example", ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_addresses_that_lead_inside_or_nowhere(address: str) -> None:
    assert not is_public(ip_address(address))
    assert not AddressPolicy().permits("news.example", ip_address(address))


@pytest.mark.parametrize(
    ("allow", "host", "address", "permitted"),
    [
        (["127.0.0.1"], "x", "127.0.0.1", True),
        (["127.0.0.1"], "x", "::ffff:127.0.0.1", True),
        (["127.0.0.1"], "x", "127.0.0.2", False),
        (["10.0.0.0/8"], "x", "10.9.9.9", True),
        (["10.0.0.0/8"], "x", "64:ff9b::a00:1", True),
        (["10.0.0.0/8"], "x", "11.0.0.1", True),
        (["10.0.0.0/8"], "x", "192.168.0.1", False),
        (["[::1]"], "x", "::1", True),
        (["fd00::/8"], "x", "fd12::1", True),
        (["mail.internal"], "mail.internal", "10.0.0.1", True),
        (["Mail.Internal."], "mail.INTERNAL.", "10.0.0.1", True),
        (["mail.internal"], "x.mail.internal", "10.0.0.1", False),
        (["mail.internal"], "mail.internal.example", "10.0.0.1", False),
    ],
)
def test_what_the_operator_allows(
    allow: list[str], host: str, address: str, permitted: bool
) -> None:
    assert AddressPolicy(allow).permits(host, ip_address(address)) is permitted


@pytest.mark.parametrize(
    "entry",
    ["", "10.0.0.1/8", "10.0.0.0/33", "300.1.1.1", "127.1", "http://x/", "mail:25", "*.x", "a b"],
)
def test_a_bad_entry_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match=r"10.0.0.0/8") as caught:
        AddressPolicy(["good.example", entry])
    assert repr(entry) in str(caught.value)


def test_a_policy_is_a_value() -> None:
    assert AddressPolicy(["a", "127.0.0.1"]) == AddressPolicy(iter(["a", "127.0.0.1"]))
    assert hash(AddressPolicy()) == hash(AddressPolicy())
    with pytest.raises(AttributeError):
        AddressPolicy().hosts = frozenset({"x"})  # type: ignore[misc]
