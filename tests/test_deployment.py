"""The promises of the files that put AMH into production."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from amh.core import environment

ROOT = Path(settings.BASE_DIR)
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
CADDYFILE = (ROOT / "docs/deploy/Caddyfile").read_text()
OURS = ("migrate", "web", "worker", "mllp", "beat")


def test_production_has_every_part() -> None:
    assert set(SERVICES) == {"database", "redis", "migrate", "web", "worker", "mllp", "beat", "proxy"}
    assert SERVICES["database"]["image"] == "postgres:18"
    assert SERVICES["redis"]["image"].startswith("valkey/")


@pytest.mark.parametrize("name", OURS)
def test_our_processes_are_set_up_for_production(name: str) -> None:
    values = SERVICES[name]["environment"]
    assert values["HL7_PROCESSING_IDS"] == "P"
    assert not environment.is_true(values["DEBUG"])
    assert not environment.is_true(values["DEMO"])


def test_no_secret_is_written_in_it() -> None:
    assert all(secret["file"].startswith("./secrets/") for secret in COMPOSE["secrets"].values())
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert name.endswith("_FILE") or not re.search(r"SECRET|PASSWORD|TOKEN", name), name
            assert not re.search(r"://[^/]*:[^/]*@", str(value)), name


def test_there_is_one_beat_and_the_schema_is_ready_before_it() -> None:
    assert SERVICES["beat"]["deploy"]["replicas"] == 1
    for name in ("web", "worker", "mllp", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert SERVICES["migrate"]["restart"] == "no"


@pytest.mark.parametrize("name", ["database", "redis", "worker", "mllp", "proxy"])
def test_health_is_watched(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


def test_only_the_proxy_is_reached_from_outside_and_the_listener_where_the_site_says() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["mllp", "proxy"]
    assert SERVICES["mllp"]["ports"] == ["${MLLP_ADDRESS:-127.0.0.1}:2575:2575"]
    assert SERVICES["database"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"]


def test_data_outlives_the_containers() -> None:
    assert SERVICES["database"]["volumes"] == ["database:/var/lib/postgresql"]
    assert SERVICES["web"]["volumes"] == SERVICES["worker"]["volumes"] == ["documents:/srv/documents"]


def test_names_stay_out_of_the_database_log() -> None:
    assert "log_min_error_statement=panic" in SERVICES["database"]["command"]
    assert "log_error_verbosity=terse" in SERVICES["database"]["command"]


def test_the_image_runs_as_an_ordinary_account_and_shows_its_health() -> None:
    assert re.search(r"^USER amh$", DOCKERFILE, re.MULTILINE)
    assert "collectstatic" in DOCKERFILE
    assert "/healthz" in DOCKERFILE
    assert "--require-hashes" in DOCKERFILE
    assert re.search(r'"--workers", "2".*"--timeout-graceful-shutdown", "5"', DOCKERFILE, re.DOTALL)


def test_streams_pass_the_proxy_unbuffered_and_figures_do_not_leave() -> None:
    stream = CADDYFILE.partition("handle /live/*")[2].partition("handle {")[0]
    assert "flush_interval -1" in stream
    assert "encode" not in stream
    assert "@inside path /metrics /readyz" in CADDYFILE


def test_every_variable_is_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "amh/settings.py").read_text())) | set(environment.CHECKS)
    told = set(re.findall(r"^(?:# )?(\w+)=", example, re.MULTILINE))
    assert read - told - {"TEST_DATABASE_NAME"} == set()
