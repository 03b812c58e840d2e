"""The command line. Every command is a few lines: what it does lies in the module that it calls."""

import json
import os
import sqlite3
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from resources.places import KEY, data_folder
from resources.settings import Profile, Settings, SettingsError
from tiktok_assets.commands import models_cli
from tiktok_assets.commands.console import (
    ENVIRONMENT,
    INTERRUPTED,
    MODEL_MISSING,
    OK,
    REFUSED,
    SOME_FAILED,
    USAGE,
    AsJson,
    DataFolder,
    err,
    fail,
    out,
    prepare,
    printable,
)

if TYPE_CHECKING:
    from tiktok_assets.commands.analyze import Result
    from tiktok_assets.corpus.asking import Answer

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
    from tiktok_assets.commands.demo import render_demo

    path = data_folder() / "demo" / "demo.mp4"
    if not path.exists():
        if not as_json:
            out.print("rendering the demo video ...")
        render_demo(path)
    _analyze([str(path)], settings, [], as_json, verbose)


@app.command()
def analyze(
    given: Annotated[list[str], typer.Argument(help="video files, addresses of TikTok posts", metavar="FILE|URL...")],
    profile: ProfileName = None,
    only: Only = None,
    data: DataFolder = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
):
    """Analyze video files and TikTok posts, each in a Dagster run of its own."""
    settings = prepare(data, profile, verbose)
    _analyze(given, settings, _known_names(only), as_json, verbose)


@app.command()
def watch(
    folder: Annotated[Path, typer.Argument(help="the folder to watch", metavar="DIR")],
    once: Annotated[bool, typer.Option("--once", help="take what is there, and end")] = False,
    profile: ProfileName = None,
    data: DataFolder = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
):
    """Analyze what is put into a folder: video files, and lists of addresses. Without the UI; Ctrl-C ends it."""
    settings = prepare(data, profile, verbose)
    _check(settings)
    from tiktok_assets.arrivals.watch import watch_folder

    raise typer.Exit(watch_folder(folder, settings, is_once=once, as_json=as_json))


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


def _analyze(given: list[str], settings: Settings, only: list[str], as_json: bool, verbose: bool) -> None:
    _check(settings)
    from tiktok_assets.commands.analyze import analyze as run
    from tiktok_assets.commands.analyze import is_address
    from tiktok_assets.commands.progress import Progress

    progress = Progress(out, is_silent=as_json)
    results = run(given, settings, only, progress.tell)
    code = OK
    for number, source in enumerate(given, start=1):
        try:
            with progress.video(source if is_address(source) else Path(source).name, number, len(given)):
                result = next(results)
        except KeyboardInterrupt:
            raise fail(
                f"{source}: interrupted", "What was finished is kept; the next run goes on from there.", INTERRUPTED
            ) from None
        except OSError as error:  # of our own files: what is wrong with the video is told by its result
            remedy = "See what is wrong: python -m tiktok_assets doctor. Or choose another folder: --data DIR"
            raise fail(f"{source}: {error}", remedy, ENVIRONMENT) from None
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
    if result.report and result.report.with_name("page.html").exists():
        out.print(f"page     {printable(str(result.report.with_name('page.html')))}")
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
    embed: Annotated[bool, typer.Option("--embed", help="put the video into its page: one file to send")] = False,
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
    if embed:
        _embed(video)
    out.print(f"report   {path}\npicture  {path.with_name('timeline.png')}")
    if (page := path.with_name("page.html")).exists():
        out.print(f"page     {page}")


def _embed(video: str) -> None:
    """Make the page anew, with the video in it."""
    from resources.store import Store
    from tiktok_assets.page.html import EMBED_MB, TooLargeError, write_page

    try:
        write_page(Store(root=str(data_folder())), video, embed=True)
    except (TooLargeError, OSError) as error:
        raise fail(
            f"{video}: {error}", f"Embed videos of up to {EMBED_MB} MB; a larger one stays beside its page", USAGE
        ) from None


