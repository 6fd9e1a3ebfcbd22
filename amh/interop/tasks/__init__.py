from amh.interop.tasks.alerts import watch
from amh.interop.tasks.messages import sweep
from amh.interop.tasks.replays import run
from amh.interop.tasks.sendings import follow_beds, forget, watch_receivers

__all__ = ["follow_beds", "forget", "run", "sweep", "watch", "watch_receivers"]
