"""An explanation on a screen: sentences, and for each workload a table of what serves it beside what else could."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from solver.plan.words import share, shortened

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

MOST_ROWS = 6
MOST_EXCLUDED = 4
Document = Mapping[str, Any]


def print_explanation(found: Document, console: Console | None = None) -> None:
    """Write the document of an explanation to stdout, or to a console."""
    from rich.console import Console as DefaultConsole

    (console or DefaultConsole()).print(_render(found))


def _render(found: Document) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    of_workloads = {sentence for workload in found["workloads"] for sentence in workload["words"]}
    parts: list[RenderableType] = [Text(found["name"], style="bold"), Text(next(iter(found["words"]), ""))]
    for workload in found["workloads"]:
        parts += [Text(), _head(workload), _table(workload), *_excluded(workload)]
    rest = [sentence for sentence in found["words"][1:] if sentence not in of_workloads]
    return Group(*parts, Text(), *_sentences(rest))


def _head(workload: Document) -> RenderableType:
    from rich.text import Text

    text = Text(workload["workload"], style="bold")
    cost, marginal = workload["usd_per_million_tokens"], workload["marginal_usd_per_million_tokens"]
    if cost is not None:
        text.append(f"  {cost:,.3g} USD per million tokens", style="not bold")
    if marginal is not None:
        text.append(f"; one more of its requests costs {marginal:,.3g} at the margin", style="not bold")
    return text


def _sentences(words: list[str]) -> list[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    return [Padding(Text(f"- {sentence}"), (0, 0, 0, 1)) for sentence in words]


def _table(workload: Document) -> RenderableType:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for column in ("", "served by (share), or alone", "USD/M", "more", "TTFT", "TPOT", "score"):
        figure = not column.startswith("served")
        table.add_column(column, justify="right" if figure else "left", overflow="fold", no_wrap=figure)
    for one in workload["served_by"]:
        table.add_row(share(one["share"]), *_cells(one, None, ""))
    for one in workload["alternatives"][:MOST_ROWS]:
        kind = one["offer"].split("/")[-1].split(" ")[0].replace("_", " ") if one["offer"] else ""
        late = f"from month {one['from_month'] + 1}" if one["from_month"] else ""
        note = ", ".join(part for part in (kind, late, *one["beyond_limits"]) if part)
        table.add_row("", *_cells(one, one["usd_more_per_million_tokens"], note))
    return table


def _cells(one: Document, more: float | None, note: str) -> tuple[str, ...]:
    from rich.markup import escape

    usd = one["usd_per_million_tokens"]
    model = one["model"] if one["precision"] is None else f"{one['model']} {one['precision']}"
    what = model if model == one["where"] else f"{model} on {one['where']}"
    waits = " (may wait)" if one["kind"] == "batch" else ""
    return (
        escape(f"{what}{waits}" + (f": {note}" if note else "")),
        "" if usd is None else f"{usd:,.3g}",
        "" if more is None else f"{more:+,.3g}",
        "" if one["ttft_ms"] is None else f"{one['ttft_ms']:,.0f}",
        "" if one["tpot_ms"] is None else f"{one['tpot_ms']:.1f}",
        "" if one["quality"] is None else f"{one['quality']:.3f}",
    )


def _excluded(workload: Document) -> list[RenderableType]:
    entries = workload["excluded"][:MOST_EXCLUDED]
    more = workload["excluded_count"] - len(entries)
    words = [
        shortened(f"cannot ({one['reason'].replace('_', ' ')}): {one['what']}: {one['detail']}") for one in entries
    ]
    return _sentences([*words, *([f"and {more} more that cannot"] if more > 0 else [])])
