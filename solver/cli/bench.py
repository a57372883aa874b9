"""`inferplan bench`: figures about inferplan itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from solver.bench.results import Row

HELP = """How good and how fast inferplan is, measured on this machine.

`rates`: predicted rates against published ones. `solve`: time to a proven gap, beside the literal model, HiGHS and SCIP.
`slots`: how the time grows with the number of time slots.
"""

bench_app = typer.Typer(help=HELP, no_args_is_help=True)

Out = Annotated[Path, typer.Option("--out", help="Folder for tables and pictures.")]
Limit = Annotated[float, typer.Option("--limit", min=1, help="Seconds each run may take.")]
Memory = Annotated[float, typer.Option("--memory", min=0.1, help="GiB of memory a run may take before it is ended.")]
Threads = Annotated[
    int, typer.Option("--threads", min=1, help="Days that inferplan plans side by side; HiGHS has one thread.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of the instances and of the solvers.")]
Repeat = Annotated[int, typer.Option("--repeat", min=1, help="Runs of each.")]


@bench_app.callback()
def _root() -> None:
    """Keeps benchmarks apart from options."""


@bench_app.command()
def rates(
    detail: Annotated[bool, typer.Option("--detail", help="By source, accelerator and precision too.")] = False,
) -> None:
    """Errors of predicted rates against published measurements: untuned roofline, roofline, silicon database."""
    from solver.cli.rates_table import rates_table
    from solver.performance.calibration import calibrate

    groups = ("all", "kind", "source", "accelerator", "precision") if detail else ("all", "kind")
    for line in rates_table(calibrate(), groups):
        typer.echo(line)


@bench_app.command()
def solve(
    files: Annotated[list[Path] | None, typer.Argument(help="Instance files to run beside the generated ones.")] = None,
    sizes: Annotated[
        str, typer.Option("--sizes", help="Generated instances, of XS, S, M, L and XL; `none`: only FILES.")
    ] = "S,M",
    contenders: Annotated[str, typer.Option("--contenders", help="Who runs; `all`, or names with commas.")] = "all",
    gap: Annotated[float, typer.Option("--gap", min=0, max=1, help="Proven gap at which a run may stop.")] = 0.01,
    limit: Limit = 600.0,
    memory: Memory = 8.0,
    threads: Threads = 1,
    seed: Seed = 0,
    repeat: Repeat = 1,
    out: Out = Path("bench-results"),
    resume: Annotated[bool, typer.Option("--resume", help="Keep runs that --out already holds.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="A tiny instance, to try the command.")] = False,
    write_to: Annotated[
        Path | None, typer.Option("--write", help="Only write the instances, as files, into this folder.")
    ] = None,
) -> None:
    """Time to a first plan, to 5 % and to 1 %, final gap, memory: inferplan beside what else could solve the same problem."""
    from solver.bench.contest import RANKED, Contender
    from solver.bench.recipe import write
    from solver.bench.results import contradictions
    from solver.bench.sizes import SIZES
    from solver.bench.suite import SuiteOptions, run_suite

    wanted = () if sizes == "none" else _named(sizes, tuple(SIZES), "--sizes")
    asked = tuple(map(str, RANKED)) if contenders == "all" else _named(contenders, tuple(RANKED), "--contenders")
    if quick:
        wanted, asked, limit = ("XS",), (Contender.INFERPLAN, Contender.LITERAL_LP), min(limit, 60.0)
    if write_to is not None:
        write_to.mkdir(parents=True, exist_ok=True)
        for name in wanted:
            typer.echo(f"{write(SIZES[name], seed, write_to)}: {SIZES[name].about}")
        return
    for path in files or ():
        if not path.is_file():
            raise typer.BadParameter(f"{path} is no file", param_hint="FILES")
    options = SuiteOptions(
        out=out,
        sizes=wanted,
        files=tuple(files or ()),
        contenders=tuple(Contender(name) for name in asked),
        time_limit_seconds=limit,
        memory_limit_gb=memory,
        relative_gap=gap,
        threads=threads,
        seed=seed,
        repeat=repeat,
        resume=resume,
    )
    rows = run_suite(options, _tell)
    for sentence in contradictions(rows):
        typer.echo(f"error: {sentence}", err=True)
    typer.echo(f"{out / 'solve.md'}")
    if contradictions(rows) or any(row.verified is False for row in rows):
        raise typer.Exit(1)


@bench_app.command()
def slots(
    counts: Annotated[str, typer.Option("--counts", help="Slots over all stages.")] = "24,48,96,192,288,576",
    gap: Annotated[float, typer.Option("--gap", min=0, max=1, help="Proven gap whose time is taken.")] = 0.01,
    limit: Limit = 600.0,
    memory: Memory = 8.0,
    threads: Threads = 1,
    seed: Seed = 0,
    repeat: Repeat = 1,
    out: Out = Path("bench-results"),
) -> None:
    """How the time to a proven gap grows with the slots: M's workloads over one year, looked at more closely."""
    from solver.bench.slots import STEPS, run_slots

    wanted = tuple(int(count) for count in _named(counts, tuple(map(str, STEPS)), "--counts"))
    growth = run_slots(
        out,
        wanted,
        relative_gap=gap,
        time_limit_seconds=limit,
        memory_limit_gb=memory,
        threads=threads,
        seed=seed,
        repeat=repeat,
        tell=_tell,
    )
    fitted = f"too few reached {gap:.0%} to fit" if growth.exponent is None else f"slots^{growth.exponent:.2f}"
    typer.echo(f"time to {gap:.0%} grows as {fitted}; {out / 'slots.md'}")


def _named(given: str, known: tuple[str, ...], option: str) -> tuple[str, ...]:
    """Names with commas between them, each a known one."""
    names = tuple(dict.fromkeys(name.strip() for name in given.split(",") if name.strip()))
    for name in names:
        if name not in known:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(known)}", param_hint=option)
    if not names:
        raise typer.BadParameter(f"name at least one of {', '.join(known)}", param_hint=option)
    return names


def _tell(row: Row) -> None:
    from solver.bench.results import line_of

    typer.echo(line_of(row), err=True)


@bench_app.command()
def service(
    parts: Annotated[list[str] | None, typer.Argument(help="Parts; default: all of them.", show_default=False)] = None,
    scale: Annotated[float, typer.Option("--scale", min=0.001, help="Share of the promises' own size.")] = 1.0,
    seed: Seed = 0,
    postgres: Annotated[bool, typer.Option(help="Two servers on a PostgreSQL of the campaign's own.")] = True,
    log: Annotated[
        Path | None, typer.Option("--log", help="File to which each part adds where it stands: JSON lines.")
    ] = None,
) -> None:
    """The service under kills, deadlines, cancels, mutated requests and many callers; fails where a promise is broken."""
    from solver.cli.bench_service import run_campaign

    raise typer.Exit(run_campaign(parts or [], scale, seed, postgres=postgres, log=log))
