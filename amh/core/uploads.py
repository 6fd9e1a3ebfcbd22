"""How much a browser may send: what is longer is read to its end and dropped, so that no disk fills."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

LARGEST = 64 * 1024 * 1024
"""Bytes of the largest file that is looked at; what a kind of file may weigh is said by its own rule."""


class Quota(FileUploadHandler):
    """Drops a file that grows beyond ``LARGEST``; the form then has none, and says so."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the piece on. Raises ``SkipFile`` for one piece too many."""
        if start + len(raw_data) > LARGEST:
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        """Leave the file to the handlers that keep it."""
        return None
