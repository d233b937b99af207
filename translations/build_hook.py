"""Compile the catalogues whenever the project is built or installed: .po files are kept, .mo files are made."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):
    """Write messages.mo beside every messages.po."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files are gathered."""
        # by its path: the place where projects are built knows none of our packages
        runpy.run_path(str(Path(self.root, "translations", "catalogues.py")))["compile_all"]()
