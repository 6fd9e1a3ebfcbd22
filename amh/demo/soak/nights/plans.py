"""How long a night is, how much happens in it, and who watches."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

WHOLE, WALL = "/lits/", "/lits/?mode=mural"
VIEWS = (
    *(
        ("lits", "fr", WHOLE),
        ("amh", "fr", WHOLE),
        ("mural", "fr", WALL),
        ("lits", "en", "/lits/?vue=colonnes&etat=occupe"),
    ),
    *(
        ("medecin", "fr", "/lits/?etat=libre"),
        ("infirmiere", "fr", "/lits/?unite=MED&vue=tablette"),
        ("amh9", "en", WHOLE),
    ),
    *(
        ("lits", "fr", WALL),
        ("garde", "fr", "/lits/?vue=plan&etat=a-nettoyer"),
        ("cadre-amh", "en", "/lits/?vue=liste"),
    ),
    *(
        ("amh3", "fr", "/lits/?unite=HEM&densite=compacte"),
        ("mural", "en", WALL),
        ("lits", "fr", "/lits/?marque=permission"),
    ),
)
"""Who opens a board, in which language, at which address; and who does in a real browser."""
SEEN = (("lits", "fr", WHOLE), ("amh", "fr", "/lits/?vue=plan"), ("mural", "fr", WALL))
SLEEPER, ASTRAY = ("garde", "fr", WHOLE), ("lits", "en", "/lits/?unite=MED")
WRONG = timedelta(hours=-7)
"""One browser sleeps the whole night; the clock of another is wrong by so much."""
ACTS, CUTS, FALLS = 40, 20, 3
"""How many an hour: acts, troubles of single wires, of the whole hospital."""


@dataclass(frozen=True)
class Plan:
    """What ``hours`` bring, within ``minutes``, in a hospital of ``beds`` that ``boards`` watch, and real browsers."""

    hours: float = 12.0
    minutes: float = 6.0
    boards: int = 30
    beds: int = 300
    seed: int = 1

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return 60 * self.minutes

    def many(self, an_hour: float) -> int:
        """How often in the whole night happens what comes so often an hour."""
        return max(1, round(an_hour * self.hours))

    def chance(self, of: str) -> Random:
        """What decides of one thing: the same for the same seed."""
        return Random(f"{self.seed} {of}")