@app.command()
def export(
    video: Annotated[str, typer.Argument(help="video id", metavar="ID")],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help="otio, edl, fcpxml, xml (Premiere), srt, vtt, ass, csv (zip), row, "
            "capcut (zip of a draft; experimental: never opened in CapCut)",
        ),
    ],
    file: Annotated[Path | None, typer.Option("--out", help="file to write (default: among the exports)")] = None,
    media: Annotated[str | None, typer.Option("--media", help="where the editor finds the video")] = None,
    texts: Annotated[bool, typer.Option("--texts", help="subtitles of what is written, not of what is said")] = False,
    data: DataFolder = None,
    as_json: AsJson = False,
):
    """Write a video's timeline for editing programs, its words as subtitles, or its tables for spreadsheets."""
    prepare(data, None)
    from resources.store import Store
    from tiktok_assets.exports.formats import export_one
    from tiktok_assets.exports.names import SUFFIXES

    if to not in SUFFIXES:
        raise fail(f"`{to}` is no format", f"Choose one of: {', '.join(SUFFIXES)}", USAGE)
    store = Store(root=str(data_folder()))
    try:
        path = export_one(store, _known_video(video), to, file, media, only_texts=texts)
    except OSError as error:
        raise fail(f"{file or video}: {error.strerror or error}", "Name another file: --out FILE", USAGE) from None
    print(json.dumps({"video_id": video, "to": to, "path": str(path)})) if as_json else out.print(f"written  {path}")


@app.command()
def diff(
    video: Annotated[str, typer.Argument(help="video id", metavar="ID")],
    analyzer: Annotated[str, typer.Argument(help="whose table", metavar="ANALYZER")],
    before: Annotated[str | None, typer.Option("--from", help="a version (default: the newest earlier one)")] = None,
    after: Annotated[str | None, typer.Option("--to", help="a version (default: the present one)")] = None,
    data_of: Annotated[
        Path | None, typer.Option("--data-of", help="compare with the same video's table in another data folder")
    ] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
):
    """Compare two versions of an analyzer's table of one video, row by row."""
    prepare(data, None)
    if analyzer not in _known_names(analyzer):
        raise fail(f"`{analyzer}` is no analyzer", "Name one of them", USAGE)
    if not KEY.fullmatch(video):
        raise fail(f"`{video}` is no video id", "List them: python -m tiktok_assets results", USAGE)
    if data_of and not data_of.is_dir():
        raise fail(f"{data_of}: no such folder", "Name a data folder: --data-of DIR", USAGE)
    from resources.store import Store
    from tiktok_assets.commands import diff as comparing

    store, other = Store(root=str(data_folder())), Store(root=str(data_of.resolve())) if data_of else None
    try:
        made = comparing.diff(store, video, analyzer, before=before, after=after, other=other)
    except comparing.NoVersionError as error:
        raise fail(str(error), error.remedy, USAGE) from None
    if as_json:
        print(json.dumps(comparing.as_json(made), ensure_ascii=False))
        return
    for line in comparing.lines(made):
        out.print(printable(line) if isinstance(line, str) else line)


@app.command()
def corpus(data: DataFolder = None, as_json: AsJson = False):
    """Show where the page over all videos is; made anew where a report is newer."""
    prepare(data, None)
    from resources.store import Store
    from tiktok_assets.corpus.page import build, is_current, page_path

    store = Store(root=str(data_folder()))
    try:
        built = None if is_current(store) else build(store)
    except OSError as error:
        remedy = "See what is wrong: python -m tiktok_assets doctor. Or choose another folder: --data DIR"
        raise fail(f"{page_path(store)}: {error.strerror or error}", remedy, ENVIRONMENT) from None
    if as_json:
        anew = built.anew if built else 0
        print(json.dumps({"path": str(page_path(store)), "built": built is not None, "videos_made_anew": anew}))
        return
    if built and built.unreadable:
        out.print(f"[yellow]![/] {built.unreadable} reports could not be read, and are not in it")
    out.print(f"page     {printable(str(page_path(store)))}")


