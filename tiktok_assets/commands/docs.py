"""What is written from the code: the pages of tables, of models and of queries, and the report's JSON Schema.

    python -m tiktok_assets.commands.docs

A test fails where the committed files are not what this writes.
"""

import json
import tempfile
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from math import isinf
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import analyzers
from analyzers.contract import REGISTRY, Media, Post, Spec, Status
from analyzers.schema import Field, Header, fields
from resources import models
from resources.models import Model
from resources.places import ROOT
from resources.rebuild.likeness import TERMS
from resources.store import Store
from tiktok_assets import coverage, reconstruction
from tiktok_assets.corpus.asking import ask
from tiktok_assets.corpus.questions import QUESTIONS
from tiktok_assets.corpus.views import READY
from tiktok_assets.coverage import Coverage, Seen
from tiktok_assets.imports import import_all
from tiktok_assets.reconstruction import WAYS, Second
from tiktok_assets.report import SAID_ONCE, SCHEMA_VERSION

import_all(analyzers)

TABLES, MODELS, SCHEMA = ROOT / "docs/tables.md", ROOT / "docs/models.md", ROOT / "docs/report.schema.json"
QUERIES = ROOT / "docs/queries.md"
_JSON = {int: "integer", float: "number", str: "string", bool: "boolean"}


def report_schema() -> dict[str, Any]:
    """The shape of report.json, for everyone who reads one."""
    names = sorted(REGISTRY)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Report of one video",
        **_object(
            {
                "schema_version": {"const": SCHEMA_VERSION},
                "video": _object(
                    {"id": {"type": "string"}, "file_name": {"type": ["string", "null"]}} | _properties(Post),
                    ["id", "file_name"],
                ),
                "media": _object(_properties(Media), [f.name for f in dataclass_fields(Media)]),
                "summary": _object(
                    {
                        "complete": {"type": "boolean"},
                        "analyzers": {"type": "object", "additionalProperties": {"type": "integer"}},
                        "whole_video": {"type": "object", "additionalProperties": {"type": "object"}},
                    }
                ),
                "analyzers": _named(names, _fared()),
                "tables": _object({n: {"type": "array", "items": _row(REGISTRY[n])} for n in names}, []),
                "coverage": _named(names, _seconds()),
                "reconstruction": _rebuilt(),
                "methods": {"type": "string"},
                "exports": {"type": "object"},
            }
        ),
    }


