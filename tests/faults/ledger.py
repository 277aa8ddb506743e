"""What arrived, held against what had to: lost, repeated, and under which ids."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from tests.mailserver import Mail
from tests.servers import Request


@dataclass
class Arrived:
    """What a receiver of one channel accepted: (id, titles told in it), in order."""

    told: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def hook(self, request: Request) -> None:
        data = json.loads(request.body)["data"]
        alerts = data.get("alerts", [data])
        self.told.append(
            (request.headers["webhook-id"], tuple(one["article"]["title"] for one in alerts))
        )

    def mails(self, mails: Iterable[Mail], titles: Collection[str]) -> None:
        for mail in mails:
            message = mail.message
            found = tuple(title for title in titles if title in message["Subject"])
            self.told.append((message["Message-ID"].strip("<>").split("@")[0], found))


@dataclass
class Verdict:
    """Of one or several runs of a fault."""

    runs: int = 0
    lost: int = 0
    repeated: int = 0  # deliveries that came more than once, under one id
    recorded: int = 0  # deliveries that came again although it was written down that they had
    doubled: int = 0  # alerts that came under two ids

    def add(self, other: Verdict) -> None:
        self.runs += other.runs
        self.lost += other.lost
        self.repeated += other.repeated
        self.recorded += other.recorded
        self.doubled += other.doubled


def judge(arrived: Iterable[Arrived], titles: Collection[str]) -> Verdict:
    """One run: each receiver was to hear of each title, under one id."""
    verdict = Verdict(runs=1)
    for one in arrived:
        times = Counter(delivery for delivery, _ in one.told)
        ids: dict[str, set[str]] = defaultdict(set)
        for delivery, told in one.told:
            for title in told:
                ids[title].add(delivery)
        verdict.lost += sum(not ids[title] for title in titles)
        verdict.repeated += sum(number - 1 for number in times.values())
        verdict.doubled += sum(len(under) > 1 for under in ids.values())
    return verdict