@app.command()
def query(
    sql: Annotated[str | None, typer.Argument(help="one SELECT over the catalog's views", metavar="SQL")] = None,
    example: Annotated[str | None, typer.Option("--example", help="ask a ready question", metavar="NAME")] = None,
    examples: Annotated[bool, typer.Option("--examples", help="list the ready questions")] = False,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="rows at most (default: 100 on screen)")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="print a spreadsheet")] = False,
    data: DataFolder = None,
    as_json: AsJson = False,
):
    """Ask all videos' tables a question in SQL. The views are in docs/queries.md, or: query "SHOW TABLES"."""
    prepare(data, None)
    from tiktok_assets.commands import query as asked
    from tiktok_assets.corpus.questions import QUESTIONS

    if examples:
        out.print(asked.examples())
        return
    if (sql is None) == (example is None):
        raise fail("one question is needed", "In SQL, or a ready one: query --example NAME", USAGE)
    if example is not None and example not in QUESTIONS:
        near = get_close_matches(example, QUESTIONS, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise fail(f"`{example}` is no ready question", f"{hint}List them: query --examples", USAGE)
    answer = _ask(QUESTIONS[example].sql if example else sql or "", limit or (None if as_json or as_csv else 100))
    if as_csv:
        sys.stdout.write(asked.as_csv(answer))
    elif as_json:
        for line in asked.as_json(answer):
            print(line)
    elif answer.has_videos:
        asked.show(answer, out) if answer.rows else out.print("no rows")
    else:
        out.print("nothing analyzed yet; start with: python -m tiktok_assets demo")
    if answer.has_more:
        err.print(f"the first {len(answer.rows)} rows; more by --limit N, all by --csv")
    if answer.left_out:
        err.print(f"[yellow]![/] {len(answer.left_out)} tables cannot be read, and are left out: {answer.left_out[0]}")
        err.print('  Which and why: query "FROM runs WHERE status IS NULL"')


def _ask(sql: str, limit: int | None) -> "Answer":
    from resources.store import Store
    from tiktok_assets.corpus.asking import DamagedError, QuestionError, ask

    try:
        return ask(Store(root=str(data_folder())), sql, limit)
    except DamagedError as error:
        raise fail(str(error), error.remedy, ENVIRONMENT) from None
    except QuestionError as error:
        raise fail(str(error), error.remedy, USAGE) from None
    except KeyboardInterrupt:
        raise fail("interrupted", "Ask for fewer videos: WHERE video_id = ...", INTERRUPTED) from None
    except OSError as error:
        remedy = "See what is wrong: python -m tiktok_assets doctor. Or choose another folder: --data DIR"
        raise fail(f"the catalog cannot be made: {error}", remedy, ENVIRONMENT) from None


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
    from tiktok_assets.commands.doctor import examine

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
def serve(
    host: Annotated[
        str, typer.Option("--host", help="address to listen on; others than this machine's need a token")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8003,
    data: DataFolder = None,
    verbose: Verbose = False,
):
    """Serve the HTTP API; its documentation is at /docs."""
    settings = prepare(data, None, verbose)
    _check(settings)
    from tiktok_assets.api.serving import serve as run

    try:
        out.print(f"http://{host}:{port}/docs")
        run(data_folder(), settings, host, port)
    except SettingsError as error:
        raise fail(str(error), "Name a file with a token: api_token_file in tiktok.toml", USAGE) from None
    except OSError as error:
        raise fail(f"{host}:{port}: {error.strerror}", "Choose another: --port N", ENVIRONMENT) from None


@app.command()
def monitor(data: DataFolder = None):
    """Write how the machine fares into the data folder, a line of JSON every 15 seconds."""
    prepare(data, None, verbose=True)
    from tiktok_assets.upkeep.system_metrics import AlreadyWatchedError
    from tiktok_assets.upkeep.system_metrics import monitor as watch

    try:
        watch(data_folder())
    except AlreadyWatchedError as error:
        raise fail(str(error), "One is enough.", USAGE) from None


@app.command()
def worker(
    kind: Annotated[
        str | None, typer.Argument(help="home, cpu, gpu, or gpu1 for the second card; without: who is there")
    ] = None,
    data: DataFolder = None,
):
    """Take steps from the queues of TIKTOK_BROKER, and keep models loaded from one to the next."""
    prepare(data, None, verbose=True)
    broker = os.environ.get("TIKTOK_BROKER")
    if not broker:
        raise fail("there is no broker", "Name a Redis: TIKTOK_BROKER=redis://HOST:6379/0", USAGE)
    from tiktok_assets import worker as workers

    if kind is None:
        if silent := sorted(workers.unserved(broker)):
            raise fail(f"nobody serves: {', '.join(silent)}", "Start a worker for each: worker KIND", ENVIRONMENT)
        out.print("every queue is served")
    elif workers.is_kind(kind):
        workers.work(kind)
    else:
        raise fail(f"`{kind}` is no kind of worker", f"Choose one of: {', '.join(workers.KINDS)}", USAGE)


@app.command()
def new(name: Annotated[str, typer.Argument(help="group and name, as in picture/brightness", metavar="GROUP/NAME")]):
    """Write a new analyzer and its test from a template."""
    from tiktok_assets.commands.new import NameTakenError, write_analyzer

    try:
        written = write_analyzer(name)
    except (NameTakenError, ValueError) as error:
        raise fail(str(error), "For example: python -m tiktok_assets new picture/brightness", USAGE) from None
    for path in written:
        out.print(f"wrote {path}")
    out.print("next: fill in the row and the function, then: make test")


@app.command()
def status(data: DataFolder = None, as_json: AsJson = False):
    """Show how things stand: inputs by state, what runs now, the daemon, the disk, and what failed last."""
    settings = prepare(data, None)
    from tiktok_assets.instance import open_instance
    from tiktok_assets.upkeep import status as standing

    with open_instance(data_folder()) as instance:
        seen = standing.look(data_folder(), instance, settings)
    if as_json:
        print(json.dumps(seen.as_json(), ensure_ascii=False))
    else:
        for line in standing.lines(seen):
            out.print(printable(line))
    raise typer.Exit(OK if seen.is_good else ENVIRONMENT)


@app.command()
def recover(data: DataFolder = None, as_json: AsJson = False):
    """After a power cut, before the services start: end the runs that it took, remove what was half written."""
    prepare(data, None)
    from dataclasses import asdict

    from resources.store import Store
    from tiktok_assets.instance import open_instance
    from tiktok_assets.upkeep.recover import recover as run

    with open_instance(data_folder()) as instance:
        done = run(Store(root=str(data_folder())), instance)
    if as_json:
        print(json.dumps(asdict(done)))
        return
    out.print(
        f"{len(done.failed_runs)} lost runs ended, {len(done.alive)} are alive; {len(done.waiting)} videos wait for "
        f"another attempt, {len(done.gave_up)} were given up; {done.leftovers} half-written files removed"
    )
    if done.woken:
        out.print(f"the clock was set back: {', '.join(done.woken)} no longer wait for the time that it had shown")
        out.print("next     restart the daemon, if it has been running since: its run queue waits for that time too")


@app.command()
def clean(
    older_than: Annotated[str, typer.Option("--older-than", help="days, as in 30d", metavar="DAYS")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would go")] = False,
    data: DataFolder = None,
    as_json: AsJson = False,
):
    """Remove decoded parts of finished videos, runs that newer ones replaced, and half-written leftovers."""
    prepare(data, None)
    days = older_than.removesuffix("d")
    if not days.isdigit():
        raise fail(f"`{older_than}` is no number of days", "For example: --older-than 30d", USAGE)
    from dataclasses import asdict

    from resources.store import Store
    from tiktok_assets.instance import open_instance
    from tiktok_assets.upkeep import housekeeping

    with open_instance(data_folder()) as instance:
        store, older_s = Store(root=str(data_folder())), int(days) * housekeeping.DAY_S
        done = housekeeping.clean(store, instance, older_s, is_trial=dry_run)
    if as_json:
        print(json.dumps(asdict(done) | {"dry_run": dry_run}))
        return
    would = "would remove" if dry_run else "removed"
    out.print(
        f"{would} decoded parts of {done.videos} videos, {done.runs} runs, {done.leftovers} leftovers, "
        f"{done.earlier} former tables: {done.bytes / 1e6:.1f} MB"
    )


@app.command()
def forget(
    video: Annotated[str, typer.Argument(help="video id", metavar="ID")],
    force: Annotated[bool, typer.Option("--force", help="end a run that is at it")] = False,
    data: DataFolder = None,
    as_json: AsJson = False,
):
    """Remove a video with everything that is known of it."""
    prepare(data, None)
    if not KEY.fullmatch(video):
        raise fail(f"`{video}` is no video id", "List them: python -m tiktok_assets results", USAGE)
    from dataclasses import asdict

    from resources.store import Store
    from tiktok_assets.instance import open_instance
    from tiktok_assets.upkeep.forget import BusyError
    from tiktok_assets.upkeep.forget import forget as run

    with open_instance(data_folder()) as instance:
        try:
            gone = run(Store(root=str(data_folder())), instance, video, force=force)
        except BusyError as error:
            raise fail(str(error), "Wait for its end, or end it: --force", SOME_FAILED) from None
    if as_json:
        print(json.dumps(asdict(gone)))
        return
    out.print(f"forgotten: {gone.files} files, {gone.bytes / 1e6:.1f} MB, {gone.runs} runs")


def main() -> None:
    """Run the command line; a closed pipe is no error, and a database that cannot be used is told without a trace."""
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except sqlite3.Error as error:
        remedy = "See what is wrong: python -m tiktok_assets doctor. Or choose another folder: --data DIR"
        sys.exit(fail(f"a database in {data_folder()} cannot be used: {error}", remedy, ENVIRONMENT).exit_code)


if __name__ == "__main__":
    main()
