"""The command line. Every command is a few lines: what it does lies in the module that it calls."""

import json
import os
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from resources.places import KEY, data_folder
from resources.settings import Profile, Settings, SettingsError
from tiktok_assets import models_cli
from tiktok_assets.console import (
    ENVIRONMENT,
    INTERRUPTED,
    MODEL_MISSING,
    OK,
    REFUSED,
    SOME_FAILED,
    USAGE,
    AsJson,
    DataFolder,
    fail,
    out,
    prepare,
    printable,
)

if TYPE_CHECKING:
    from tiktok_assets.analyze import Result

app = typer.Typer(
    help="Takes videos apart: shots, camera, colours, texts, sound, each a table; one report a video.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(models_cli.app, name="models")

ProfileName = Annotated[str | None, typer.Option("--profile", help=f"which models: {', '.join(get_args(Profile))}")]
Only = Annotated[str | None, typer.Option("--only", help="these analyzers alone, separated by commas")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="show warnings and traces")]


@app.command()
def demo(profile: ProfileName = None, data: DataFolder = None, as_json: AsJson = False, verbose: Verbose = False):
    """Render the demo video and analyze it."""
    settings = prepare(data, profile, verbose)
    from tiktok_assets.demo import render_demo

    path = data_folder() / "demo" / "demo.mp4"
    if not path.exists():
        if not as_json:
            out.print("rendering the demo video ...")
        render_demo(path)
    _analyze([path], settings, [], as_json, verbose)


@app.command()
def analyze(
    files: Annotated[list[str], typer.Argument(help="video files", metavar="FILE...")],
    profile: ProfileName = None,
    only: Only = None,
    data: DataFolder = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
):
    """Analyze video files, each in a Dagster run of its own."""
    settings = prepare(data, profile, verbose)
    if urls := [name for name in files if "://" in name]:
        raise fail(f"{urls[0]}: downloads are not built yet", "Download the video and give its path.", USAGE)
    _analyze([Path(name) for name in files], settings, _known_names(only), as_json, verbose)


def _known_names(only: str | None) -> list[str]:
    import analyzers
    from analyzers.contract import REGISTRY
    from tiktok_assets.imports import import_all

    import_all(analyzers)
    names = [name.strip() for name in (only or "").split(",") if name.strip()]
    for name in names:
        if name not in REGISTRY:
            near = get_close_matches(name, REGISTRY, n=1)
            hint = f"Did you mean `{near[0]}`? " if near else ""
            raise fail(f"`{name}` is no analyzer", f"{hint}There are: {', '.join(sorted(REGISTRY))}", USAGE)
    return names


def _analyze(paths: list[Path], settings: Settings, only: list[str], as_json: bool, verbose: bool) -> None:
    _check(settings)
    from tiktok_assets.analyze import analyze as run
    from tiktok_assets.progress import Progress

    progress = Progress(out, is_silent=as_json)
    results = run(paths, settings, only, progress.tell)
    code = OK
    for number, path in enumerate(paths, start=1):
        try:
            with progress.video(path, number, len(paths)):
                result = next(results)
        except KeyboardInterrupt:
            raise fail(
                f"{path}: interrupted", "What was finished is kept; the next run goes on from there.", INTERRUPTED
            ) from None
        except OSError as error:  # of our own files: what is wrong with the video is told by its result
            remedy = "See what is wrong: python -m tiktok_assets doctor. Or choose another folder: --data DIR"
            raise fail(f"{path}: {error}", remedy, ENVIRONMENT) from None
        if as_json:
            print(json.dumps(result.as_json(), ensure_ascii=False), flush=True)
        else:
            _conclude(result)
        code = max(code, _exit_code(result, settings))
    raise typer.Exit(code)


def _check(settings: Settings) -> None:
    """Refuse settings that name what is not there, before anything is touched."""
    import analyzers
    from tiktok_assets.choices import check_choices
    from tiktok_assets.imports import import_all

    import_all(analyzers)
    try:
        check_choices(settings)
    except SettingsError as error:
        raise fail(str(error), "Mend the settings file.", USAGE) from None


