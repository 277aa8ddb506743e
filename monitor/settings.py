"""What may stand in the three configuration files. The field descriptions are the reference."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    WithJsonSchema,
    field_validator,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from monitor.deliver import AnyChannel
from monitor.discover import AnySource
from monitor.fetch import AddressPolicy, Proxy
from monitor.fields import Backlog, Duration, Name, Secret, Wait
from monitor.hours import Hours, Zone
from monitor.models import Escalation, Severity, Value, Volume, VolumeKind, When
from monitor.queries import Query, StoryQuery
from monitor.routing import Door, Policy
from monitor.volume import parse_volume

DATABASE = "sqlite:///data/monitor.db"


def _database(secret: SecretStr) -> SecretStr:
    try:
        url = make_url(secret.get_secret_value())
    except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        raise ValueError(
            "not a database address, allowed: sqlite:///… or postgresql://…"
        ) from error
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise ValueError("unknown kind of database, allowed: sqlite:///… or postgresql://…")
    in_memory = not url.database or ":memory:" in url.database or "mode" in url.query
    if url.get_backend_name() == "sqlite" and in_memory:
        raise ValueError("a database in memory forgets what was sent: give a file, sqlite:///…")
    return secret


class StoreSettings(Value):
    """The database."""

    url: Annotated[Secret, AfterValidator(_database)] = Field(
        default=SecretStr(DATABASE),
        description="sqlite:///FILE, from the configuration's parent folder, or postgresql://…",
        json_schema_extra={"default": DATABASE},
    )


def _proxy(secret: SecretStr) -> SecretStr:
    Proxy.parse(secret.get_secret_value())
    return secret


class FetchSettings(Value):
    """How sites are asked."""

    contact: str | None = Field(
        default=None,
        min_length=3,
        max_length=200,
        pattern=r"^[!-'*-\[\]-~]*$",  # it stands in a comment of a header
        description="your mail or web address, for sites' owners: it stands in the User-Agent",
    )
    interval: Wait = Field(
        default=timedelta(hours=1), description="between two looks at a source that sets none"
    )
    min_interval: Wait = Field(
        default=timedelta(minutes=5), description="no source may be looked at more often"
    )
    max_interval: Wait = Field(
        default=timedelta(hours=6),
        description="a quiet source that sets no interval is looked at no less often",
    )
    delay: Duration = Field(
        default=timedelta(seconds=1), description="between two requests to one host"
    )
    timeout: Wait = Field(default=timedelta(seconds=30), description="for a whole request")
    max_bytes: int = Field(
        default=10 * 2**20, ge=10_000, le=2**30, description="of one answer, unpacked"
    )
    per_run: int = Field(
        default=50, ge=1, le=1000, description="pages read at one look; the rest waits for the next"
    )
    concurrency: int = Field(
        default=64,
        ge=1,
        le=256,
        description="sources looked at side by side, of one host an eighth of them",
    )
    allow: tuple[str, ...] = Field(
        default=(),
        description="hosts, addresses or networks inside your own net that may be reached",
    )
    proxy: Annotated[Secret, AfterValidator(_proxy)] | None = Field(
        default=None,
        description="http://HOST:PORT or https://HOST:PORT: every request goes through it;"
        " the environment's proxies never count",
    )

    @field_validator("allow")
    @classmethod
    def _readable(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        AddressPolicy(value)
        return value


class ParseSettings(Value):
    """How pages are read."""

    workers: int | None = Field(
        default=None,
        ge=0,
        le=256,
        description="processes that read pages, at most: as many as there are cores if not set;"
        " 0 reads them in the service's own process, where no page is bounded",
    )


class HealthSettings(Value):
    """When a source counts as ill, and who is told."""

    channels: tuple[str, ...] = Field(
        default=(),
        description="names of channels that hear of ill and recovered sources and channels, and of"
        " wrong edits",
    )
    failures: int = Field(
        default=4, ge=1, le=100, description="looks that fail in a row before a source is failing"
    )
    max_age: Wait = Field(
        default=timedelta(days=30), description="newest item older than this: frozen"
    )


class RetentionSettings(Value):
    """How long stories are kept."""

    stories: Wait = Field(default=timedelta(days=730), description="the text of a story")
    off_topic: Wait = Field(
        default=timedelta(days=30), description="the text of a story off the topic"
    )


class WebSettings(Value):
    """The status page."""

    listen: str | None = Field(
        default=None,
        pattern=r"^(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$",
        description="its loopback address and port, such as 127.0.0.1:8420",
    )


class MonitorFile(Value):
    """What belongs to the program as a whole, and where alerts go."""

    store: StoreSettings = StoreSettings()
    fetch: FetchSettings = FetchSettings()
    parse: ParseSettings = ParseSettings()
    retention: RetentionSettings = RetentionSettings()
    health: HealthSettings = HealthSettings()
    web: WebSettings = WebSettings()
    alert_backlog: Backlog = Field(
        default=0,
        description="of the first look at a source, alert on: none, so many of the newest stories,"
        " or what is newer than 2d",
        json_schema_extra={"default": "none"},
    )
    timezone: Zone = Field(
        default=ZoneInfo("Asia/Vientiane"),
        description="in which the hours of channels are meant that set none of their own",
        json_schema_extra={"default": "Asia/Vientiane"},
    )
    topic: StoryQuery | None = Field(
        default=None, description="a query as in a rule: marks each story as on or off the topic"
    )
    channels: dict[Name, AnyChannel] = Field(
        default_factory=dict, description="where alerts go, each under a name of your choice"
    )

    def policy(self, channel: str) -> Policy:
        """What a channel allows; one that is not in the file, which a reload may bring, all."""
        known = self.channels.get(channel)
        return known.policy(self.timezone) if known else Policy(Hours(self.timezone))

    def doors(self, channels: Iterable[str]) -> list[Door]:
        """All recipients of some channels."""
        return [Door(name, to) for name in channels for to in self.policy(name).recipients]


class SourcesFile(Value):
    """What is watched."""

    sources: dict[Name, AnySource] = Field(
        default_factory=dict, description="feeds and pages, each under a name of your choice"
    )


def _written(kind: VolumeKind, example: str) -> Any:
    return (
        BeforeValidator(partial(parse_volume, kind)),
        WithJsonSchema({"type": "string", "examples": [example]}),
    )


Spike = Annotated[Volume, *_written(VolumeKind.SPIKE, "3x over 28d")]
Silence = Annotated[Volume, *_written(VolumeKind.SILENCE, "none for 5d")]
Count = Annotated[Volume, *_written(VolumeKind.COUNT, ">= 10 in 24h")]


class EscalationSettings(Escalation):
    """Who hears of an alert that does not reach whom it should."""

    after: Wait = Field(description="such as 30m: so long after an alert was to go out")
    to: tuple[str, ...] = Field(
        min_length=1, description="names of channels in monitor.yaml that get it too"
    )


class RuleSettings(Value):
    """One thing to be told of."""

    name: str | None = Field(
        default=None, max_length=200, description="as alerts show it; else the key"
    )
    query: Query = Field(description="what a story must say: see docs/rules.md")
    channels: tuple[str, ...] | None = Field(
        default=None, description="names of channels in monitor.yaml; else defaults.channels"
    )
    corrections: bool = Field(
        default=True, description="alert again when a story that matched is corrected"
    )
    severity: Severity | None = Field(
        default=None,
        description="urgent alerts go out at once, whatever the hours and limits of a channel;"
        " else defaults.severity",
    )
    when: When | None = Field(
        default=None,
        description="now, or with the next digest of each channel; else defaults.when",
    )
    group: Duration | None = Field(
        default=None,
        description="a window in which this rule's alerts go out as one; else defaults.group",
    )
    max_age: Wait | None = Field(
        default=None,
        description="of a story by its own date: nobody is told of older ones;"
        " else defaults.max_age",
    )
    escalate: EscalationSettings | None = Field(
        default=None,
        description="who is told too where a channel has not taken an alert;"
        " else defaults.escalate",
    )
    backfill: Wait | None = Field(
        default=None,
        description="such as 7d: once, when the rule is new or its query has changed, tell as one"
        " of what the archive holds of so long a time",
    )
    spike: Spike | None = Field(
        default=None,
        description="such as 3x over 28d: alert not on single stories, but when 24 hours bring"
        " so many times what such a day of that time usually brings",
    )
    silence: Silence | None = Field(
        default=None, description="such as none for 5d: alert when no story comes for so long"
    )
    count: Count | None = Field(
        default=None,
        description='such as ">= 10 in 24h": alert when so many stories come in so long a time',
    )
    enabled: bool = Field(default=True, description="false: kept, but not asked for")

    @property
    def volume(self) -> Volume | None:
        """What it says of how many stories come; of several, which is a mistake, the first."""
        return self.spike or self.silence or self.count


class RuleDefaults(Value):
    """What holds for every rule that does not say otherwise."""

    channels: tuple[str, ...] = Field(default=(), description="names of channels in monitor.yaml")
    severity: Severity = Field(default=Severity.NORMAL, description="how much an alert matters")
    when: When = Field(default=When.NOW, description="at once, or with the next digest")
    group: Duration = Field(
        default=timedelta(),
        description="a window in which the alerts of one rule go out as one; 0s: each by itself",
        json_schema_extra={"default": "0s"},
    )
    max_age: Wait | None = Field(
        default=None, description="of a story by its own date; without it, none is too old"
    )
    escalate: EscalationSettings | None = Field(
        default=None, description="who is told too where a channel has not taken an alert"
    )


class RulesFile(Value):
    """What to alert on, and whom."""

    defaults: RuleDefaults = RuleDefaults()
    rules: dict[Name, RuleSettings] = Field(
        default_factory=dict, description="each under a name of your choice"
    )


FileName = Literal["monitor.yaml", "sources.yaml", "rules.yaml"]
FILES: dict[FileName, type[Value]] = {
    "monitor.yaml": MonitorFile,
    "sources.yaml": SourcesFile,
    "rules.yaml": RulesFile,
}
