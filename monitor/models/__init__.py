"""The values that travel from stage to stage, in the order in which a story meets them.

All are frozen. Nothing here does I/O, asks for the time, or imports anything of ours but a value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from monitor.background import NO_BACKGROUND, Background
from monitor.models.counted import CountedStory as CountedStory
from monitor.models.counted import Volume as Volume
from monitor.models.counted import VolumeKind as VolumeKind
from monitor.models.moments import Moment as Moment
from monitor.models.moments import whole_minutes as whole_minutes
from monitor.models.urgency import Escalation as Escalation
from monitor.models.urgency import Severity as Severity
from monitor.models.urgency import When as When


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave us to ask "changed since?" with, byte for byte (RFC 9110 §8.8)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer to a GET: ``body`` is decoded from its content coding, not from its charset."""

    url: str  # after redirects
    body: bytes
    content_type: str  # media type in lower case, without parameters; "" where none was sent
    charset: str | None  # the charset parameter of Content-Type
    validators: Validators
    fresh_for: float = 0.0  # seconds for which the server asks not to be asked again
    moved_to: str | None = None  # where 301 and 308 alone led, if any did


@dataclass(frozen=True, slots=True)
class NotModified:
    """304: what we have is current."""

    validators: Validators
    fresh_for: float = 0.0
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A story as its source announces it, before its page has been read."""

    url: str
    title: str | None = None
    guid: str | None = None
    published: Moment | None = None
    updated: Moment | None = None
    summary: str | None = None
    author: str | None = None
    language: str | None = None


class Value(BaseModel):
    """A frozen pydantic model that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Dateline(Value):
    """Where, when and by whom a story was filed: ``BEIJING, Jan. 21 (Xinhua) --``.

    ``date`` takes its year from the story, since datelines print none.
    """

    place: str | None = Field(default=None, description="as printed: BEIJING, 万象, ວຽງຈັນ")
    date: dt.date | None = None
    agency: str | None = Field(default=None, description="as printed: Xinhua, 新华社, ຂປລ")


class StoryKind(StrEnum):
    """What a page is that shows a story; all but the first are kept and shown, not alerted on."""

    STORY = "story"
    GALLERY = "gallery"  # pictures with a line below each
    LIVE = "live blog"  # entries, each with its time, that grow through the day
    BILINGUAL = "two languages"  # the same, or two stories, in one after the other


DOUBTFUL = 0.5  # a quality below it is flagged wherever the Article is shown


class Article(Value):
    """One news story, whatever site it came from."""

    url: str = Field(description="where the page was read, after redirects")
    canonical: str | None = Field(
        default=None, description="the address that the page names as its own"
    )
    title: str = Field(description="the headline, without the name of the site")
    source: str | None = Field(default=None, description="the credited wire or agency, as printed")
    updated: Moment | None = Field(default=None, description="as precise as the page prints it")
    published: Moment | None = Field(default=None, description="as precise as the page prints it")
    dateline: Dateline | None = Field(default=None, description="as the first paragraph says it")
    body: tuple[str, ...] = Field(description="the paragraphs as printed, dateline included")
    language: str = Field(default="und", description="BCP 47 tag; und where nobody can tell")
    site: str = Field(default="", description="the host without www.; with its port if unusual")
    authors: tuple[str, ...] = Field(default=(), description="as printed, in their order")
    section: str | None = Field(default=None, description="of the site, as it names it")
    keywords: tuple[str, ...] = Field(default=(), description="each once, in their order")
    image: str | None = None
    kind: StoryKind = Field(
        default=StoryKind.STORY, description="nobody is alerted of what is no plain story"
    )
    quality: float = Field(
        default=1.0, ge=0, le=1, description="how sure it is that this is the story, and all of it"
    )
    doubts: tuple[str, ...] = Field(default=(), description="why the quality is not 1, in words")
    extracted_by: Mapping[str, str] = Field(
        default_factory=dict, description="by field, the way it came: docs/operations.md has them"
    )

    @property
    def flags(self) -> tuple[str, ...]:
        """What a reader should know before trusting it, in words; empty for most."""
        kind = () if self.kind is StoryKind.STORY else (self.kind.value,)
        low = (f"doubtful ({self.quality:.2f})",) if self.quality < DOUBTFUL else ()
        return (*kind, *low)


