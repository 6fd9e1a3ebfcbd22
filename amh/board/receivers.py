from amh.board.topics import BoardTopic
from amh.core.live import topics

topics.register(BoardTopic())
