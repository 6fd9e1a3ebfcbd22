"""Whole numbers from proportions."""

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K")


def share(total: int, weights: Mapping[K, float]) -> dict[K, int]:
    """Cut ``total`` in proportion to ``weights``; the parts add up to it exactly (largest remainders first)."""
    whole = sum(weights.values())
    exact = {key: total * weight / whole for key, weight in weights.items()}
    parts = {key: int(value) for key, value in exact.items()}
    by_remainder = sorted(exact, key=lambda key: parts[key] - exact[key])
    for key in by_remainder[: total - sum(parts.values())]:
        parts[key] += 1
    return parts


def dealt(total: int, weights: Mapping[K, float]) -> list[K]:
    """The keys of ``weights``, each as often as its part of ``total``."""
    return [key for key, count in share(total, weights).items() for _ in range(count)]
