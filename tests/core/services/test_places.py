import os
import stat
from pathlib import Path

import pytest

from amh.core.services import places
from amh.core.services.errors import Unavailable

NOBODY = (65534, 65534)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that any account may enter, with a private shared folder beside it."""
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(0o755)
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    monkeypatch.setattr(places, "SHARED", shared)
    (tmp_path / "project").mkdir(mode=0o755)
    return tmp_path / "project"


def test_an_ordinary_account_keeps_everything_in_var(project: Path) -> None:
    place = places.Place(project / "var", account=None)
    assert place.root == project / "var"
    assert stat.S_IMODE(place.private("postgres").stat().st_mode) == 0o700


def test_an_open_project_keeps_its_data_even_as_root(project: Path) -> None:
    assert places.Place(project / "var", account=NOBODY).root == project / "var"


def test_a_private_project_is_left_as_it_is(project: Path) -> None:
    project.chmod(0o700)
    place = places.Place(project / "var", account=NOBODY)
    assert place.root.parent == places.SHARED
    assert stat.S_IMODE(project.stat().st_mode) == 0o700


def test_programs_come_with_their_libraries_when_they_cannot_be_read_in_place(project: Path) -> None:
    package, libraries = project / "site" / "server", project / "site" / "server.libs"
    for folder in (package, libraries):
        folder.mkdir(parents=True)
        (folder / "file").write_text(folder.name)
    (project / "site").chmod(0o700)
    place = places.Place(project / "var", account=(os.geteuid(), os.getegid()))
    copy = place.readable(package)
    assert copy != package
    assert (copy / "file").read_text() == "server"
    assert (copy.with_name("server.libs") / "file").read_text() == "server.libs"
    assert place.readable(package) == copy


def test_a_folder_that_someone_else_put_there_is_refused(project: Path, tmp_path: Path) -> None:
    project.chmod(0o700)
    place = places.Place(project / "var", account=NOBODY)
    (places.SHARED / f"amh-{place.mark}").symlink_to(tmp_path)
    with pytest.raises(Unavailable):
        _ = place.root


def test_long_project_paths_still_get_a_socket(project: Path) -> None:
    deep = project / ("x" * 60) / ("y" * 60)
    place = places.Place(deep, account=None)
    assert place.sockets().parent == places.SHARED
    place.wipe()
    assert not deep.exists()
