"""What a machine may lack: a test that needs it is skipped, or fails where it must be there."""

import os

import pytest


def demand(found: bool, what: str) -> None:
    """Skip where something is absent, or fail where FLOODEVAL_REQUIRE_ALL says that it must be there."""
    if not found:
        (pytest.fail if os.environ.get("FLOODEVAL_REQUIRE_ALL") else pytest.skip)(what)
