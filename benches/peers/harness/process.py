"""One engine's process: asked by a line of JSON, it answers by one."""

import json
import os
import selectors
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: How often a busy process is looked at for the memory that it holds.
LOOK = 0.25
#: Getting ready is opening files and importing packages.
READY = 120.0
#: A reply with a file may take this many times as long: millions of rows are written slower than found.
WRITING = 4.0


class Failed(Exception):
    """Why there is no answer."""


@dataclass(frozen=True)
class Limits:
    """What a process may use."""

    threads: int
    #: Seconds of one question.
    timeout: float
    #: Bytes that a process may hold.
    memory: int


class Process:
    """A running engine. The first line it writes gives its version."""

    def __init__(self, command: list[str], environment: dict[str, str], limits: Limits, log: Path) -> None:
        self.limits = limits
        self.log = log
        self.version: str | None = None
        cpus = sorted(os.sched_getaffinity(0))[: limits.threads]

        def confine() -> None:
            os.sched_setaffinity(0, cpus)
            # Should the system run out of memory, it is not the benchmark that must go.
            Path("/proc/self/oom_score_adj").write_text("900")

        with log.open("wb") as errors:
            self.child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=os.environ | environment,
                preexec_fn=confine,
            )
        self.pending = b""

    def ready(self) -> None:
        """Waits until the engine can be asked."""
        if self.version is None:
            self.version = str(self._line(READY).get("version"))

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """The answer, with the processor's seconds beside the clock's."""
        self.ready()
        before = self.processor()
        try:
            self.child.stdin.write(json.dumps(question).encode() + b"\n")
            self.child.stdin.flush()
        except BrokenPipeError:
            raise Failed(self._end()) from None
        reply = self._line(self.limits.timeout * (WRITING if "file" in question else 1))
        if "error" in reply:
            raise Failed(str(reply["error"]).strip().splitlines()[0][:300])
        return reply | {"cpu": self.processor() - before}

    def processor(self) -> float:
        """Seconds of processor time so far, of all threads, those that have ended too."""
        # What clock_getcpuclockid(3) gives: /proc counts in hundredths, too coarse for small questions.
        try:
            return time.clock_gettime(~self.child.pid << 3 | 2)
        except OSError:
            return 0.0

    def memory(self, key: str = "VmHWM") -> int | None:
        """Bytes: the most that it held, or with VmRSS what it holds."""
        for line in self._proc("status").splitlines():
            if line.startswith(f"{key}:"):
                return int(line.split()[1]) * 1024
        return None

    def is_alive(self) -> bool:
        return self.child.poll() is None

    def stop(self) -> None:
        if self.is_alive():
            self.child.kill()
        self.child.wait()
        self.child.stdin.close()
        self.child.stdout.close()

    def _proc(self, name: str) -> str:
        try:
            return Path(f"/proc/{self.child.pid}/{name}").read_text()
        except OSError:
            return ""

    def _line(self, seconds: float) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        output = self.child.stdout
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while b"\n" not in self.pending:
                left = deadline - time.monotonic()
                if left <= 0:
                    self._give_up(f"took more than {seconds:.0f} s")
                if not selector.select(min(left, LOOK)):
                    self._look()
                    continue
                piece = os.read(output.fileno(), 1 << 20)
                if not piece:
                    raise Failed(self._end())
                self.pending += piece
        line, self.pending = self.pending.split(b"\n", 1)
        return json.loads(line)

    def _look(self) -> None:
        held = self.memory("VmRSS")
        if held is not None and held > self.limits.memory:
            self._give_up(f"held more than {self.limits.memory / 2**30:.1f} GiB")

    def _give_up(self, reason: str) -> None:
        self.stop()
        raise Failed(reason)

    def _end(self) -> str:
        code = self.child.wait()
        if code < 0:
            return f"ended by {signal.Signals(-code).name}"
        said = self.log.read_text(errors="replace").strip().splitlines()
        return (said or [f"ended with code {code}"])[-1][:300]
