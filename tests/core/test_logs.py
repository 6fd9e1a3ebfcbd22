"""What is logged says where it failed, and holds nothing of what was being worked on."""

import logging.config

import pytest
import structlog

from amh.core import logs


@pytest.mark.parametrize("for_people", [True, False])
def test_a_failure_is_told_without_what_was_at_hand(for_people):
    kept = structlog.get_config()
    try:
        formatter = logs.configured(level="INFO", for_people=for_people)["formatters"]["line"]
    finally:
        structlog.configure(**kept)
    line = failure(formatter)
    assert "ZeroDivisionError" in line
    assert "test_logs" in line
    assert "DURAND" not in line


def failure(formatter):
    """The line that tells of an error amid the work on a patient."""
    name = "".join(["DUR", "AND"])
    made = logging.config.DictConfigurator({}).configure_formatter(dict(formatter))
    try:
        return str(len(name) // 0)
    except ZeroDivisionError as error:
        exc_info = (type(error), error, error.__traceback__)
        return made.format(logging.LogRecord("amh", logging.ERROR, __file__, 1, "It failed", (), exc_info))
