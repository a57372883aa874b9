"""Studies over a real connection."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import grpc
import pytest
from asking import message, violations
from cli.small import hard, own_only, small
from google.protobuf import json_format, struct_pb2

from inferplan.v1 import job_pb2, services_pb2, services_pb2_grpc, study_job_pb2, study_pb2, study_result_pb2
from server.client import Access, AsyncClient, Client
from server.contract.study import study_from_message
from solver.cli.remote import run_cancel, run_get, run_watch
from solver.study.engines.in_process import InProcess
from solver.study.kinds.registry import run_kind
from solver.study.load import load_study, parse_study
from solver.study.runner import Runner
from solver.study.write import write_result


def value(plain: Any) -> struct_pb2.Value:
    found = struct_pb2.Value()
    json_format.ParseDict(plain, found)
    return found


def sweep(*prices: float, **changed: Any) -> study_pb2.Study:
    """The small instance's rent at several prices."""
    path = "sites.cloud.offers[kind=on_demand].usd_per_hour"
    changes = [study_pb2.StudyChange(set=value(price)) for price in prices]
    axis = study_pb2.StudyAxis(name="rent", paths=[path], values=changes)
    kind = study_pb2.StudyKind(sweep=study_pb2.StudySweep())
    return study_pb2.Study(name="rents", base=message(small(**changed)), grid=[axis], study=kind)


def run(channel: grpc.Channel, study: study_pb2.Study, seconds: float = 60) -> list[services_pb2.StudiesRunResponse]:
    request = services_pb2.StudiesRunRequest(study=study)
    return list(services_pb2_grpc.StudiesStub(channel).Run(request, timeout=seconds))


def rows(answers: list[services_pb2.StudiesRunResponse]) -> dict[int, study_result_pb2.StudyRow]:
    return {answer.row.index: answer.row for answer in answers if answer.HasField("row")}


def test_rows_come_one_by_one_and_the_result_last(channel: grpc.Channel) -> None:
    answers = run(channel, sweep(0.01, 9.0, baselines=["api_only"]))
    kinds = [answer.WhichOneof("event") for answer in answers]
    assert kinds.count("row") == 2
    assert kinds[-1] == "result"
    assert answers[-1].result.complete
    assert answers[-1].result.words
    found = rows(answers)
    cheap, dear = found[0], found[1]
    assert (cheap.inputs[0].name, cheap.inputs[0].value.number) == ("rent", 0.01)
    assert cheap.status == study_result_pb2.STUDY_ROW_STATUS_OK
    assert cheap.lifecycle_usd < dear.lifecycle_usd
    assert cheap.verified
    assert cheap.payback[0].baseline == "api_only"
    assert sum(part.usd for part in cheap.by_stream_usd) == pytest.approx(cheap.lifecycle_usd, rel=1e-6)


def test_run_again_the_rows_are_the_same(channel: grpc.Channel) -> None:
    first, second = (rows(run(channel, sweep(1.0, 2.0))) for _ in range(2))
    assert first == second


def test_one_bad_scenario_is_one_failed_row(channel: grpc.Channel) -> None:
    budgets = [study_pb2.StudyChange(set=value(budget)) for budget in (1, 10_000_000)]
    axis = study_pb2.StudyAxis(name="budget", paths=["policy.capex_budget_usd"], values=budgets)
    base = message(own_only(policy={"capex_budget_usd": 10_000_000}))
    found = rows(run(channel, study_pb2.Study(name="x", base=base, grid=[axis], study=study_pb2.StudyKind(sweep={}))))
    assert found[0].status == study_result_pb2.STUDY_ROW_STATUS_FAILED
    assert found[0].reason
    assert not found[0].HasField("lifecycle_usd")
    assert found[1].status == study_result_pb2.STUDY_ROW_STATUS_OK


