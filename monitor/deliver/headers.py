"""Headers of their own that users add to requests: names and values that can do no harm."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from monitor.fields import Secret

MOST, LONGEST = 20, 4_096  # headers, characters of a value: servers take about 8 KB in all

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")  # RFC 9110 §5.6.2: a token
_VALUE = re.compile(r"[!-~](?:[ -~\t]*[!-~])?")  # §5.5, without what is obsolete; no line ends
# What this program sets itself, and what says where a message ends or a connection leads.
_OURS = re.compile(
    r"webhook-.*|proxy-.*|content-(?:type|length|encoding)|accept-encoding|user-agent|host"
    r"|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect",
    re.IGNORECASE,
)


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError("not the name of a header, allowed: letters, digits and -")
    if _OURS.fullmatch(value):
        raise ValueError("set by the monitor itself: take another name")
    return value


def _value(secret: SecretStr) -> SecretStr:
    value = secret.get_secret_value()
    if len(value) > LONGEST or not _VALUE.fullmatch(value):
        raise ValueError(
            f"not the value of a header, allowed: 1 to {LONGEST} printable characters of ASCII,"
            " on one line, no blank at either end"
        )
    return secret


def _distinct(headers: Mapping[str, SecretStr]) -> Mapping[str, SecretStr]:
    if len({name.lower() for name in headers}) < len(headers):
        raise ValueError("two headers of one name: capital and small letters are the same")
    return headers


# A value may be the password of the receiver, so none is ever shown.
OwnHeaders = Annotated[
    dict[Annotated[str, AfterValidator(_name)], Annotated[Secret, AfterValidator(_value)]],
    Field(max_length=MOST),
    AfterValidator(_distinct),
]
