"""The bare SQL of the benchmarks must go on asking what the program asks, of the tables as they are."""

import pytest
from django.db import connection

from amh.core.management.commands import up
from benchmarks import acts, lives, pages, webs
from patients.models import ISOLATIONS
from patients.queries.occupancy import OCCUPANCY

PARAMETERS = {
    "%(at)s": "now()",
    "%(units)s": "NULL",
    "%(beds)s": "NULL",
    "%(isolations)s": f"ARRAY[{', '.join(repr(str(kind)) for kind in sorted(ISOLATIONS))}]",
}


def test_the_board_in_sql_is_the_statement_of_the_program_with_its_parameters_filled_in() -> None:
    statement = OCCUPANCY.strip()
    for name, value in PARAMETERS.items():
        statement = statement.replace(name, value)
    comment, sql = pages.SQL.split("\n", 1)
    assert comment.startswith("--")
    assert sql == f"{statement};\n", "copy the statement of patients/queries/occupancy.py into benchmarks/board.sql"


@pytest.mark.django_db
@pytest.mark.parametrize("sql", [pages.SQL, acts.EXPECTED, acts.FREE, lives.MOVABLE])
def test_each_statement_can_be_asked(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.fetchall() == []


def test_the_web_process_is_started_as_the_program_starts_it() -> None:
    web = next(child for child in up.processes("127.0.0.1", 8123) if child.name == "web")
    assert webs.command(webs.APPLICATION, 8123) == web.command