@pytest.mark.parametrize(
    ("study", "place"),
    [
        (study_pb2.Study(name="x"), "base"),
        (study_pb2.Study(name="x", base=message(small())), "study"),
        (study_pb2.Study(name="x", base=message(small(models=[])), study=study_pb2.StudyKind(sweep={})), "models"),
        (
            study_pb2.Study(
                name="x",
                base=message(small()),
                study=study_pb2.StudyKind(sweep={}),
                scenarios=[study_pb2.StudyScenario(name="a", weight=-1)],
            ),
            "scenarios[0].weight",
        ),
    ],
)
def test_bad_studies_name_the_place(channel: grpc.Channel, study: study_pb2.Study, place: str) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        run(channel, study)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert place in violations(caught.value)


def test_before_the_deadline_there_is_what_there_is(channel: grpc.Channel) -> None:
    study = study_pb2.Study(name="slow", base=message(hard(seconds=3600)), study=study_pb2.StudyKind(sweep={}))
    answers = run(channel, study, seconds=6)
    assert not answers[-1].result.complete


def test_every_kind_and_distribution_is_read_as_the_format_writes_it() -> None:
    study = sweep(1.0)
    study.seed = 7
    study.solve.relative_gap = 0.05
    factor = study.uncertain.add(name="growth", paths=["workloads.chat.requests_per_second.mean"], how=2, whole=False)
    factor.distribution.triangular.low, factor.distribution.triangular.mode, factor.distribution.triangular.high = (
        0.5,
        1,
        2,
    )
    other = study.uncertain.add(name="rent-error", paths=["sites.cloud.offers[kind=on_demand].usd_per_hour"], how=2)
    other.distribution.discrete.values.extend([0.9, 1.1])
    study.correlations.add(between=["growth", "rent-error"], rank=0.5)
    study.scenarios.add(name="half").overrides.add(
        path="workloads.chat.requests_per_second.mean", change=study_pb2.StudyChange(times=0.5)
    )
    study.study.monte_carlo.samples = 8
    study.study.monte_carlo.method = study_pb2.STUDY_METHOD_SOBOL
    loaded = parse_study(study_from_message(study))
    assert (loaded.study.seed, loaded.study.solve.relative_gap) == (7, 0.05)
    assert loaded.study.uncertain[0].distribution.kind == "triangular"
    assert loaded.study.uncertain[0].how == "times"
    assert loaded.study.study.kind == "monte_carlo"
    assert loaded.scenarios[0].name.startswith("half")


def test_messages_and_format_have_the_same_keys() -> None:
    from solver.study.schema import Study, decide, kinds, uncertain

    blocks: dict[str, Any] = {
        "Study": Study,
        **{
            f"Study{name}": getattr(decide, name)
            for name in ("Stochastic", "Regret", "Pareto", "Alternatives", "BreakEven")
        },
        **{f"Study{name}": getattr(kinds, name) for name in ("Sweep", "MonteCarlo")},
        **{
            f"Study{name}": getattr(uncertain, name)
            for name in (
                "Uniform",
                "Triangular",
                "Pert",
                "Beta",
                "Normal",
                "Lognormal",
                "Discrete",
                "Factor",
                "Correlation",
            )
        },
    }
    for name, block in blocks.items():
        keys = {field.alias or key for key, field in block.model_fields.items()} - {"kind", "schema"}
        assert keys == {field.name for field in study_pb2.DESCRIPTOR.message_types_by_name[name].fields}, name


def test_both_clients_run_studies(address: str) -> None:
    with Client(address) as client:
        *_, last = client.study(sweep(1.0, 2.0))
    assert last.result.complete

    async def answers() -> list[services_pb2.StudiesRunResponse]:
        async with AsyncClient(address) as client:
            return [answer async for answer in client.study(sweep(1.0, 2.0), deadline_seconds=60)]

    assert asyncio.run(answers())[-1].result.complete


def submitted(studies: services_pb2_grpc.StudiesStub, study: study_pb2.Study, key: str) -> study_job_pb2.StudyJob:
    request = services_pb2.StudiesSubmitRequest(study=study, idempotency_key=key)
    return studies.Submit(request, timeout=10).study_job


