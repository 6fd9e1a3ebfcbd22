"""The listener: one task for each connection, one block at a time on each, bounded memory whatever the others send."""

import asyncio
import logging
import socket
import ssl
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from dataclasses import dataclass, field

from amh.interop.mllp.blocks import Block, Blocks, framed
from amh.interop.mllp.receivers import Receiver

logger = logging.getLogger(__name__)

MOST = 500
"""Connections held at once: further ones are closed, which their senders try again."""
CHUNK = 64 * 1024
LARGE, LARGE_AT_ONCE = 256 * 1024, 8
"""Bytes from which a message waits for its turn, and how many such messages are held at once."""
SILENCE, LASTING = 60.0, 300.0
"""Seconds without a byte in the middle of a block, and for which a block may last, before its connection is closed."""
STRANGE = 20
"""Messages that are none, in a row, after which their sender is hung up on: they are kept, and hold up the others."""
CATCH_UP, ENDING = 15.0, 1.0


@dataclass
class Listener:
    """Takes connections and hands what they send to ``receiver``."""

    receiver: Receiver
    connections: dict["asyncio.Task[None]", "Connection"] = field(default_factory=dict)
    large: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(LARGE_AT_ONCE))

    async def open(self, host: str, port: int, *, tls: ssl.SSLContext | None = None) -> asyncio.Server:
        """Listen. Raises ``OSError`` when the address cannot be had."""
        return await asyncio.start_server(self._accept, host, port, limit=CHUNK, ssl=tls)

    async def keep_up(self) -> None:
        """Apply again and again what was stored and left, until cancelled."""
        while True:
            with suppress(Exception):
                await asyncio.wrap_future(self.receiver.appliers.catch_up())
            await asyncio.sleep(CATCH_UP)

    async def close(self, *, within: float) -> None:
        """End every connection, after some seconds at most those too whose message in hand is not answered."""
        for one in self.connections.values():
            one.leave()
        if self.connections:
            await asyncio.wait(self.connections, timeout=within)
        for one in self.connections.values():
            one.break_off()
        await asyncio.to_thread(self.receiver.close)
        if self.connections:
            await asyncio.wait(self.connections, timeout=ENDING)

    async def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self.connections) >= MOST:
            writer.close()
            return
        self.connections[task] = connection = Connection(reader, writer, self)
        try:
            _keep_alive(writer)
            await connection.serve()
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            logger.info("An MLLP connection ended: %s", type(error).__name__)
        finally:
            writer.close()
            with suppress(OSError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), ENDING)
            del self.connections[task]


@dataclass
class Connection:
    """One sender. Its messages are answered in the order in which they come."""

    reader: StreamReader
    writer: StreamWriter
    listener: Listener
    blocks: Blocks = field(default_factory=Blocks)
    is_answering: bool = False
    is_leaving: bool = False
    _strange: int = 0
    _has_turn: bool = False
    _ends_at: float = 0.0

    async def serve(self) -> None:
        """Read and answer until the sender leaves. Raises ``TimeoutError`` for one that breaks off and stays."""
        try:
            while data := await self._read():
                for block in self.blocks.feed(data):
                    self.is_answering = True
                    await self._answer(block)
                    self.is_answering = False
                    if self.is_leaving or self._strange >= STRANGE:
                        return
                await self._take_turn()
        finally:
            self._give_turn_back()

    def leave(self) -> None:
        """Hang up, once the message in hand is answered: what comes after it is sent again to whoever listens next."""
        self.is_leaving = True
        if not self.is_answering:
            self.writer.close()

    def break_off(self) -> None:
        """Hang up on a sender who does not take its answers."""
        self.writer.transport.abort()

    async def _read(self) -> bytes:
        if not self.blocks.is_amid:
            self._ends_at = asyncio.get_running_loop().time() + LASTING
            return await self.reader.read(CHUNK)
        left = self._ends_at - asyncio.get_running_loop().time()
        return await asyncio.wait_for(self.reader.read(CHUNK), max(0.0, min(SILENCE, left)))

    async def _answer(self, block: Block) -> None:
        for reply in await asyncio.wrap_future(self.listener.receiver.receive(block)):
            self.writer.write(framed(reply.content))
            self._strange = 0 if reply.is_hl7 else self._strange + 1
        await asyncio.wait_for(self.writer.drain(), SILENCE)

    async def _take_turn(self) -> None:
        """Before more of a large block is read, wait until few enough others are."""
        if len(self.blocks) < LARGE:
            self._give_turn_back()
        elif not self._has_turn:
            await asyncio.wait_for(self.listener.large.acquire(), LASTING)
            self._has_turn = True

    def _give_turn_back(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self.listener.large.release()


def _keep_alive(writer: StreamWriter) -> None:
    """Have the system notice a sender that went away without a word."""
    found: socket.socket | None = writer.get_extra_info("socket")
    if found is not None:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60)
