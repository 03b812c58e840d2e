"""Files as the API hands them out: whole, in parts, or their headers alone; pages under a policy that holds them.

A page made of strangers' words runs its own script and nothing else, as if it came from nowhere: the browser gives it
an origin of its own, so that it can read nothing of ours. To a page from nowhere our videos and pictures are foreign
too, and foreign pages may not have them: any site that somebody visits could ask which videos lie here. So a page is
given a pass in its address, that it shows when it asks for them.
"""

import hmac
import stat
from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from tiktok_assets.api.house import House
from tiktok_assets.api.problems import ProblemError, Said

TYPES = {
    ".md": "text/plain; charset=utf-8",  # to be read in the browser, which would save it
    ".otio": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".webp": "image/webp",
}
PAGE_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob: 'self'; "
    "media-src data: blob: 'self'; frame-ancestors 'none'; sandbox allow-scripts allow-downloads"
)
UNKNOWN: dict[int | str, dict] = {404: {"model": Said}, 422: {"model": Said}}
FILE: dict[int | str, dict] = UNKNOWN | {
    200: {"content": {"application/octet-stream": {}}, "description": "the file, whole"},
    206: {"description": "the part of it that the header `Range` asks for"},
    304: {"description": "it is still what `If-None-Match` names"},
    416: {"model": Said},
}


def file_at(router: APIRouter, path: str, name: str | None = None) -> Callable[[Callable[..., Response]], None]:
    """A route for a file: whole, in parts, or its headers alone."""

    def add(handler: Callable[..., Response]) -> None:
        router.add_api_route(path, handler, methods=["GET"], name=name, responses=FILE, response_class=FileResponse)
        router.add_api_route(path, handler, methods=["HEAD"], include_in_schema=False, response_model=None)

    return add


def has_pass(house: House, request: Request) -> bool:
    """Whether one of our own pages asks."""
    return hmac.compare_digest(request.query_params.get("pass", "").encode(), house.page_pass.encode())


def with_pass(house: House, request: Request) -> Response | None:
    """Where a browser shall go that opens a page without a pass, or with one of a server that has ended."""
    if "text/html" not in request.headers.get("accept", "") or has_pass(house, request):
        return None
    return RedirectResponse(f"{request.url.path}?pass={house.page_pass}", 303)


def sent(request: Request, root: Path, path: Path, *, is_saved: bool = False, is_foreign: bool = False) -> Response:
    """A file of ours, in whole or in part. What links out of its folder is not there."""
    try:
        about = path.lstat()
    except OSError:
        raise ProblemError(404, "there is no such file, or not yet", "See `files` of GET /results/{id}") from None
    if not stat.S_ISREG(about.st_mode) or not path.resolve().is_relative_to(root.resolve()):
        raise ProblemError(404, "there is no such file, or not yet", "See `files` of GET /results/{id}")
    kind = TYPES.get(path.suffix)
    headers = {"Cache-Control": "no-cache"}  # kept, and asked about each time
    if is_foreign:
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if path.suffix == ".html":
        headers["Content-Security-Policy"] = PAGE_POLICY
    filename = path.name if is_saved else None
    response = FileResponse(path, headers=headers, media_type=kind, stat_result=about, filename=filename)
    wanted = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if response.headers["etag"] in wanted or "*" in wanted:
        return Response(status_code=304, headers=headers | {"ETag": response.headers["etag"]})
    return response