class Rule(Value):
    """What somebody wants to hear of, and where."""

    id: str
    query: str
    name: str | None = Field(
        default=None, description="shown in alerts; the id where none is given"
    )
    channels: tuple[str, ...] = ()
    corrections: bool = Field(
        default=True, description="alert again when a story that matched is corrected"
    )
    severity: Severity = Severity.NORMAL
    when: When = When.NOW
    group: dt.timedelta = dt.timedelta()  # the window in which its alerts go out as one
    max_age: dt.timedelta | None = None  # of a story by its own date; older ones alert nobody
    escalate: Escalation | None = None
    backfill: dt.timedelta | None = None  # how far back a new rule tells of what is in the archive
    volume: Volume | None = None  # it tells of how many stories come, and not of single ones

    @property
    def label(self) -> str:
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Span:
    """One place where a term was found; offsets count characters of the printed text."""

    field: str  # title or body; or source, site, author, dateline, section
    paragraph: int  # index into Article.body (or authors); 0 for the others
    start: int
    end: int
    term: str  # as the rule writes it
    text: str  # as the story prints it
    concept: str | None = None  # the id of that whose name it is


class Match:
    """Why a story met a rule: every place that counts, in reading order.

    The places are looked for when they are first asked for, where a way to find them is given.
    """

    __slots__ = ("_spans", "rule")

    def __init__(self, rule: str, spans: tuple[Span, ...] | Callable[[], tuple[Span, ...]]) -> None:
        self.rule = rule
        self._spans = spans

    @property
    def spans(self) -> tuple[Span, ...]:
        if not isinstance(self._spans, tuple):
            self._spans = self._spans()
        return self._spans

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Match):
            return NotImplemented
        return (self.rule, self.spans) == (other.rule, other.spans)

    def __hash__(self) -> int:
        return hash((self.rule, self.spans))

    def __repr__(self) -> str:
        return f"Match(rule={self.rule!r}, spans={self.spans!r})"

    @property
    def terms(self) -> tuple[str, ...]:
        """The rule's terms that were found, each once, in reading order."""
        return tuple(dict.fromkeys(span.term for span in self.spans))

    @property
    def concepts(self) -> tuple[str, ...]:
        """The concepts whose names were found, each once, in reading order."""
        return tuple(dict.fromkeys(span.concept for span in self.spans if span.concept))


class ChangeKind(StrEnum):
    """What an article is to the archive."""

    NEW = "new"
    REVISED = "revised"  # a story we have, with other words
    SAME = "same"  # a story we have, word for word
    COPY = "copy"  # a story we have from elsewhere: a wire story carried by another site


@dataclass(frozen=True, slots=True)
class Change:
    """The verdict of ``dedupe``: ``story`` is the known story's id, None when new."""

    kind: ChangeKind
    reason: str
    story: int | None = None


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    SENDING = "sending"  # under a lease
    SENT = "sent"
    FAILED = "failed"  # given up: `monitor delivery retry` sends it again


class Health(StrEnum):
    """How a source is; all but the first are told to ``health.channels``."""

    OK = "ok"
    FAILING = "failing"  # several looks in a row brought nothing
    CHALLENGED = "challenged"  # asks for a human instead of giving the news
    GONE = "gone"  # 410: it is not looked at any more
    QUIET = "quiet"  # nothing new for much longer than it is used to
    FROZEN = "frozen"  # answers, but its newest item is old
    LAYOUT = "layout"  # its stories suddenly come out empty or much shorter


class About(StrEnum):
    """What falls ill and recovers."""

    SOURCE = "source"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Notice:
    """One word to the owners of a source or channel: it fell ill, or recovered."""

    id: str  # of the delivery
    source: str  # its name in the files
    name: str  # as people read it
    url: str
    health: Health  # what it has come down with, or recovered from
    recovered: bool
    detail: str  # what was seen, and what to do
    since: dt.datetime  # when it fell ill
    created_at: dt.datetime
    about: About = About.SOURCE


