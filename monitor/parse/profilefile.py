"""Profiles from their files: every mistake at once, each with its file and line."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pydantic import ValidationError

from monitor.errors import ConfigError, Problem
from monitor.files import read_regular
from monitor.parse.profile import Profile
from monitor.problems import explain
from monitor.yamlfile import Document, is_yaml, read_yaml


def load_profiles(folder: Path) -> dict[str, Profile]:
    """The profiles of ``folder``, by host; none where there is no such folder.

    Raises ConfigError with every Problem.
    """
    files, problems = read_profiles(folder)
    if problems:
        raise ConfigError(problems)
    return {host: profile for profile in files.values() for host in profile.hosts}


def read_profiles(folder: Path) -> tuple[dict[Path, Profile], list[Problem]]:
    """The profiles of ``folder`` that are in order, by file, and what is wrong with the others."""
    files: dict[Path, Profile] = {}
    known: set[str] = set()
    problems: list[Problem] = []
    try:
        paths = sorted(path for path in folder.iterdir() if is_yaml(path.name))
    except FileNotFoundError:
        return {}, []
    except OSError as error:
        return {}, [Problem(str(folder), None, "", f"not readable: {error.strerror}")]
    for path in paths:
        try:
            document = _read(path)
            profile = read_profile(document)
        except ConfigError as error:
            problems += error.problems
            continue
        taken = _taken(profile, known, document)
        if not taken:
            files[path] = profile
        problems += taken
        known |= set(profile.hosts)
    return files, problems


def load_profile(path: Path) -> Profile:
    """The profile of one file. Raises ConfigError with every Problem."""
    return read_profile(_read(path))


def read_profile(document: Document) -> Profile:
    """Raises ConfigError with every Problem."""
    if not isinstance(document.data, dict):
        message = "holds no profile, allowed: keys with values, hosts among them"
        raise ConfigError([document.problem((), message)])
    try:
        profile = Profile.model_validate(document.data)
    except ValidationError as error:
        problems = [*document.problems, *explain(error, Profile, document)]
        raise ConfigError(sorted(problems, key=lambda p: p.line or 0)) from error
    if document.problems:
        raise ConfigError(document.problems)
    return profile


def _read(path: Path) -> Document:
    raw = b""
    try:
        raw = read_regular(path)
        return read_yaml(raw.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = Problem(str(path), line, "", "not UTF-8: save the file as UTF-8")
    except OSError as error:
        problem = Problem(str(path), None, "", f"not readable: {error.strerror}")
    raise ConfigError([problem])


def _taken(profile: Profile, known: Collection[str], document: Document) -> list[Problem]:
    message = "another profile's host: each host has one"
    return [
        document.problem(("hosts", index), f"'{host}' is {message}")
        for index, host in enumerate(profile.hosts)
        if host in known or host in profile.hosts[:index]
    ]