def events_of(
    studies: services_pb2_grpc.StudiesStub, study_id: str, after: int = 0
) -> list[study_job_pb2.StudyJobEvent]:
    request = services_pb2.StudiesWatchRequest(id=study_id, after_sequence=after)
    return [answer.event for answer in studies.Watch(request, timeout=60)]


def test_a_submitted_study_ends_with_its_rows_and_result(channel: grpc.Channel) -> None:
    studies = services_pb2_grpc.StudiesStub(channel)
    study = sweep(0.01, 9.0, 9.0)
    job = submitted(studies, study, "rows")
    assert (job.study_name, len(job.study_digest)) == ("rents", 64)
    events = events_of(studies, job.id)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    told = {event.row.index: event.row for event in events if event.HasField("row")}
    assert sorted(told) == [0, 1, 2]
    assert sum(event.HasField("row") for event in events) == 3
    assert told == rows(run(channel, study))
    ended = events[-1].ended
    assert (ended.state, ended.attempts) == (job_pb2.JOB_STATE_SUCCEEDED, 1)
    assert ended.result.complete
    assert (ended.progress.ended, ended.progress.total) == (3, 3)
    assert not ended.HasField("study")
    full = studies.Get(services_pb2.StudiesGetRequest(id=job.id, view=services_pb2.JOB_VIEW_FULL), timeout=10).study_job
    assert full.study == study
    assert full.result == ended.result
    assert events_of(studies, job.id, after=2) == events[2:]
    assert submitted(studies, study, "rows").id == job.id
    with pytest.raises(grpc.RpcError) as caught:
        submitted(studies, sweep(1.0), "rows")
    assert caught.value.code() is grpc.StatusCode.ALREADY_EXISTS


def test_studies_and_jobs_are_apart(channel: grpc.Channel) -> None:
    studies, jobs = services_pb2_grpc.StudiesStub(channel), services_pb2_grpc.JobsStub(channel)
    study = submitted(studies, sweep(2.0), "same-key")
    job = jobs.Submit(services_pb2.JobsSubmitRequest(instance=message(small()), idempotency_key="same-key"), timeout=10)
    assert job.job.id not in {found.id for found in studies.List(services_pb2.StudiesListRequest()).study_jobs}
    assert study.id not in {found.id for found in jobs.List(services_pb2.JobsListRequest()).jobs}
    for ask in (
        lambda: jobs.Get(services_pb2.JobsGetRequest(id=study.id), timeout=10),
        lambda: studies.Get(services_pb2.StudiesGetRequest(id=job.job.id), timeout=10),
        lambda: list(studies.Watch(services_pb2.StudiesWatchRequest(id="none"), timeout=10)),
    ):
        with pytest.raises(grpc.RpcError) as caught:
            ask()
        assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    events_of(studies, study.id)
    list(jobs.Watch(services_pb2.JobsWatchRequest(id=job.job.id), timeout=60))


def test_a_cancelled_study_keeps_what_has_ended(channel: grpc.Channel) -> None:
    """One scenario is solved in no time, the other would take an hour."""
    studies = services_pb2_grpc.StudiesStub(channel)
    easy = study_pb2.StudyOverride(path="solve.relative_gap", change=study_pb2.StudyChange(set=value(0.99)))
    scenarios = [study_pb2.StudyScenario(name="easy", overrides=[easy]), study_pb2.StudyScenario(name="hard")]
    study = study_pb2.Study(
        name="slow",
        base=message(hard(seconds=3600)),
        scenarios=scenarios,
        study=study_pb2.StudyKind(sweep={}),
    )
    job = submitted(studies, study, "cancelled")
    with pytest.raises(grpc.RpcError) as caught:
        studies.Delete(services_pb2.StudiesDeleteRequest(id=job.id), timeout=10)
    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    seen = []
    for answer in studies.Watch(services_pb2.StudiesWatchRequest(id=job.id), timeout=60):
        seen.append(answer.event)
        if answer.event.HasField("row"):
            studies.Cancel(services_pb2.StudiesCancelRequest(id=job.id), timeout=10)
    assert seen[-1].ended.state == job_pb2.JOB_STATE_CANCELLED
    assert not seen[-1].ended.result.complete
    assert any(event.HasField("row") for event in seen)
    studies.Delete(services_pb2.StudiesDeleteRequest(id=job.id), timeout=10)
    with pytest.raises(grpc.RpcError) as caught:
        studies.Get(services_pb2.StudiesGetRequest(id=job.id), timeout=10)
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


