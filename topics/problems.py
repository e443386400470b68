"""What is wrong with a text, said so that its writer can mend it."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Problem:
    """One thing to mend; problems of every kind sort by their place.

    `line` counts from 1 and is 0 where no line can be named; `blocks` says whether the text
    can be published before it is mended.
    """

    line: int
    what: str
    mend: str
    blocks: bool = True
    file: str = ""

    def __lt__(self, other: Problem) -> bool:
        return self._place < other._place

    @property
    def _place(self) -> tuple[int, str, str, bool, str]:
        return self.line, self.what, self.mend, self.blocks, self.file

    def __str__(self) -> str:
        place = self.file or ""
        if self.line:
            place = f"{place}:{self.line}" if place else f"line {self.line}"
        return f"{place}: {self.what} {self.mend}" if place else f"{self.what} {self.mend}"

    def in_file(self, file: str) -> Problem:
        return replace(self, file=file)

    def lower(self, lines: int) -> Problem:
        """The same problem in a text that stands `lines` further down in its file."""
        return replace(self, line=self.line + lines) if self.line else self


class Problems(Exception):
    """A text cannot be taken; `problems` holds every reason that was found, at least one."""

    def __init__(self, problems: list[Problem]) -> None:
        if not problems:
            raise ValueError("Problems needs at least one problem.")
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def blocking(problems: tuple[Problem, ...] | list[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.blocks]
