"""What the hub does in its thread: read the feed, ask each topic once, render once for each audience."""

import logging
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from amh.core.live import feed, frames
from amh.core.live.feed import Mark
from amh.core.live.topics import Topic
from amh.core.outages import is_away

logger = logging.getLogger(__name__)

MOST = 500
"""Refs sent one by one; beyond that, loading the page again costs everyone less."""

Audiences = Mapping[Topic, set[Hashable]]
Key = tuple[Topic, Hashable]


@dataclass(slots=True)
class Reading:
    """The new mark, and the chunks that each audience must get to reach it."""

    mark: Mark
    chunks: dict[Key, list[bytes]] = field(default_factory=dict)


def read(mark: Mark, audiences: Audiences, *, at: datetime) -> Reading:
    """Render what changed since ``mark``, as it is at ``at``. Raises ``DatabaseError`` when the database is away."""
    batch = feed.since(mark)
    reading = Reading(mark=batch.mark)
    for topic, keys in audiences.items():
        refs = batch.refs.get(topic.source, set())
        if not batch.complete or len(refs) > MOST:
            reading.chunks |= _reset(topic, keys, batch.mark)
        elif refs:
            reading.chunks |= _render(topic, keys, refs, batch.mark, at=at)
    return reading


def _render(topic: Topic, keys: set[Hashable], refs: set[int], mark: Mark, *, at: datetime) -> dict[Key, list[bytes]]:
    try:
        collected = topic.collect(refs, at=at)
        return {(topic, key): frames.pack(topic.compose(collected, key), position=mark.low) for key in keys}
    except Exception as error:
        if is_away(error):
            raise
        logger.exception("Topic %s cannot be rendered; its pages load again", topic.name)
        return _reset(topic, keys, mark)


def _reset(topic: Topic, keys: set[Hashable], mark: Mark) -> dict[Key, list[bytes]]:
    return {(topic, key): [frames.reset(mark.low)] for key in keys}
