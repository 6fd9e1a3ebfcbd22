"""Where the embedded servers live. They refuse to run as root, and an ordinary account may not see root's folders."""

import hashlib
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from amh.core.services.errors import Unavailable

SHARED = Path("/var/tmp")  # noqa: S108 - ownership is checked before use
ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True)
class Place:
    """A folder for data, and the account (user, group) that the servers run under: ``None`` is our own."""

    var: Path
    account: tuple[int, int] | None

    @cached_property
    def root(self) -> Path:
        """``var/`` itself, or a folder outside when the account cannot reach ``var/``."""
        self.var.mkdir(parents=True, exist_ok=True)
        if self.account is None or reachable(self.var):
            return self.var
        return self._kept(SHARED / f"amh-{self.mark}", mode=0o711)

    @cached_property
    def mark(self) -> str:
        """A short name for this project's folder, the same at every start."""
        return hashlib.sha256(str(self.var.resolve()).encode()).hexdigest()[:12]

    def private(self, name: str) -> Path:
        """Return a folder that only the servers' account can enter."""
        return self._given(self._kept(self.root / name, mode=0o700))

    def sockets(self) -> Path:
        """Return a private folder whose path is short enough for a Unix socket."""
        inside = self.root / "run"
        if len(bytes(inside)) <= 80:
            return self.private("run")
        return self._given(self._kept(SHARED / f"amh-{self.mark}-run", mode=0o700))

    def readable(self, package: Path) -> Path:
        """Return an installed package, or a copy of it when the servers' account cannot read it where it is."""
        if self.account is None or reachable(package):
            return package
        copy = self.private("programs") / f"{package.name}-{package.stat().st_mtime_ns}"
        if not copy.exists():
            fresh = copy.with_suffix(".new")
            shutil.rmtree(fresh, ignore_errors=True)
            # A wheel keeps its shared libraries in a folder beside the package.
            for folder in filter(Path.exists, [package, package.with_name(f"{package.name}.libs")]):
                shutil.copytree(folder, fresh / folder.name, symlinks=True)
            self._give(fresh)
            fresh.rename(copy)
        return copy / package.name

    def wipe(self) -> None:
        """Delete everything the servers ever kept."""
        for folder in (SHARED / f"amh-{self.mark}", SHARED / f"amh-{self.mark}-run", self.var):
            if folder.exists() and folder.lstat().st_uid in self.trusted:
                shutil.rmtree(folder)

    @property
    def trusted(self) -> set[int]:
        """The accounts whose folders are ours."""
        return {os.geteuid()} | ({self.account[0]} if self.account else set())

    def _kept(self, folder: Path, *, mode: int) -> Path:
        """Make ``folder``, or accept the one that is there only if nobody else can have put it there."""
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in self.trusted:
            raise Unavailable(f"{folder} appartient à un autre compte : le supprimer, puis recommencer.")
        folder.chmod(mode)
        return folder

    def _give(self, tree: Path) -> None:
        for path in (tree, *tree.rglob("*")):
            os.chown(path, *(self.account or (-1, -1)), follow_symlinks=False)

    def _given(self, folder: Path) -> Path:
        if self.account:
            os.chown(folder, *self.account)
        return folder


def choose(var: Path) -> Place:
    """Return the place for the servers of the project whose data folder is ``var``."""
    return Place(var.absolute(), _unprivileged() if os.geteuid() == 0 else None)


def reachable(path: Path) -> bool:
    """Tell whether any account may enter ``path`` and all the folders above it."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.resolve().parents))


def _unprivileged() -> tuple[int, int]:
    known = {entry.pw_name: (entry.pw_uid, entry.pw_gid) for entry in pwd.getpwall()}
    for name in ACCOUNTS:
        if name in known:
            return known[name]
    raise Unavailable("Ni le compte « postgres » ni « nobody » n’existe : lancer AMH sous un compte ordinaire.")
