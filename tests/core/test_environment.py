from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from amh.core import environment


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from-a-file\n")
    values = environment.read({"SECRET_KEY_FILE": str(tmp_path / "secret")})
    assert values["SECRET_KEY"] == "from-a-file"


def test_what_is_empty_is_not_set() -> None:
    assert environment.read({"SECRET_KEY": "", "PATH": ""}) == {"PATH": ""}


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FILE"):
        environment.read({"SECRET_KEY_FILE": str(tmp_path / "missing")})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://somewhere/amh"),
        ("REDIS_URL", "http://somewhere"),
        ("DEMO", "perhaps"),
        ("PORT", "eight thousand"),
        ("PORT", "0"),
        ("WEB_THREADS", "1000"),
        ("TIME_ZONE", "Mars/Phobos"),
        ("EMAIL_URL", "pigeon://roof"),
    ],
)
def test_a_wrong_variable_is_named_in_one_line(name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.check({name: value})
    assert str(refused.value).startswith(f"{name} : ")
    assert "\n" not in str(refused.value)


def test_good_variables_pass() -> None:
    environment.check(
        {
            "DATABASE_URL": "postgresql://amh@db/amh",
            "REDIS_URL": "redis://redis:6379/0",
            "PORT": "8000",
            "DEBUG": "",
            "TIME_ZONE": "Indian/Reunion",
        }
    )


@pytest.mark.parametrize("switch", ["DEMO", "DEBUG"])
@pytest.mark.parametrize(
    ("host", "is_refused"), [("0.0.0.0", True), ("192.0.2.1", True), ("::1", False), ("localhost", False)]
)
def test_a_demonstration_stays_on_its_machine(switch: str, host: str, is_refused: bool) -> None:
    values = {switch: "1", "HOST": host}
    if is_refused:
        with pytest.raises(ImproperlyConfigured, match="HOST"):
            environment.check(values)
    else:
        environment.check(values)


@pytest.mark.parametrize("values", [{}, {"SECRET_KEY": ""}, {"SECRET_KEY": environment.DEVELOPMENT_SECRET}])
def test_production_wants_a_secret_of_its_own(values: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        environment.secret_key(values)


def test_a_demonstration_needs_no_secret() -> None:
    assert environment.secret_key({"DEMO": "1"}) == environment.DEVELOPMENT_SECRET
    assert environment.secret_key({"SECRET_KEY": "ours"}) == "ours"
