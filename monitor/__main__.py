"""``python -m monitor``, and the command ``monitor``."""

from __future__ import annotations

import gc
import os


def main() -> None:
    """Load the program and run its command line.

    Loading leaves next to no garbage, and looking for it took a tenth of the start. pydantic
    would look for plugins, of which there are none, among all packages: a twentieth.
    """
    gc.disable()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from monitor.cli import main as run

    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()
