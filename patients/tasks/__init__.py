from patients.tasks.causes import follow
from patients.tasks.documents import sweep

__all__ = ["follow", "sweep"]
