"""``monitor alert preview``"""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from monitor import app as house
from monitor.cli.channel import channel_named
from monitor.cli.common import MOST, Context
from monitor.cli.show import out, show_json
from monitor.deliver import Channel, Told, payload
from monitor.deliver.chat import ChatChannel
from monitor.deliver.console import ConsoleChannel, lines
from monitor.deliver.email import EmailChannel
from monitor.deliver.templating import Templates
from monitor.errors import MonitorError, NotFoundError
from monitor.models import Collection, Match, Message, Rule, Severity
from monitor.routing import BundleKind, edition
from monitor.settings import MonitorFile
from monitor.store import Transaction, backgrounds, overview, stories
from monitor.store.stories import Story
from monitor.text import flat


def preview(
    context: typer.Context,
    channel: Annotated[str, typer.Option(help="Its name in monitor.yaml.")],
    story: Annotated[int, typer.Option(max=MOST, help="Its number in `story list`.")],
    digest: Annotated[bool, typer.Option("--digest", help="As a digest of that story.")] = False,
    html: Annotated[
        Path | None, typer.Option(help="Write the HTML of the mail there, pictures included.")
    ] = None,
) -> None:
    """Show what a channel would be sent of a story, with your templates; nothing is sent.

    Each rule that the story has alerted on, or else meets, makes an alert.

    Example: monitor alert preview --channel mail --story 1 --html mail.html
    """
    called = context.ensure_object(Context)
    config = called.config()
    way_out = channel_named(config.channels, channel)
    if html and not isinstance(way_out, EmailChannel):
        raise typer.BadParameter(f"{channel} sends no HTML", param_hint="--html")
    with called.store() as store, store.read() as tx:
        found = stories.get(tx, story)
        if found is None:
            raise NotFoundError(f"no story {story}: see `monitor story list`")
        names = {source.id: source.name for source in config.sources}
        alerts = _alerts(tx, found, config.rules, names.get(found.source) or found.source)
        if not alerts:
            raise NotFoundError(f"story {story} meets no rule: see `monitor alert explain {story}`")
        told: list[Told] = [*alerts]
        if digest:
            told = [_digest(tx, alerts, found, channel, config.settings)]
    for number, each in enumerate(told, 1):
        if isinstance(way_out, EmailChannel):
            target = html and (html if number == 1 else html.with_stem(f"{html.stem}-{number}"))
            _show_mail(way_out, each, config.templates, target)
        else:
            _show(way_out, each, config.templates)


def _alerts(tx: Transaction, story: Story, rules: tuple[Rule, ...], source: str) -> list[Message]:
    """Those that were raised, or else one for each rule that the story met when it was read."""
    by_id = {rule.id: rule for rule in rules}
    raised = overview.list_alerts(tx, story=story.id)
    if raised:
        newest = {alert.rule: alert for alert in reversed(raised)}.values()
        return [
            replace(
                _message(story, source, alert.match, alert.label),
                reason=alert.reason,
                correction=alert.correction,
                severity=alert.severity,
                article=alert.article,
                revision=alert.revision,
                created_at=alert.created_at,
            )
            for alert in newest
        ]
    return [
        _message(story, source, match, by_id[match.rule].label, by_id[match.rule].severity)
        for match in stories.matches_of(tx, story.id)
        if match.rule in by_id
    ]


def _message(
    story: Story, source: str, match: Match, label: str, severity: Severity = Severity.NORMAL
) -> Message:
    return Message(
        id="msg_preview",
        rule=match.rule,
        label=label,
        reason="new story",
        correction=False,
        first_id=None,
        story=story.id,
        revision=story.revision,
        source=source,
        article=story.article,
        match=match,
        created_at=story.changed_at,
        severity=severity,
    )


def _digest(
    tx: Transaction, alerts: list[Message], story: Story, channel: str, settings: MonitorFile
) -> Collection:
    policy = settings.policy(channel)
    now = house.utc_now()
    due = edition(channel, policy, now).at
    around = backgrounds.now(tx, story.id, due, policy.hours.zone.key)
    return Collection("msg_preview", BundleKind.DIGEST, tuple(alerts), now, due, (), around)


def _show_mail(channel: EmailChannel, told: Told, templates: Templates, html: Path | None) -> None:
    from monitor.deliver.mail import compose
    from monitor.deliver.render import Look

    mail = compose(told, channel.sender, channel.to, Look(templates, channel.digest))
    for name in ("Subject", "From", "To"):
        _print(f"{name}: {mail[name]}")
    _print("")
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    for line in text.get_content().splitlines() if text else ():
        _print(line)
    if html is None or page is None:
        return
    written = page.get_content()
    for part in mail.walk():
        image = part.get_payload(decode=True)
        if part.get_content_maintype() == "image" and isinstance(image, bytes):
            data = f"data:image/png;base64,{base64.b64encode(image).decode()}"
            written = written.replace(f"cid:{part['Content-ID'].strip('<>')}", data)
    try:
        html.write_text(written, "utf-8")
    except OSError as error:
        raise MonitorError(f"cannot write {html}: {error.strerror}") from error


def _show(channel: Channel, told: Told, templates: Templates) -> None:
    """The lines of a console or a chat; for all else, what is sent as JSON."""
    if isinstance(channel, ConsoleChannel):
        for line in lines(told):
            _print(line)
    elif isinstance(channel, ChatChannel):
        for part in channel.words(told, templates):
            _print(part)
    else:
        show_json(payload(told))


def _print(line: str) -> None:
    for each in line.split("\n"):
        out.print(flat(each), markup=False, soft_wrap=True)
