from amh.interop.tasks.alerts import watch

__all__ = ["watch"]
