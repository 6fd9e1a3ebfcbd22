"""Why a thing did not leave: a short sentence that names no patient and repeats no word of the other side."""


class Failure(Exception):
    """A sending that did not succeed, with the reason shown to people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = str(reason)


class Temporary(Failure):
    """A later attempt may succeed."""


class Unreachable(Temporary):
    """The way out itself is closed: nothing else of the same kind can leave now either."""


class Away(Temporary):
    """Nobody was there to take it, and will be again: it waits for them, and the attempt does not count."""


class Permanent(Failure):
    """No later attempt will succeed."""
