from amh.interop.tasks.alerts import watch
from amh.interop.tasks.messages import sweep

__all__ = ["sweep", "watch"]
