"""How much a run tries of what could be tried without end."""

import os

THOROUGH = bool(os.environ.get("THOROUGH"))
"""With ``THOROUGH=1``, as before a change lands: every trade at every door, long histories, many examples."""
