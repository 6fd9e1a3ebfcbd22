"""A short feed on real servers: whatever is killed, each message is applied once, in order, to the same end."""

import re
import subprocess
import sys

from django.conf import settings

from amh.demo.soak.feeds.troubles import KINDS
from tests.lengths import THOROUGH

SHORT = {"runs": 1, "messages": 60}
LONG = {"runs": 2, "messages": 600, "seed": 2}


def test_nothing_is_lost_nor_applied_twice_whatever_is_killed():
    asked = [f"--{name}={value}" for name, value in (LONG if THOROUGH else SHORT).items()]
    command = [sys.executable, "manage.py", "soak", "--feed", *asked]
    feed = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert feed.returncode == 0, feed.stdout + feed.stderr
    for line in feed.stdout.splitlines()[1:-1]:
        assert "unaccepted=0 lost=0 twice=0 disorder=0 differences=0" in line
        for kind in KINDS:
            assert int(re.search(rf"{kind.replace(' ', '_')}=(\d+)", line)[1]) > 0
