from datetime import datetime

from django.dispatch import receiver

from amh.board import saved_views
from amh.board.topics import BoardTopic
from amh.core import saved_views as kept_views
from amh.core.live import feed, topics
from patients import events
from wards.signals import structure_changed

topics.register(BoardTopic())
kept_views.register(saved_views.PAGE, saved_views.kept)


@receiver(structure_changed)
def show_again(*, at: datetime, **_: object) -> None:
    """A board whose units or beds came or went is loaded again: there is no card to replace."""
    feed.announce(events.BOARD, [events.STRUCTURE], at=at)