def _object(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    needed = list(properties) if required is None else required
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


def _named(names: list[str], schema: dict[str, Any]) -> dict[str, Any]:
    return _object(dict.fromkeys(names, schema), [])


def _fared() -> dict[str, Any]:
    said = {"type": ["string", "null"]}
    return _object(
        {
            "status": {"enum": list(get_args(Status))},
            "reason": said,
            "remedy": said,
            "backend": {"type": "string"},
            "model": said,
            "model_revision": said,
            "version": {"type": "integer"},
            "evidence": {"type": "string"},
            "seconds": {"type": "number"},
            "rows": {"type": "integer"},
            "rows_here": {"type": "integer"},
            "columns": {"type": "array", "items": {"type": "string"}},
            "table": {"type": "string"},
        }
    )


def _seconds() -> dict[str, Any]:
    counts = {"type": "array", "items": {"type": "integer"}}
    return _object(
        {
            "status": {"type": "array", "items": {"enum": list(get_args(Seen))}},
            "n_rows": counts,
            "n_samples": counts,
        }
    )


def _rebuilt() -> dict[str, Any]:
    """How near the video comes that was rebuilt from these tables; null where nobody tried."""
    points, shares = {"type": ["number", "null"]}, {"type": "object", "additionalProperties": {"type": "number"}}
    way = _object(
        {
            "score": points,
            "terms": _object(dict.fromkeys(TERMS, points)),
            "seconds": {"type": "array", "items": points},
            "added": shares,
            "film": {"type": "string"},
        },
        ["score", "terms", "seconds", "added"],
    )
    still = _object({"t_s": {"type": "number"}, "file": {"type": "string"}})
    told = _object(
        {
            "status": {"enum": ["ok", "skipped", "failed"]},
            "reason": {"type": ["string", "null"]},
            "score": points,
            "weights": shares,
            "ways": _object(dict.fromkeys(WAYS, way), []),
            "stills": {"type": "array", "items": still},
            "coverage": shares,
        },
        ["status", "reason", "score", "ways", "stills", "coverage"],
    )
    return told | {"type": ["object", "null"]}


def _properties(part: type) -> dict[str, Any]:
    """A plain dataclass's fields, without ranges."""
    made = {}
    for name, hint in get_type_hints(part).items():
        kinds = [arg for arg in (get_args(hint) or (hint,)) if arg is not NoneType and arg is not Ellipsis]
        if get_origin(hint) is tuple:
            made[name] = {"type": "array", "items": {"type": _JSON[kinds[0]]}}
        else:
            optional = ["null"] if NoneType in get_args(hint) else []
            made[name] = {"type": [_JSON[kinds[0]], *optional]}
    return made


def _row(spec: Spec) -> dict[str, Any]:
    declared = {n: f for part in (Header, spec.row) for n, f in fields(part).items() if n not in SAID_ONCE}
    required = [name for name, field in declared.items() if not field.nullable]
    return _object({name: _column(field) for name, field in declared.items()}, required)


def _column(field: Field) -> dict[str, Any]:
    if is_dataclass(field.plain):
        assert isinstance(field.plain, type)
        inner = fields(field.plain)
        one: dict[str, Any] = _object(
            {n: _column(f) for n, f in inner.items()}, [n for n, f in inner.items() if not f.nullable]
        )
    elif get_origin(field.plain) is Literal:
        one = {"enum": list(get_args(field.plain))}
    else:
        one = {"type": _JSON[field.plain]}
        column = field.column
        if field.plain in (int, float):
            one |= {"minimum": column.low} if not isinf(column.low) else {}
            one |= {"maximum": column.high} if not isinf(column.high) else {}
    if field.column.doc:
        one["description"] = field.column.doc
    return {"type": "array", "items": one} if field.many else one


def tables_page() -> str:
    """Every table and every column, in words."""
    parts = [
        "# Tables\n\nWritten by `make docs`; do not edit.\n",
        "Every row of every table begins with these columns:\n",
    ]
    parts.append(_columns(fields(Header)))
    for spec in sorted(REGISTRY.values(), key=lambda s: (s.group, s.name)):
        facts = f"Inputs: {', '.join(f'`{name}`' for name in spec.inputs)}. Stage `{spec.stage}`."
        role = f" Model role `{spec.role}`." if spec.role else ""
        promise = f" Looks at least every {spec.max_gap_s:g} s. Version {spec.version}."
        parts.append(f"## {spec.group}/{spec.name}\n\n{spec.doc.strip()}\n\n{facts}{role}{promise}\n")
        parts.append(_columns(fields(spec.row)))
    parts.append("# Tables of the report\n\nWithout the columns above.\n")
    for row, module in ((Coverage, coverage), (Second, reconstruction)):
        parts.append(f"## report/{module.__name__.split('.')[-1]}\n\n{(module.__doc__ or '').strip()}\n")
        parts.append(_columns(fields(row)))
    return "\n".join(parts)


def _columns(declared: dict[str, Field]) -> str:
    lines = ["| column | type | what it says |", "|---|---|---|"]
    for name, field in declared.items():
        doc = field.column.doc.replace("|", "\\|")
        if get_origin(field.plain) is Literal:
            doc = f"{doc}: {', '.join(get_args(field.plain))}".removeprefix(": ")
        if is_dataclass(field.plain):
            doc = f"{doc} ({', '.join(f.name for f in dataclass_fields(field.plain))})"
        lines.append(f"| `{name}` | {_type_name(field)} | {doc} |")
    return "\n".join(lines) + "\n"


def _type_name(field: Field) -> str:
    base = "string" if get_origin(field.plain) is Literal else getattr(field.plain, "__name__", str(field.plain))
    name = {"str": "string", "int": f"int{field.column.bits}", "float": f"float{field.column.bits}"}.get(base, base)
    return (f"list of {name}" if field.many else name) + (", may be null" if field.nullable else "")


def models_page() -> str:
    """Every model of the catalogue, by role."""
    users = {role: [s.name for s in REGISTRY.values() if s.role == role] for role in models.roles()}
    parts = [
        "# Models\n\nWritten by `make docs` from `resources/catalogue.toml`; do not edit.\n",
        "`python -m tiktok_assets models list` says which of them are installed here, `models pull NAME` gets one. "
        "Within a role the best comes first. What no analyzer uses yet is listed, and can be pulled ahead of it.\n",
    ]
    for role, names in sorted(users.items(), key=lambda item: (not item[1], item[0])):
        parts.append(f"## {role}\n\n{'For ' + ', '.join(names) if names else 'No analyzer yet'}.\n")
        head = "| model | licence | download | memory | profiles | pinned |\n|---|---|---|---|---|---|"
        played = [model for model in models.catalogue().values() if model.role == role]
        parts.append("\n".join([head, *(_model_line(model) for model in played)]) + "\n")
    return "\n".join(parts)


def _model_line(model: Model) -> str:
    name = f"[`{model.name}`]({model.source})" + (", fallback" if model.is_fallback else "")
    size = f"{model.size_bytes / 1e9:.3g} GB" if model.size_bytes else "size not published"
    size = "none" if model.is_carried else size
    n_summed = sum(file.sha256 is not None for file in model.files)
    sums = f", {n_summed} of {len(model.files)} sums" if model.files else ""
    licence = model.licence if model.terms == "permissive" else f"{model.licence} ({model.terms.replace('_', '-')})"
    profiles = ", ".join(model.profiles)
    return f"| {name} | {licence} | {size} | {model.memory_gb:g} GB | {profiles} | {model.revision[:24]}{sums} |"


def queries_page() -> str:
    """The catalog's ready views with their columns, and the ready questions."""
    parts = [
        "# Queries\n\nWritten by `make docs`; do not edit.\n",
        "`corpus/catalog.duckdb` has a view of every table in [tables.md](tables.md), over all videos, and these ready "
        'ones. `python -m tiktok_assets query "SELECT ..."` asks them (`--json`, `--csv`, `--limit N`); '
        '`query "SHOW TABLES"` lists them, `query "DESCRIBE shots"` tells the columns of one.\n',
        "DuckDB's own shell opens the file in the data folder: `duckdb -readonly corpus/catalog.duckdb`; elsewhere, "
        "`SET VARIABLE data = '/path/to/data/'` first.\n",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for name, view in READY.items():
            columns = ask(Store(root=folder), f"SELECT column_name, column_type FROM (DESCRIBE {name})").rows
            told = ", ".join(f"`{column}` {kind.lower()}" for column, kind in columns)
            parts.append(f"## {name}\n\n{view.about}\n\n{told}\n")
    parts.append("# Ready questions\n\nEach is asked by its name: `query --example shot_lengths`.\n")
    for name, question in QUESTIONS.items():
        parts.append(f"## {name}\n\n{question.asks}\n\n```sql\n{question.sql.strip()}\n```\n")
    return "\n".join(parts)


def written() -> dict[Path, str]:
    """Every generated file and what it must hold."""
    schema = json.dumps(report_schema(), indent=1, ensure_ascii=False) + "\n"
    return {TABLES: tables_page(), MODELS: models_page(), SCHEMA: schema, QUERIES: queries_page()}


if __name__ == "__main__":
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
