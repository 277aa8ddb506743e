"""The profiles of the configuration, each with its file and its sample pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from monitor import app as house
from monitor.cli.pages import is_address
from monitor.config import PROFILES
from monitor.errors import ConfigError, NotFoundError, Problem
from monitor.parse import Profile, profile_of
from monitor.parse.profilefile import read_profiles
from monitor.parse.samples import samples_in
from monitor.problems import meant


@dataclass(frozen=True, slots=True)
class Kept:
    """``samples`` are the user's own, beside the profile; without any, those that ship."""

    path: Path
    profile: Profile
    samples: tuple[Path, ...]

    @property
    def name(self) -> str:
        return self.path.stem


def kept_profiles(directory: Path) -> tuple[list[Kept], list[Problem]]:
    """The profiles that are in order, by the name of their files, and what is wrong with others."""
    files, problems = read_profiles(directory / PROFILES)
    kept = [Kept(path, profile, _samples(path, profile)) for path, profile in files.items()]
    return kept, problems


def folder_of(path: Path) -> Path:
    """Where a user's sample pages of the profile ``path`` stand."""
    return path.with_suffix("")


def _samples(path: Path, profile: Profile) -> tuple[Path, ...]:
    own = samples_in(folder_of(path))
    if own:
        return tuple(own)
    shipped = house.shipped("pages", "samples/pages")
    names = sorted({path.stem, *profile.hosts})
    return tuple(page for name in names for page in samples_in(shipped / name))


def named(words: Sequence[str], kept: Sequence[Kept], problems: Sequence[Problem]) -> list[Kept]:
    """The profiles of these names, hosts or addresses. Raises NotFoundError and ConfigError."""
    found = [_named(word, kept, problems) for word in words]
    return list({each.path: each for each in found}.values())


def _named(word: str, kept: Sequence[Kept], problems: Sequence[Problem]) -> Kept:
    host = (urlsplit(word).hostname or "") if is_address(word) else word.removeprefix("www.")
    wrong = [problem for problem in problems if Path(problem.file).stem == host]
    if wrong:
        raise ConfigError(wrong)
    by_name = {each.name: each for each in kept}
    by_host = {name: each for each in kept for name in each.profile.hosts}
    profiles = {name: each.profile for name, each in by_host.items()}
    if host in by_name:
        return by_name[host]
    profile = profile_of(profiles, f"https://{host}/")
    for each in by_host.values():
        if each.profile is profile:
            return each
    raise NotFoundError(
        f"no profile for {host!r}{meant(host, by_host) if by_host else ''}; a first one:"
        " monitor profile suggest URL"
    )
