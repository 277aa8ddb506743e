"""What a robots file says to us (RFC 9309 §2.2): which addresses are closed, and how slowly to go.

Targets are paths with their queries, in bytes, as they are asked for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_BOM = b"\xef\xbb\xbf"
_AGENT, _DELAY, _ALLOW, _DISALLOW = b"user-agent", b"crawl-delay", b"allow", b"disallow"
# A robot that obeys only those who spell well is no good guest.
_SPELLINGS = {
    **{key: key for key in (_AGENT, _DELAY, _ALLOW, _DISALLOW)},
    **dict.fromkeys((b"useragent", b"user agent"), _AGENT),
    **dict.fromkeys((b"crawldelay", b"crawl delay"), _DELAY),
    **dict.fromkeys((b"dissallow", b"dissalow", b"disalow", b"diasllow", b"disallaw"), _DISALLOW),
}
_TOKEN = re.compile(rb"[A-Za-z_-]+")  # a product token, §2.2.1

_NOT_OF_URLS = re.compile(rb'["<>`{}]')
_NOT_OF_RULES = re.compile(rb'["<>`{}]|[^\x21-\x7e]')
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(rb"[A-Za-z0-9._~-]")  # RFC 3986 §2.3
_INDEX = b"/index.html"
# Of more rules, or longer addresses, than these no site has need; matching takes their product.
_MOST_RULES, _LONGEST_TARGET = 5_000, 2_000


class Rule:
    """One Allow or Disallow. The longer it is the more it counts; Allow wins a tie."""

    __slots__ = ("_first", "_others", "_to_the_end", "allows", "weight")

    def __init__(self, pattern: bytes, *, allows: bool) -> None:
        self.allows = allows
        self.weight = (len(pattern), allows)
        self._to_the_end = pattern.endswith(b"$")
        self._first, *self._others = pattern.removesuffix(b"$").split(b"*")

    def matches(self, target: bytes) -> bool:
        """In linear time: each part is looked for once, behind the one before it."""
        if not target.startswith(self._first):
            return False
        at = len(self._first)
        if not self._others:
            return at == len(target) or not self._to_the_end
        *middle, last = self._others
        for part in middle:
            at = target.find(part, at) + len(part)
            if at < len(part):
                return False
        if self._to_the_end:
            return at <= len(target) - len(last) and target.endswith(last)
        return target.find(last, at) >= 0


@dataclass(eq=False, slots=True)
class Rules:
    """What holds for one robot. ``crawl_delay`` is in seconds."""

    rules: list[Rule] = field(default_factory=list)
    crawl_delay: float | None = None

    def permit(self, target: bytes) -> bool:
        """Whether ``target`` may be asked for."""
        written = _escaped(_NOT_OF_URLS, target[:_LONGEST_TARGET]) or b"/"
        forms = {written, _decoded(written)}
        if b"/robots.txt" in forms:
            return True
        for rule in self.rules:
            if any(rule.matches(form) for form in forms):
                return rule.allows
        return True

    def add(self, key: bytes, value: bytes) -> None:
        """Heed a line that is not empty."""
        if key == _DELAY:
            self._slow_down(value)
        elif len(self.rules) < _MOST_RULES:
            self._rule(key, _escaped(_NOT_OF_RULES, value))

    def _rule(self, key: bytes, pattern: bytes) -> None:
        if key == _DISALLOW:
            self.rules.append(Rule(_decoded(pattern), allows=False))
        else:
            # RFC 9309 would decode here as well; Google's own tests expect that a needless escape
            # opens nothing but itself. Where the two differ, what is closed stays closed.
            self.rules.append(Rule(pattern, allows=True))
            if pattern.endswith(_INDEX):  # the page stands for its folder
                self.rules.append(Rule(pattern.removesuffix(_INDEX) + b"/$", allows=True))

    def _slow_down(self, value: bytes) -> None:
        try:
            seconds = float(value)
        except ValueError:
            return
        if math.isfinite(seconds) and seconds >= 0:
            self.crawl_delay = max(seconds, self.crawl_delay or 0.0)


def parse(body: bytes, agent: str) -> Rules:
    """The rules in ``body`` for ``agent``, a product token in lower case; else those for all.

    Only Allow and Disallow end the list of names above them: whatever else stands between two
    names must not change whose rules they are (§2.2.4).
    """
    ours, everybodys = Rules(), Rules()
    group: list[Rules] = []  # whom the lines concern: us, everybody, or neither
    named, naming = False, True
    for key, value in _lines(body):
        if key == _AGENT:
            group, naming = group if naming else [], True
            for rules in _addressed(value, agent, ours, everybodys):
                named = named or rules is ours
                if rules not in group:
                    group.append(rules)
        else:
            naming = naming and key == _DELAY
            for rules in group if value else ():
                rules.add(key, value)
    found = ours if named else everybodys
    found.rules.sort(key=lambda rule: rule.weight, reverse=True)
    return found


def _lines(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each line that says something to somebody; the colon may be missing."""
    for line in body.removeprefix(_BOM).splitlines():
        said = line.partition(b"#")[0].replace(b"\t", b" ").strip()
        for separator in (b":", b" "):
            key, _, value = said.partition(separator)
            if known := _SPELLINGS.get(key.strip().lower()):
                yield known, value.strip()
                break


def _addressed(name: bytes, agent: str, ours: Rules, everybodys: Rules) -> Iterator[Rules]:
    token = _TOKEN.match(name)
    if name.startswith(b"*"):
        yield everybodys
    elif token and token[0].lower() == agent.encode("ascii", "replace"):
        yield ours


def _escaped(unfit: re.Pattern[bytes], target: bytes) -> bytes:
    """``target`` with an escape for whatever is ``unfit``, and capitals in all escapes."""
    target = unfit.sub(lambda found: b"".join(b"%%%02X" % byte for byte in found[0]), target)
    return _ESCAPE.sub(lambda escape: escape[0].upper(), target)


def _decoded(target: bytes) -> bytes:
    """``target`` without the escapes that no character needs (§2.2.2)."""
    return _ESCAPE.sub(_unescaped, target)


def _unescaped(escape: re.Match[bytes]) -> bytes:
    byte = bytes.fromhex(escape[1].decode("ascii"))
    return byte if _UNRESERVED.match(byte) else escape[0]
