from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from solver.catalog.entries import Precision
from solver.catalog.load import catalog
from solver.performance.chain import RateChain
from solver.performance.silicon import SiliconDatabase, installed, steady_state
from solver.performance.silicon_cache import FileCache
from solver.performance.types import OperatingPoint, Provenance, RequestSize, ServingConfig

needs_package = pytest.mark.skipif(not installed(), reason="aiconfigurator-core is not installed")


class RoundEngine:
    """Decode 10 ms; a mixed step 10 ms and 0.1 ms a prompt token."""

    def decode_step_latency(self, gen_tokens: int, isl: int, osl: int) -> float:
        return 10.0

    def mixed_step_latency(self, ctx_tokens: int, gen_tokens: int, isl: int, osl: int, prefix: int = 0) -> float:
        return 10.0 + 0.1 * ctx_tokens


def test_whole_prompts_in_few_steps_by_hand() -> None:
    # 4 mixed steps of 10 + 100 and 196 of 10: 440 + 1960 = 2400 ms for 4 requests; own 100 ms
    # TPOT (2400 - 100) / 200; TTFT rho = 400 / 2400, wait 100 / (2 * 5/6) * ln(0.16667 / 0.05) = 72.24, + 100 + 10
    answer = steady_state(RoundEngine(), RequestSize(1000, 200), 4)
    assert answer == pytest.approx([4 / 2.4, 182.24, 11.5], rel=1e-4)


def test_prompts_shared_out_over_all_steps_by_hand() -> None:
    # 40 prompts in 20 steps of 2000 tokens: 20 * 210 = 4200 ms
    answer = steady_state(RoundEngine(), RequestSize(1000, 20), 40)
    assert answer is not None
    assert answer[0] == pytest.approx(40 / 4.2)


def test_cached_prefix_by_hand() -> None:
    # 100 new tokens: 4 * 20 + 196 * 10 = 2040 ms
    answer = steady_state(RoundEngine(), RequestSize(1000, 200, 0.9), 4)
    assert answer is not None
    assert answer[0] == pytest.approx(4 / 2.04)


@pytest.mark.skipif(installed(), reason="aiconfigurator-core is installed")
def test_a_missing_package_is_named() -> None:
    with pytest.raises(ModuleNotFoundError, match="aiconfigurator-core"):
        SiliconDatabase()


def h100(model: str, precision: Precision = Precision.FP8) -> ServingConfig:
    figures = catalog()
    return ServingConfig(figures.models[model], precision, figures.accelerators["H100-80GB-SXM"], 2, 1, "trtllm", 16)


SIZE = RequestSize(1000, 200)


@needs_package
def test_models_do_not_answer_for_each_other() -> None:
    small, large = h100("Llama-3.1-8B-Instruct"), h100("Llama-3.3-70B-Instruct")
    one, other = SiliconDatabase(), SiliconDatabase()
    small_first, large_second = one.point(small, SIZE), one.point(large, SIZE)
    large_first, small_second = other.point(large, SIZE), other.point(small, SIZE)
    assert isinstance(small_first, OperatingPoint) and isinstance(large_first, OperatingPoint)
    assert small_first == small_second and large_first == large_second
    assert small_first.requests_per_second > 3 * large_first.requests_per_second


@needs_package
def test_what_is_not_covered_is_left_to_the_roofline() -> None:
    database = SiliconDatabase()
    config = h100("Llama-3.1-8B-Instruct")
    figures = catalog()
    for other in (
        replace(config, accelerator=figures.accelerators["MI300X"]),
        replace(config, engine="own-engine"),
        replace(config, pipeline_parallel=2),
        replace(config, model=config.model.model_copy(update={"layers": 31})),
        replace(config, model=figures.models["Qwen2.5-7B-Instruct"]),
    ):
        assert database.point(other, SIZE) is None
    chain = RateChain([], database)
    covered, uncovered = chain.point(config, SIZE), chain.point(replace(config, engine="own-engine"), SIZE)
    assert isinstance(covered, OperatingPoint) and covered.provenance is Provenance.SILICON
    assert isinstance(uncovered, OperatingPoint) and uncovered.provenance is Provenance.ROOFLINE


@needs_package
def test_answers_are_kept_in_a_file(tmp_path: Path) -> None:
    held = tmp_path / "cache" / "silicon.sqlite"
    first = SiliconDatabase(FileCache(held))
    answer = first.point(h100("Llama-3.1-8B-Instruct"), SIZE)
    first.save()
    assert held.exists()
    assert SiliconDatabase(FileCache(held)).point(h100("Llama-3.1-8B-Instruct"), SIZE) == answer
    held.write_text("no database", encoding="utf-8")
    assert SiliconDatabase(FileCache(held)).point(h100("Llama-3.1-8B-Instruct"), SIZE) == answer
