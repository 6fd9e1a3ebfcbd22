"""One line per figure, and the few words of statistics that they need."""

import os
import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter


def line(name: str, value: float, unit: str, beside: Mapping[str, float | None]) -> str:
    """``name  value  unit  ratio-to-what``, at least two blanks apart; ``beside`` holds other values in that unit."""
    ratios = [f"{_short(value / base)}x {what} ({_short(base)})" for what, base in beside.items() if base]
    return f"{name:<26}  {_short(value):>9}  {unit:<6}  {', '.join(ratios) or '-'}"


def show(name: str, value: float, unit: str, beside: Mapping[str, float | None] | None = None) -> None:
    """Print one figure at once."""
    print(line(name, value, unit, beside or {}), flush=True)


def show_machine(postgres: str) -> None:
    """Print what the figures were measured on."""
    versions = f"Python {platform.python_version()}, PostgreSQL {postgres}, {platform.system()} {platform.machine()}"
    print(f"{'machine':<26}  {os.cpu_count() or 1:>9}  {'cores':<6}  {versions}", flush=True)


def timed(call: Callable[[], object]) -> float:
    """How long the call takes, in milliseconds."""
    began = perf_counter()
    call()
    return (perf_counter() - began) * 1000


def median(call: Callable[[], object], times: int) -> float:
    """The middle one of ``times`` calls, in milliseconds."""
    return statistics.median(timed(call) for _ in range(times))


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that ``percent`` of the values do not exceed."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def _short(value: float) -> str:
    """Three digits or so."""
    size = abs(value)
    digits = 4 if 0 < size < 0.1 else 2 if size < 10 else 1 if size < 1000 else 0
    return f"{value:.{digits}f}"
