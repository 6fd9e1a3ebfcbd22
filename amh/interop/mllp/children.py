"""How a process of the listener begins. Nothing of the program may be imported before Django is ready."""

import multiprocessing
import os
import signal
from multiprocessing.connection import wait
from threading import Thread

import django


def begin() -> None:
    """Make Django ready; end when the listener does, however it ended, and leave the signals to it."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    Thread(target=_outlive_nobody, name="parent", daemon=True).start()
    django.setup()


def _outlive_nobody() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
