"""The servers AMH needs, run by AMH itself when the site names none: PostgreSQL and Redis, with their data in ``var/``.

``around`` is what ``manage.py`` wraps every command in; ``Embedded`` is the pair of servers; ``Child`` one supervised
process. Nothing here needs Django's settings, which cannot be read before the servers' addresses are known.
"""

from amh.core.services.children import Child, stop_all
from amh.core.services.embedded import Embedded
from amh.core.services.errors import Unavailable
from amh.core.services.sessions import around, owned

__all__ = ["Child", "Embedded", "Unavailable", "around", "owned", "stop_all"]
