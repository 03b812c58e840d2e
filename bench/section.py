"""One measurement, as it is written down."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    what: str
    measured: str
    goal: str | None = None
    is_met: bool | None = None


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    how: str
    lines: list[Line] = field(default_factory=list)

    def as_markdown(self, when: str) -> str:
        rows = ["| what | measured | goal | met |", "|---|---|---|---|"]
        for line in self.lines:
            met = {True: "yes", False: "**no**", None: ""}[line.is_met]
            rows.append(f"| {line.what} | {line.measured} | {line.goal or ''} | {met} |")
        return f"## {self.title}\n\n{self.how} Measured on {when}.\n\n" + "\n".join(rows) + "\n"
