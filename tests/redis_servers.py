"""A Redis of a test's own."""

import subprocess
import time
from pathlib import Path

from amh.core.services import places
from amh.core.services.redis import Redis


class Server:
    """A Redis of the test's own, which may die and come back at the same address."""

    def __init__(self, folder: Path) -> None:
        self.place = places.choose(folder)
        self.redis = Redis(self.place)
        self.redis.prepare()
        self.url = self.redis.url

    def start(self) -> None:
        self.process = subprocess.Popen(self.redis.command(), stdin=subprocess.DEVNULL)
        while not self.redis.is_ready():
            time.sleep(0.02)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
