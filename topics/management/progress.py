"""A progress bar on a terminal; nothing in a log file."""

from __future__ import annotations

from typing import Any, TextIO

from tqdm import tqdm


class Progress:
    """A bar for long work: `reading` counts without an end, `start` and `step` towards one."""

    def __init__(self, stream: Any, unit: str = " files") -> None:
        self.stream: TextIO = getattr(stream, "_out", stream)
        self.unit = unit
        self.bar: tqdm[Any] | None = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def reading(self, name: str) -> None:
        if self.bar is None:
            self.bar = self._bar("Reading", None)
        self.bar.update()

    def start(self, total: int) -> None:
        if self.bar is not None:
            self.bar.close()
        self.bar = self._bar("Working", total)

    def step(self, name: str) -> None:
        if self.bar is not None:
            self.bar.update()

    def _bar(self, words: str, total: int | None) -> tqdm[Any]:
        # disable=None: shown on a terminal only
        return tqdm(desc=words, total=total, unit=self.unit, file=self.stream, disable=None, leave=False)
