"""The MLLP listener: ADT messages of other systems, stored, acknowledged, applied."""

import asyncio
import os
import signal
import ssl
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from amh.core.services import ports
from amh.interop.mllp.appliers import Appliers
from amh.interop.mllp.receivers import PATIENCE, Receiver
from amh.interop.mllp.servers import Listener

STOPPING = 4.0
"""Seconds for the messages in hand to be answered when the listener is asked to stop."""


class Command(BaseCommand):
    help = "Listen for HL7 v2 messages over MLLP, in the clear or over TLS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen, and with which certificate."""
        host, port = ports.of_messages(os.environ)
        parser.add_argument("--host", default=host)
        parser.add_argument("--port", type=int, default=port)
        parser.add_argument("--patience", type=float, default=PATIENCE, help="Seconds to wait for the database.")
        parser.add_argument("--processes", type=int, help="Processes that apply; one a processor, four at most.")
        for name in ("cert", "key", "ca"):
            parser.add_argument(f"--tls-{name}", type=Path, default=os.environ.get(f"MLLP_TLS_{name.upper()}") or None)

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        """Listen until a signal comes."""
        tls = context(options["tls_cert"], options["tls_key"], options["tls_ca"])
        try:
            listening = self.listen(host, port, tls, patience=options["patience"], processes=options["processes"])
            asyncio.run(listening)
        except OSError as error:
            raise CommandError(f"MLLP_PORT : impossible d’écouter sur {host}:{port} ({error.strerror}).") from error

    async def listen(
        self, host: str, port: int, tls: ssl.SSLContext | None, *, patience: float, processes: int | None
    ) -> None:
        """Serve, show a sign of life, and end in order."""
        stopped = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        listener = Listener(Receiver(Appliers(many=processes), patience=patience))
        server = await listener.open(host, port, tls=tls)
        at = server.sockets[0].getsockname()
        self.stdout.write(f"MLLP : {at[0]}:{at[1]}{' (TLS)' if tls else ''}")
        self.stdout.flush()
        keeping = asyncio.create_task(listener.keep_up())
        await stopped.wait()
        server.close()
        keeping.cancel()
        await listener.close(within=STOPPING)


def context(cert: Path | None, key: Path | None, ca: Path | None) -> ssl.SSLContext | None:
    """The TLS of the listener, if a certificate is named; with a ``ca``, senders must bear one of its certificates.

    Raises ``CommandError`` for files that cannot be used.
    """
    if cert is None:
        return None
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        tls.load_cert_chain(cert, key)
        if ca is not None:
            tls.load_verify_locations(ca)
            tls.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ssl.SSLError) as error:
        raise CommandError(f"MLLP_TLS_CERT, MLLP_TLS_KEY, MLLP_TLS_CA : {error}") from error
    return tls
