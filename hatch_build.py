"""What goes into the wheel besides the sources: the compiled words, and the gateway files of deploy/."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WORDS = "src/chaveiro/words/locale/*/LC_MESSAGES/chaveiro.po"
DEPLOY = "deploy"


class WordsAndDeploy(BuildHookInterface[BuilderConfig]):
    """Compiles each `.po` beside itself, so that a wheel and an editable checkout find their words the same way."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        for po in sorted(root.glob(WORDS)):
            mo = po.with_suffix(".mo")
            with po.open("rb") as source, mo.open("wb") as target:
                write_mo(target, read_po(source, locale=po.parts[-3], abort_invalid=True))
            build_data["artifacts"].append(f"/{mo.relative_to(root).as_posix()}")  # git ignores it, the wheel does not
        if version == "standard" and (root / DEPLOY).is_dir():
            build_data["force_include"][DEPLOY] = "chaveiro/deploy"
