"""How much a run tries of what could be tried without end."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

THOROUGH = bool(os.environ.get("THOROUGH"))
"""With ``THOROUGH=1``, as before a change lands: every trade at every door, long histories, many examples."""


def some(things: Sequence[T], *, one_in: int = 3) -> Sequence[T]:
    """All of them in a thorough run, the first and then one in so many in a short one."""
    return things[:: 1 if THOROUGH else one_in]
