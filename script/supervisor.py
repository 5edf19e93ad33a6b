"""Keep the processes of one policytrack running, start again what ends, stop all of it together."""

import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

from script.logs import Logs
from script.processes import Child
from script.steps import Trouble, step

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MOST_RESTARTS = 3  # within the time below; more would only hide what is wrong
RESTARTS_COUNTED_FOR = 60.0


class Stopped(BaseException):
    """Somebody asked us to stop."""


class Service(Protocol):
    """A server or process that can be started, and started again."""

    @property
    def name(self) -> str:
        """What people call it."""

    def start(self) -> None:
        """Start it and wait until it can be used."""

    def stop(self) -> None:
        """Stop it; nothing of it is left running."""

    def ended(self) -> int | None:
        """Its exit code once it has ended."""


class Supervisor:
    """The servers first, then the application's processes; stopped in the opposite order."""

    def __init__(self, logs: Logs | None = None) -> None:
        self.logs = logs
        self.servers: list[Service] = []
        self.processes: list[Child] = []
        self._restarts: dict[str, list[float]] = defaultdict(list)

    def start_server(self, server: Service) -> None:
        """Start a server that the application needs."""
        self.servers.append(server)
        with step(f"Starting {server.name}"):
            server.start()

    def start_process(self, process: Child) -> None:
        """Start a process of the application."""
        self.processes.append(process)
        process.start()

    def watch(self) -> None:
        """Start again whatever ends, until we are stopped or it ends too often; look after logs."""
        while True:
            self.check()
            if self.logs:
                self.logs.look()
            time.sleep(0.3)

    def check(self) -> None:
        """Look once at each; one that ended is started again."""
        for service in [*self.servers, *self.processes]:
            code = service.ended()
            if code is not None:
                self._start_again(service, code)

    def stop(self) -> None:
        """Stop everything: the application at once, then the servers that it was using."""
        if not self.servers and not self.processes:
            return
        with step("Stopping"):
            for process in self.processes:
                process.ask_to_stop()
            for service in [*reversed(self.processes), *reversed(self.servers)]:
                service.stop()

    def _start_again(self, service: Service, code: int) -> None:
        now = time.monotonic()
        recent = [at for at in self._restarts[service.name] if now - at < RESTARTS_COUNTED_FOR]
        self._restarts[service.name] = [*recent, now]
        if len(recent) == MOST_RESTARTS:
            raise Trouble(f"{_ended(service, code)} again and again; everything is stopped.")
        with step(f"{_ended(service, code)}; starting it again"):
            time.sleep(len(recent))  # what it needs may be on its way back, too
            service.start()


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Raise Stopped at the first Ctrl-C, SIGTERM or closed terminal; let the stopping finish."""

    def stop(number: int, frame: FrameType | None) -> None:
        for each in STOPPING:
            signal.signal(each, lambda number, frame: None)
        raise Stopped

    before = {each: signal.signal(each, stop) for each in STOPPING}
    try:
        yield
    except Stopped:
        pass
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _ended(service: Service, code: int) -> str:
    how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    return f"{service.name[0].upper()}{service.name[1:]} ended with {how}"
