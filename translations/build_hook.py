"""Compile the catalogues whenever the project is built or installed: .po files are kept, .mo files are made."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):
    """Write messages.mo beside every messages.po."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files are gathered."""
        for catalogue in Path(self.root, "translations").glob("*/LC_MESSAGES/messages.po"):
            with catalogue.open("rb") as source:
                messages = read_po(source)
            with catalogue.with_suffix(".mo").open("wb") as target:
                write_mo(target, messages)
