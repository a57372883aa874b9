"""Parts of a picture as SVG text: readable without a viewer, no library needed."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

INK, PALE, BLUE, RED = "#222", "#bbb", "#3b6ea8", "#b0503c"


def picture(width: int, height: int, title: str, parts: Iterable[str]) -> str:
    """A whole picture with its title."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    style = f'<rect width="{width}" height="{height}" fill="white"/><g font-family="sans-serif" font-size="12" fill="{INK}">'
    return "\n".join(
        [head, f"<title>{escape(title)}</title>", style, text(10, 20, title, size=14), *parts, "</g></svg>", ""]
    )


def text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 12) -> str:
    """Words at a place."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(words)}</text>'


def bar(x: float, y: float, width: float, height: float, colour: str = BLUE) -> str:
    """A filled box."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}" fill="{colour}"/>'


def line(x1: float, y1: float, x2: float, y2: float, colour: str = PALE) -> str:
    """A thin line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def short(value: float) -> str:
    """A figure in few characters.

    >>> short(1_234_567), short(53_210), short(0.123456), short(-2_000_000_000)
    ('1.23 M', '53.2 k', '0.123', '-2 bn')
    """
    for size, word in ((1e9, " bn"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{word}"
    return f"{value:.3g}"
