"""What a describer is told beside its prompt: which picture is which, and how many it is shown."""

from analyzers.contract import Question


def label(question: Question, number: int) -> str:
    """Stands before a picture, where words may stand between them."""
    return f"Picture {number + 1}, at {question.times_s[number]:.2f} s:"


def refuse_too_many(question: Question, most: int) -> None:
    if len(question.pictures) > most or len(question.pictures) != len(question.times_s):
        raise ValueError(f"{len(question.pictures)} pictures, {len(question.times_s)} times; at most {most} are shown")
