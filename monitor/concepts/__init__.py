"""Packs of concepts: read from the files of config/concepts/, checked, and kept for showing."""

from monitor.concepts.checks import unknown
from monitor.concepts.entry import Entry
from monitor.concepts.library import NO_LIBRARY, Library, ids, read_packs
from monitor.concepts.pack import LANGUAGES, ConceptSettings, Kind, Naming, Office, PackFile

__all__ = [
    "LANGUAGES",
    "NO_LIBRARY",
    "ConceptSettings",
    "Entry",
    "Kind",
    "Library",
    "Naming",
    "Office",
    "PackFile",
    "ids",
    "read_packs",
    "unknown",
]
