"""What the first page that needs it would load: a language model, time zones, encodings."""

from __future__ import annotations


def preload() -> None:
    """Load it all now: half a second, after which ``parse_article`` opens no file whatever.

    For those who fork after it, or shut the process off from its files. Without it pages come out
    the same; a ``timezone`` that no country here has is read from its file when first named.
    """
    from webencodings.labels import LABELS

    from monitor.charset import codec
    from monitor.parse import article  # noqa: F401 - which loads the parser itself
    from monitor.parse.dates import ABROAD, fixed
    from monitor.parse.language import load_model
    from monitor.parse.metadata import ZONES

    load_model()
    for label in LABELS:
        codec(label)
    for zone in (*ZONES.values(), *ABROAD.values()):
        fixed(zone)
