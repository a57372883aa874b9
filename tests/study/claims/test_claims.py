"""The repository's claims: files are sound, small ones run, and their figures are what the arithmetic says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from solver.instance.load import load_instance
from solver.study.claims.claim import ClaimError, claim_files, load_claim
from solver.study.claims.report import markdown, text
from solver.study.claims.run import Result, run_claim
from solver.study.claims.verdict import Verdict

ROOT = Path(__file__).resolve().parents[3]
CLAIMS = ROOT / "instances" / "claims"
FILES = sorted(CLAIMS.glob("*.yaml"))
SMALL = ("quantization", "model-size", "token-prices", "inference-chips", "techniques")


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    return {name: run_claim(CLAIMS / f"{name}.yaml") for name in SMALL}


def values(result: Result, measure: str, **setting: str) -> list[float]:
    return [
        point.value
        for point in result.points
        if point.measure == measure and all(point.setting.get(key) == value for key, value in setting.items())
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_claim_says_who_claims_what_and_where(path: Path) -> None:
    claim = load_claim(path)
    assert claim.name == path.stem
    assert claim.url.startswith("https://")
    assert claim.as_of and claim.source and claim.leaves_out


@pytest.mark.parametrize("path", sorted((CLAIMS / "instances").glob("*.yaml")), ids=lambda path: path.stem)
def test_instances_of_claims_stand_alone(path: Path) -> None:
    assert load_instance(path).instance.sites


def test_eight_claims_are_told() -> None:
    assert len(FILES) == 8


def test_eight_bit_weights_save_exactly_half(results: dict[str, Result]) -> None:
    saved = values(results["quantization"], "weights", precision="fp8")
    assert saved == pytest.approx([0.5] * len(saved))


def test_cache_dilutes_what_quantized_weights_save(results: dict[str, Result]) -> None:
    """Llama-3.1-8B: 16.06 GB at 16 bit; 128 x 8500 tokens x 131,072 bytes = 142.6 GB of cache; 8.03 / 158.7 saved."""
    setting = {"model": "Llama-3.1-8B-Instruct", "precision": "fp8", "requests": "8000x500", "sequences": "128"}
    (saved,) = values(results["quantization"], "memory", **setting)
    assert saved == pytest.approx(8.03 / (16.06 + 128 * 8500 * 131072 / 1e9), rel=1e-6)


def test_weight_only_int4_saves_less_time_than_eight_bit(results: dict[str, Result]) -> None:
    """At the best batch without a latency target compute counts, and int4 computes at 16 bit."""
    where = {"model": "Llama-3.3-70B-Instruct", "accelerator": "H100-80GB-SXM", "target": "no target"}
    int4 = values(results["quantization"], "accelerator_time", precision="int4", **where)
    fp8 = values(results["quantization"], "accelerator_time", precision="fp8", **where)
    assert max(int4) < min(fp8)


def test_yearly_falls_are_compound(results: dict[str, Result]) -> None:
    (fall,) = values(
        results["token-prices"], "tokens", observation="GPT-4 to GPT-4.1, input tokens, 2023-03 to 2025-04"
    )
    assert fall == pytest.approx(1 - (2 / 30) ** (1 / 2.08))
    assert results["token-prices"].measures[0].verdict is Verdict.NOT_BORNE_OUT


def test_chips_are_faster_but_not_ten_times_cheaper(results: dict[str, Result]) -> None:
    by_name = {measure.claimed.measure: measure for measure in results["inference-chips"].measures}
    assert by_name["speed"].share_inside > 0.2
    assert by_name["price"].highest < 10


def test_batching_from_one_saves_more_than_from_thirty_two(results: dict[str, Result]) -> None:
    from_one = values(results["techniques"], "batching", **{"first batch": "1"})
    from_many = values(results["techniques"], "batching", **{"first batch": "32"})
    assert min(from_many) >= -1e-9
    assert sum(from_one) / len(from_one) > sum(from_many) / len(from_many) + 0.2


def test_the_verdict_follows_the_claimed_range(tmp_path: Path) -> None:
    """The same computation bears another range out: nothing in a file says what comes out."""
    given = (CLAIMS / "token-prices.yaml").read_text(encoding="utf-8")
    (tmp_path / "token-prices.yaml").write_text(given.replace("low: 0.4, high: 0.6", "low: 0.7, high: 1.0"), "utf-8")
    other = run_claim(tmp_path / "token-prices.yaml")
    assert other.measures[0].verdict is Verdict.BORNE_OUT


def test_pages_say_claim_range_and_reasons(results: dict[str, Result]) -> None:
    page = markdown(list(results.values()))
    for result in results.values():
        assert result.claim.claim in page and result.claim.url in page
        assert "varies with" in text(result)
    assert page.count("\n## ") == len(results)


def test_a_bad_file_names_every_place(tmp_path: Path) -> None:
    given = (CLAIMS / "token-prices.yaml").read_text(encoding="utf-8")
    bad = tmp_path / "bad.yaml"
    bad.write_text(given.replace("low: 0.4", "low: 0.9").replace('as_of: "2025"\n', "", 1), "utf-8")
    with pytest.raises(ClaimError) as caught:
        load_claim(bad)
    assert "claimed.0" in str(caught.value) and "as_of" in str(caught.value)


def test_an_unknown_claim_names_the_known_ones() -> None:
    with pytest.raises(ClaimError, match="own-hardware"):
        claim_files(CLAIMS, ("nothing",))


def test_the_command_prints_one_object_a_claim() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from solver.cli import main; main()", "claims", "token-prices", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["verdict"] == "partly"
    assert {measure["measure"] for measure in answer["measures"]} == {"tokens", "rented_gpu"}
