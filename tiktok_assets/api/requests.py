"""What callers may ask for, and what they are told."""

from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from resources.ledger import State
from resources.places import KEY
from resources.settings import Profile

VideoId = Annotated[str, InPath(description="a TikTok id, or local-<16 hex digits>", pattern=f"^({KEY.pattern})$")]
Status = Literal["waiting", "running", "done", "partial", "refused", "gave_up"]


class Analyze(BaseModel):
    """One video: either where it is on TikTok, or where it lies here."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [{"url": "https://…"}]})

    url: str | None = Field(None, max_length=2048, description="of a video on TikTok, long or short")
    video_path: str | None = Field(None, max_length=4096, description="a file in one of the folders of `api_folders`")
    profile: Profile | None = Field(None, description="which models; without it, the profile of tiktok.toml")
    only: list[str] | None = Field(None, min_length=1, max_length=100, description="these analyzers alone")
    callback_url: str | None = Field(None, max_length=2048, description="told the result when there is one")

    @model_validator(mode="after")
    def _is_one_of_two(self) -> Self:
        if (self.url is None) == (self.video_path is None):
            raise ValueError("give exactly one of `url` and `video_path`")
        return self

    @field_validator("only")
    @classmethod
    def _are_known(cls, names: list[str] | None) -> list[str] | None:
        import analyzers
        from analyzers.contract import REGISTRY
        from tiktok_assets.imports import import_all

        import_all(analyzers)
        if odd := [name for name in names or () if name not in REGISTRY]:
            raise ValueError(f"{odd[0][:100]!r} is no analyzer")
        return names

    @field_validator("callback_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        if url is None:
            return None
        try:
            parts = urlsplit(url)
            has_port = parts.port is None or parts.port > 0
        except ValueError:
            raise ValueError("it is no address") from None
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None or not has_port:
            raise ValueError("it must be http(s)://host/path, without a user in it")
        if not url.isascii() or not url.isprintable() or " " in url:
            raise ValueError("it holds characters that no address has")
        return url


class Links(BaseModel):
    self: str
    progress: str
    report: str
    timeline: str


class Accepted(BaseModel):
    """It is written down, and will come to an end, whatever happens."""

    id: str
    status: Status
    links: Links


class Told(BaseModel):
    """One input, and what became of it."""

    id: str
    status: State
    source: str | None = None
    attempts: int = 0
    run_id: str | None = None
    word: str | None = None
    reason: str | None = None
    remedy: str | None = None
    accepted_at: Annotated[float | None, Field(description="seconds since 1970")] = None
    changed_at: float | None = None
    links: Links


class Page(BaseModel):
    total: int
    offset: int
    results: list[Told]


class Whole(Told):
    """The same with what its report says in short, and every file that there is."""

    summary: dict[str, Any] | None = None
    analyzers: dict[str, dict[str, Any]] | None = None
    files: list[str] = Field(default_factory=list)


class Forgotten(BaseModel):
    """What went."""

    id: str
    files: int
    bytes: int
    runs: int


def links(video: str) -> Links:
    base = f"/results/{video}"
    return Links(self=base, progress=f"{base}/progress", report=f"{base}/report.json", timeline=f"{base}/timeline.png")
