#!/usr/bin/env python3
"""Run a command of AMH, with PostgreSQL and Redis of its own when the environment names none."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from amh.core import services


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amh.settings")
    try:
        with services.around(sys.argv[1:]):
            execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, services.Unavailable) as error:
        sys.exit(f"amh: {error}")


if __name__ == "__main__":
    main()
