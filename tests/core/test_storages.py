import os
import resource
from datetime import UTC, datetime, timedelta

import pytest

from amh.core import storages
from amh.core.errors import Conflict
from tests.expectations import refused

NOW = datetime.now(UTC)


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_kept_is_found_again_under_a_key_that_says_nothing(documents_folder):
    one, other = storages.keep(b"one"), storages.keep(b"one")
    assert one != other
    assert (storages.content(one), storages.content(other)) == (b"one", b"one")
    assert all(set(key) <= set("0123456789abcdef/") for key in (one, other))
    assert len(files(documents_folder)) == 2


def test_files_are_for_their_owner_alone(documents_folder):
    path = documents_folder / storages.keep(b"secret")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_what_is_gone_is_nothing(documents_folder):
    key = storages.keep(b"one")
    storages.discard(key)
    storages.discard(key)
    assert storages.content(key) is None
    assert files(documents_folder) == []


def test_a_closed_folder_is_said_and_keeps_nothing(documents_folder):
    documents_folder.write_text("a file lies where the folder should be")
    with refused(Conflict, "storage_unavailable", saying="Rien n’est gardé"):
        storages.keep(b"one")
    assert list(storages.keys(before=NOW + timedelta(days=1))) == []


@pytest.fixture
def small_disk():
    """No file of this process may grow beyond 64 KiB: a write fails in its middle, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_said_and_leaves_no_half_file(documents_folder, small_disk):
    with refused(Conflict, "storage_unavailable"):
        storages.keep(b"x" * 200_000)
    assert files(documents_folder) == []


def test_keys_of_before_a_moment(documents_folder):
    assert list(storages.keys(before=NOW)) == []
    old, new = storages.keep(b"old"), storages.keep(b"new")
    long_ago = (NOW - timedelta(days=2)).timestamp()
    os.utime(documents_folder / old, (long_ago, long_ago))
    assert list(storages.keys(before=NOW - timedelta(days=1))) == [old]
    assert set(storages.keys(before=NOW + timedelta(days=1))) == {old, new}
