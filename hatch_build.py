"""Build hook: adds the dashboard's scripts, the theme, and the bundled model and run to a wheel."""

import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BundleHook(BuildHookInterface):  # type: ignore[type-arg, misc]
    """Maps files of the repository into the package, as `[tool.floodeval.bundled]` of pyproject.toml says."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files, except to an editable install, which uses those of the clone."""
        if version == "editable":
            return
        project = tomllib.loads((Path(self.root) / "pyproject.toml").read_text(encoding="utf-8"))
        build_data["force_include"].update(project["tool"]["floodeval"]["bundled"])
