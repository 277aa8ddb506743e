"""A news monitor for China and Laos: sources in, articles matched against rules, alerts out.

``docs/architecture.md`` walks one story through the modules; start there.
"""

__version__ = "0.1.0"
