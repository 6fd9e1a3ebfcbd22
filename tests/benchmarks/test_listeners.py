import os
from contextlib import closing

import pytest

from benchmarks import figures, lives, webs
from benchmarks.visitors import Visitor


def test_each_open_stream_hears_each_change() -> None:
    with (
        webs.serving(lives.BARE, os.environ) as web,
        closing(Visitor(web)) as visitor,
        lives.listening(web, "/stream", {}) as listeners,
    ):
        listeners.open(5)
        changes = [lives.push(visitor, bed, 90_000) for bed in (1, 2, 3)]
        heard = lives.hear(web, listeners, changes, 5, lives.moments_told)
    assert heard.received == 100
    assert heard.size >= 90_000
    assert min(heard.delays) > 0


@pytest.mark.parametrize(
    ("beside", "ratio"),
    [({}, "-"), ({"aim": None}, "-"), ({"board.sql": 4.0, "aim": 16.0}, "3.00x board.sql (4.00), 0.75x aim (16.0)")],
)
def test_a_figure_has_four_columns(beside: dict[str, float | None], ratio: str) -> None:
    assert figures.line("page.300.warm", 12.0, "ms", beside).split("  ", 1)[0] == "page.300.warm"
    columns = [column.strip() for column in figures.line("page.300.warm", 12.0, "ms", beside).split("  ") if column]
    assert columns == ["page.300.warm", "12.0", "ms", ratio]


@pytest.mark.parametrize(("percent", "expected"), [(50, 2), (75, 3), (95, 4), (100, 4)])
def test_a_percentile_is_one_of_the_values(percent: int, expected: int) -> None:
    assert figures.percentile([4, 1, 3, 2], percent) == expected
