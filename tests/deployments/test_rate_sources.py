"""The silicon database is used where an instance asks for it, and never because it happens to be installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from model.case import Values, instance, rent, site, workload

from solver.deployments.enumerate import candidates as enumerate_candidates
from solver.instance.diagnostics import InstanceError
from solver.instance.load import parse_instance
from solver.instance.resolve import resolve
from solver.performance.silicon import installed
from solver.performance.types import Provenance


def values(**blocks: Any) -> Values:
    lengths = [{"input_tokens": 1000, "output_tokens": 200, "share": 1.0}]
    return instance(
        site("cloud", rent(30) | {"server": "one"}),
        servers=[{"name": "one", "accelerator": "H100-80GB-SXM", "accelerators": 1}],
        accelerators=[],
        models=["Llama-3.1-8B-Instruct"],
        precisions=["fp8"],
        profiles=[],
        serving={"engines": ["trtllm"], "tensor_parallel": [1], "concurrency": [16]},
        workloads=[workload("a", lengths=lengths)],
        **blocks,
    )


def sources(instance_values: Values) -> set[Provenance]:
    found = enumerate_candidates(resolve(parse_instance(instance_values)))
    return {service.point.provenance for deployment in found.deployments for service in deployment.services}


def test_the_roofline_unless_asked() -> None:
    assert sources(values()) == {Provenance.ROOFLINE}


@pytest.mark.skipif(installed(), reason="aiconfigurator-core is installed")
def test_asked_for_and_missing_is_bad_input() -> None:
    with pytest.raises(InstanceError, match=r"rates\.silicon_database.*install inferplan\[silicon\]"):
        parse_instance(values(rates={"silicon_database": True}))


@pytest.mark.skipif(not installed(), reason="aiconfigurator-core is not installed")
def test_asked_for_and_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFERPLAN_CACHE_DIR", str(tmp_path))
    assert sources(values(rates={"silicon_database": True})) == {Provenance.SILICON}
    assert (tmp_path / "silicon.sqlite").exists()
