"""What goes into the wheel besides the sources: the compiled words, and the gateway files of deploy/."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = Path("src/chaveiro")
DEPLOY = Path("deploy")


class CompiledWords(BuildHookInterface):
    """Compiles every `.po` beside itself, so that a wheel and an editable checkout find their words the same way."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for po in sorted(Path(self.root, PACKAGE, "words", "locale").glob("*/LC_MESSAGES/chaveiro.po")):
            mo = po.with_suffix(".mo")
            with po.open("rb") as source:
                words = read_po(source, locale=po.parts[-3], abort_invalid=True)
            with mo.open("wb") as target:
                write_mo(target, words)
            build_data["artifacts"].append(f"/{mo.relative_to(self.root).as_posix()}")  # git ignores it, the wheel must not
        if version == "standard" and Path(self.root, DEPLOY).is_dir():
            build_data["force_include"][DEPLOY.as_posix()] = "chaveiro/deploy"
