from patients.tasks.documents import sweep

__all__ = ["sweep"]