@dataclass(frozen=True, slots=True)
class ConfigNotice:
    """One word to ``health.channels``: an edit of the configuration is wrong, or all is right."""

    id: str  # of the delivery
    folder: str
    right: bool
    problems: tuple[str, ...]  # each with file, line and key; what they were, where it is right
    since: dt.datetime  # when it went wrong
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is known of a source between two looks."""

    id: str
    validators: Validators = Validators()
    body_digest: str | None = None  # of the last body: the same one is not read twice
    checked_at: dt.datetime | None = None
    succeeded_at: dt.datetime | None = None
    baseline_at: dt.datetime | None = None  # when the first look succeeded
    next_at: dt.datetime | None = None
    why: str | None = None  # then
    pages_at: dt.datetime | None = None  # when the next of its pages wants to be read
    failures: int = 0  # in a row
    links: int = 0  # found at the last full look
    kept_out: Any = None  # of those that its patterns kept out then, as gaps.py marks them
    error: str | None = None
    moved_to: str | None = None  # where 301 or 308 leads
    moved_times: int = 0  # in a row that it led there
    newest_at: dt.datetime | None = None  # the newest date that it announced
    new_at: dt.datetime | None = None  # when it last announced something new
    rhythm: Any = None  # its hours of publication, as rhythm.py writes them
    extraction: Any = None  # how long its stories are, as health.py writes it
    health: Health = Health.OK
    condition: Any = None  # since when, why, and what its owners know, as health.py writes it


@dataclass(frozen=True, slots=True)
class Announced:
    """A link to write down, under the key of its story."""

    source: str
    key: str  # canonical URL
    link: Link
    fingerprint: str  # of what shows a correction
    baseline: bool = False  # of the first look: nobody is alerted
    skipped: bool = False  # off the topic by its title


@dataclass(frozen=True, slots=True)
class PendingLink:
    """A link that waits for its page to be read."""

    id: int
    source: str
    key: str  # canonical URL
    link: Link
    baseline: bool  # seen at the first look at its source: nobody is alerted
    attempts: int


@dataclass(frozen=True, slots=True)
class Message:
    """One alert on its way to one channel. Everything in it is the same at every attempt."""

    id: str  # of the delivery; a receiver may drop a second one with the same id
    rule: str
    label: str  # the rule's name as people read it
    reason: str  # why now: "new story", "corrected: title changed"
    correction: bool
    first_id: str | None  # for a correction, the id under which the story was first sent here
    story: int
    revision: int
    source: str  # the name of the source that announced it
    article: Article
    match: Match
    created_at: dt.datetime
    severity: Severity = Severity.NORMAL
    thread: str = ""  # the same for all that is told of one story, its copies and its corrections


@dataclass(frozen=True, slots=True)
class VolumeAlert:
    """One alert on how many stories come, on its way to one channel; always the same, too."""

    id: str  # of the delivery
    rule: str
    label: str  # the rule's name as people read it
    kind: VolumeKind
    condition: str  # as the rule writes it: 3x over 28d
    reason: str  # with the figures: "spike: 14 stories in 24 h, 3 expected"
    number: int  # of stories
    expected: float | None  # so many; None where too little is known
    since: dt.datetime  # when what was counted begins; of a silence, when the last story came
    stories: tuple[CountedStory, ...]  # the newest of them; of a silence, the last before it
    more: int  # beside these
    created_at: dt.datetime
    severity: Severity = Severity.NORMAL


@dataclass(frozen=True, slots=True)
class Collection:
    """Several alerts on their way to one channel as one: a digest, a rule's, an hour's surplus …"""

    id: str  # of the delivery
    kind: str  # as routing.py names it: digest, group …
    alerts: tuple[Message, ...]  # on stories, as they were raised; an empty digest has none
    created_at: dt.datetime  # of the first of all
    due: dt.datetime  # when it was to go out
    volumes: tuple[VolumeAlert, ...] = ()  # on how many came
    background: Background = NO_BACKGROUND

    @property
    def size(self) -> int:
        return len(self.alerts) + len(self.volumes)