def test_both_clients_submit_and_watch_studies(address: str) -> None:
    with Client(address) as client:
        job = client.submit_study(sweep(3.0, 4.0), key="client")
        events = list(client.watch_study(job.id))
        assert list(client.watch_study(job.id, after=events[1].sequence)) == events[2:]
        assert client.get_study(job.id, full=True).result == events[-1].ended.result
        assert job.id in [found.id for found in client.list_studies()]
        assert client.cancel_study(job.id).state == job_pb2.JOB_STATE_SUCCEEDED

    async def others() -> None:
        async with AsyncClient(address) as client:
            assert (await client.submit_study(sweep(3.0, 4.0), key="client")).id == job.id
            assert [event async for event in client.watch_study(job.id)] == events
            assert (await client.get_study(job.id)).id == job.id
            named = services_pb2.StudyFilter(study_name_contains="RENT", states=[job_pb2.JOB_STATE_SUCCEEDED])
            assert job.id in [found.id async for found in client.list_studies(named)]
            await client.cancel_study(job.id)
            await client.delete_study(job.id)
            assert job.id not in [found.id async for found in client.list_studies()]

    asyncio.run(others())


def test_the_command_submits_watches_and_writes_the_results(address: str, tmp_path: Path) -> None:
    (tmp_path / "base.json").write_text(json.dumps(small(baselines=["api_only"])), encoding="utf-8")
    path = tmp_path / "study.json"
    axis = {
        "name": "rent",
        "paths": ["sites.cloud.offers[kind=on_demand].usd_per_hour"],
        "values": [1.5, 2, {"times": 0.5}],
    }
    scenarios = [{"name": "as-is"}, {"name": "less-room", "overrides": {"sites.room.power_kw": {"plus": -94}}}]
    plain = {
        "schema": "inferplan.study/v1",
        "name": "rents",
        "base": "base.json",
        "grid": [axis],
        "scenarios": scenarios,
        "study": {"kind": "sweep"},
    }
    path.write_text(json.dumps(plain), encoding="utf-8")
    command = [sys.executable, "-c", "from solver.cli import main; main()", "study", str(path)]

    def ran(*options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*command, *options], capture_output=True, text=True, timeout=120, check=False)

    there = ran("--server", address, "--out", str(tmp_path / "there"), "--json")
    assert there.returncode == 0, there.stderr
    loaded = load_study(path)
    here = run_kind(loaded, Runner(InProcess()))
    write_result(loaded, here, tmp_path / "here")
    answer = json.loads(there.stdout)
    assert answer["rows"] == json.loads(json.dumps([row.plain() for row in here.rows]))
    assert answer["words"] == list(here.words)
    assert (tmp_path / "there" / "rows.csv").read_text() == (tmp_path / "here" / "rows.csv").read_text()
    again = ran("--server", address, "--out", str(tmp_path / "there"), "-q")
    assert (again.returncode, again.stderr) == (0, "")
    assert "cheapest" in again.stdout


def test_get_watch_and_cancel_take_studies_too(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Client(address) as client:
        job = client.submit_study(sweep(5.0), key="command")
    assert run_watch(address, Access(), job.id, quiet=True) == 0
    assert run_get(address, Access(), job.id, as_json=False) == 0
    assert run_cancel(address, Access(), job.id) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"{job.id}  rents  succeeded  1 of 1 ended"] * 3
    assert run_get(address, Access(), job.id, as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["figures"]["with_plan"] == 1
    assert run_get(address, Access(), "nothing", as_json=False) == 2
    assert "there is no study 'nothing'" in capsys.readouterr().err
