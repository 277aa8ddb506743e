"""What may stand in the three configuration files. The field descriptions are the reference."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, field_validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from monitor.deliver import AnyChannel
from monitor.discover import AnySource
from monitor.fetch import AddressPolicy
from monitor.fields import Duration, Secret
from monitor.models import Value

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


def _database(secret: SecretStr) -> SecretStr:
    try:
        url = make_url(secret.get_secret_value())
    except ArgumentError as error:
        raise ValueError(
            "not a database address, allowed: sqlite:///… or postgresql://…"
        ) from error
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise ValueError("unknown kind of database, allowed: sqlite:///… or postgresql://…")
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise ValueError("a database in memory forgets what was sent: give a file, sqlite:///…")
    return secret


class StoreSettings(Value):
    url: Annotated[Secret, AfterValidator(_database)] = Field(
        default=SecretStr("sqlite:///data/monitor.db"),
        description="sqlite:///FILE (from the configuration's parent folder) or postgresql://…",
    )


class FetchSettings(Value):
    contact: str | None = Field(
        default=None,
        min_length=3,
        description="an address where a site's owner reaches you; it stands in the User-Agent",
    )
    interval: Duration = Field(default=timedelta(hours=1), description="between looks at a source")
    min_interval: Duration = Field(
        default=timedelta(minutes=5), description="no source may ask for less"
    )
    delay: Duration = Field(
        default=timedelta(seconds=1), description="between two requests to one host"
    )
    timeout: Duration = Field(default=timedelta(seconds=30), description="for a whole request")
    max_bytes: int = Field(
        default=10 * 2**20, ge=10_000, le=2**30, description="of one decoded answer"
    )
    per_run: int = Field(
        default=50, ge=1, le=1000, description="pages read at one look; the rest waits for the next"
    )
    concurrency: int = Field(default=8, ge=1, le=256, description="sources looked at side by side")
    allow: tuple[str, ...] = Field(
        default=(),
        description="hosts, addresses or networks inside your own net that may be reached",
    )

    @field_validator("allow")
    @classmethod
    def _readable(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        AddressPolicy(value)
        return value


class RetentionSettings(Value):
    stories: Duration = Field(
        default=timedelta(days=730), description="the text of a story is kept this long"
    )
    off_topic: Duration = Field(
        default=timedelta(days=30), description="and that of a story off the topic this long"
    )


class WebSettings(Value):
    listen: str | None = Field(
        default=None,
        pattern=r"^(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$",
        description="loopback address and port of the status page, such as 127.0.0.1:8420",
    )


class MonitorFile(Value):
    """``monitor.yaml``"""

    store: StoreSettings = StoreSettings()
    fetch: FetchSettings = FetchSettings()
    retention: RetentionSettings = RetentionSettings()
    web: WebSettings = WebSettings()
    topic: str | None = Field(
        default=None, description="a rule's query: marks each story as on or off the topic"
    )
    channels: dict[Name, AnyChannel] = Field(
        default_factory=dict, description="where alerts go, by a name of your choice"
    )


class SourcesFile(Value):
    """``sources.yaml``"""

    sources: dict[Name, AnySource] = Field(
        default_factory=dict, description="what is watched, by a name of your choice"
    )


class RuleSettings(Value):
    name: str | None = Field(default=None, max_length=200, description="as alerts show it")
    query: str = Field(min_length=1, description="see docs/rules.md")
    channels: tuple[Name, ...] | None = Field(
        default=None, description="names of channels in monitor.yaml; without it, the defaults"
    )
    corrections: bool = Field(
        default=True, description="alert again when a story that matched is corrected"
    )
    enabled: bool = True


class RuleDefaults(Value):
    channels: tuple[Name, ...] = ()


class RulesFile(Value):
    """``rules.yaml``"""

    defaults: RuleDefaults = RuleDefaults()
    rules: dict[Name, RuleSettings] = Field(
        default_factory=dict, description="what to alert on, by a name of your choice"
    )


FileName = Literal["monitor.yaml", "sources.yaml", "rules.yaml"]
FILES: dict[FileName, type[Value]] = {
    "monitor.yaml": MonitorFile,
    "sources.yaml": SourcesFile,
    "rules.yaml": RulesFile,
}
