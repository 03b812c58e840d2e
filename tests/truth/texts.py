"""How far what was read is from what is written."""

from collections.abc import Sequence


def edit_distance(said: str, true: str) -> int:
    """Fewest insertions, deletions and replacements that turn one into the other."""
    above = list(range(len(true) + 1))
    for i, letter in enumerate(said, 1):
        row = [i]
        for j, wanted in enumerate(true, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != wanted)))
        above = row
    return above[-1]


def lines_wrong(said: Sequence[str], true: Sequence[str]) -> int:
    """Wrong characters of lines in any order: each line against its likest, what is left over counts in full."""
    pairs = sorted(
        (edit_distance(s, t) - max(len(s), len(t)), i, j) for i, s in enumerate(said) for j, t in enumerate(true)
    )
    used_said: set[int] = set()
    used_true: set[int] = set()
    wrong = 0
    for gain, i, j in pairs:
        if i in used_said or j in used_true or not gain:
            continue
        used_said.add(i)
        used_true.add(j)
        wrong += gain + max(len(said[i]), len(true[j]))
    wrong += sum(len(s) for i, s in enumerate(said) if i not in used_said)
    return wrong + sum(len(t) for j, t in enumerate(true) if j not in used_true)
