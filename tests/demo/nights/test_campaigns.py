"""A short night on real servers, in real browsers: whatever breaks, at the end every board is as one opened anew."""

import re
import subprocess
import sys

import pytest
from django.conf import settings

from tests.lengths import THOROUGH

SHORT = {"hours": 1, "minutes": 0.15, "boards": 4, "beds": 30}
LONG = {"hours": 3, "minutes": 1, "boards": 20, "beds": 120, "seed": 2}


@pytest.mark.browser
def test_every_board_equals_the_database_after_the_night():
    plan = LONG if THOROUGH else SHORT
    asked = [f"--{name}={value}" for name, value in plan.items()]
    command = [sys.executable, "manage.py", "soak", "--night", *asked]
    night = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert night.returncode == 0, night.stdout + night.stderr
    for words in (f"compared={plan['boards'] + 5} differences=0", "lies=0", "faults=0"):
        assert words in night.stdout
    for word in ("done", "frames", "reconnections"):
        assert int(re.search(rf"{word}=(\d+)", night.stdout)[1]) > 0