def _conclude(result: "Result") -> None:
    from resources.door import WARNINGS

    if result.status in ("refused", "error"):
        fail(f"{result.file}: {result.word}: {result.reason}", result.remedy or "", REFUSED)
        return
    for warning in result.warnings:
        out.print(f"[yellow]![/] {warning}: {WARNINGS[warning]}")
    out.print(f"report   {printable(str(result.report))}")
    out.print(f"picture  {printable(str(result.report and result.report.with_name('timeline.png')))}")
    out.print(f"next     python -m tiktok_assets results {result.video_id}    or    make ui")


def _exit_code(result: "Result", settings: Settings) -> int:
    from analyzers.contract import REGISTRY

    skipped = [REGISTRY[name].role for name, outcome in result.analyzers.items() if outcome.status == "skipped"]
    if any(role and (role in settings.models or settings.profile in ("seed", "best")) for role in skipped):
        return MODEL_MISSING  # the user named a model, or a profile that names one, and it is not to be had
    codes = {"ok": OK, "partial": OK, "some_failed": SOME_FAILED, "refused": REFUSED, "error": SOME_FAILED}
    return codes[result.status]


@app.command()
def results(
    video: Annotated[str | None, typer.Argument(help="video id; all videos without one", metavar="[ID]")] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
):
    """List what was analyzed, or how each analyzer fared on one video."""
    prepare(data, None)
    from tiktok_assets import results as listing

    found = listing.of_all(data_folder()) if video is None else listing.of_one(data_folder(), _known_video(video))
    if as_json:
        for row in found.rows:
            print(json.dumps(row, ensure_ascii=False))
        return
    if not found.rows:
        out.print("nothing analyzed yet; start with: python -m tiktok_assets demo")
        return
    out.print(found.as_table())


@app.command()
def report(
    video: Annotated[str, typer.Argument(help="video id", metavar="ID")],
    data: DataFolder = None,
    as_json: AsJson = False,
):
    """Show where a video's report is and what it says in short; --json prints it whole."""
    prepare(data, None)
    from tiktok_assets import results as listing

    path = listing.report_path(data_folder(), _known_video(video))
    if as_json:
        sys.stdout.write(path.read_text(encoding="utf-8"))
        return
    out.print(listing.in_short(path))
    out.print(f"report   {path}\npicture  {path.with_name('timeline.png')}")


def _known_video(video: str) -> str:
    from tiktok_assets import results as listing

    if KEY.fullmatch(video) and listing.report_path(data_folder(), video).exists():
        return video
    near = get_close_matches(video, listing.videos(data_folder()), n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise fail(f"no report of a video `{video}`", f"{hint}List them: python -m tiktok_assets results", USAGE)


@app.command()
def doctor(data: DataFolder = None, as_json: AsJson = False):
    """Check this machine: what is there, what is missing, and what each missing thing costs."""
    settings = prepare(data, None)
    _check(settings)
    from tiktok_assets.doctor import examine

    findings = examine(data_folder(), settings)
    for finding in findings:
        if as_json:
            print(json.dumps(finding.as_json(), ensure_ascii=False))
        else:
            mark = {"good": "[green]✓[/]", "note": "[yellow]![/]", "bad": "[red]✗[/]"}[finding.verdict]
            out.print(f"{mark} {finding.what:<22} {printable(finding.found)}")
            if finding.remedy:
                out.print(f"  {'':<22} {printable(finding.remedy)}")
    raise typer.Exit(ENVIRONMENT if any(f.verdict == "bad" for f in findings) else OK)


@app.command()
def new(name: Annotated[str, typer.Argument(help="group and name, as in picture/brightness", metavar="GROUP/NAME")]):
    """Write a new analyzer and its test from a template."""
    from tiktok_assets.new import NameTakenError, write_analyzer

    try:
        written = write_analyzer(name)
    except (NameTakenError, ValueError) as error:
        raise fail(str(error), "For example: python -m tiktok_assets new picture/brightness", USAGE) from None
    for path in written:
        out.print(f"wrote {path}")
    out.print("next: fill in the row and the function, then: make test")


def main() -> None:
    """Run the command line; a closed pipe is no error."""
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
