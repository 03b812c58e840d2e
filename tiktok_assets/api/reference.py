"""/docs: the API's own document as one page that loads nothing, from here or from elsewhere."""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.responses import HTMLResponse

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
section { border-top: 1px solid #8886; padding: 1rem 0; }
h2 { font-size: 1.1rem; margin: 0; } h2 b { display: inline-block; min-width: 5rem; }
code, pre { font: 14px/1.45 ui-monospace, monospace; } pre { background: #8881; padding: .75rem; overflow: auto; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .15rem 1rem .15rem 0; vertical-align: top; }
"""


def routes(app: FastAPI) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    def docs() -> HTMLResponse:
        policy = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}
        return HTMLResponse(page(app.openapi()), headers=policy)

    return router


def page(document: dict[str, Any]) -> str:
    """The whole document for people."""
    about = document["info"]
    shown = "".join(_operations(document))
    kinds = "".join(_schemas(document))
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(about['title'])}</title>"
        f"<meta name=viewport content='width=device-width'><style>{STYLE}</style>"
        f"<h1>{escape(about['title'])} {escape(about['version'])}</h1><p>{escape(about.get('description', ''))}</p>"
        f"<p>For programs: <a href='openapi.json'>openapi.json</a></p>{shown}<h1>Bodies</h1>{kinds}</html>"
    )


def _operations(document: dict[str, Any]) -> Iterator[str]:
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            if method == "head":
                continue
            rows = "".join(_parameter(given) for given in told.get("parameters", []))
            table = f"<table>{rows}</table>" if rows else ""
            answers = ", ".join(f"{code} {escape(a.get('description', ''))}" for code, a in told["responses"].items())
            yield (
                f"<section><h2><b>{method.upper()}</b><code>{escape(path)}</code></h2>"
                f"<p>{escape(told.get('summary', ''))}. {escape(told.get('description', ''))}</p>{table}"
                f"<pre>{escape(_call(document, path, method, told))}</pre><p>Answers: {answers}</p></section>"
            )


def _call(document: dict[str, Any], path: str, method: str, told: dict[str, Any]) -> str:
    """The request as a line for a terminal."""
    line = "curl " + (f"-X {method.upper()} " if method != "get" else "") + f"http://127.0.0.1:8003{path}"
    if "requestBody" in told:
        example = {"url": "https://www.tiktok.com/@name/video/7300000000000000000"}
        line += f" -H 'Content-Type: application/json' -d '{json.dumps(example)}'"
    return line


def _parameter(given: dict[str, Any]) -> str:
    kind = given["schema"]
    bounds = ", ".join(f"{name} {kind[name]}" for name in ("minimum", "maximum", "default", "pattern") if name in kind)
    need = "" if given["required"] else "optional"
    return f"<tr><td><code>{escape(given['name'])}</code><td>{need}<td>{escape(bounds)}"


def _schemas(document: dict[str, Any]) -> Iterator[str]:
    for name, kind in document.get("components", {}).get("schemas", {}).items():
        rows = "".join(
            f"<tr><td><code>{escape(field)}</code><td>{escape(_type(told))}<td>{escape(told.get('description', ''))}"
            for field, told in kind.get("properties", {}).items()
        )
        said = escape(kind.get("description", ""))
        yield f"<section><h2>{escape(name)}</h2><p>{said}</p><table>{rows}</table></section>"


def _type(told: dict[str, Any]) -> str:
    if "$ref" in told:
        return told["$ref"].rpartition("/")[2]
    if "anyOf" in told:
        return " or ".join(_type(one) for one in told["anyOf"])
    if "enum" in told:
        return " | ".join(str(value) for value in told["enum"])
    return f"list of {_type(told['items'])}" if told.get("type") == "array" else str(told.get("type", ""))
