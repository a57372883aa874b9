"""The physical coefficients of the roofline, few and named."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RooflineCoefficients:
    """Shares of the peak that serving reaches, and fixed times.

    The defaults are the fit of `calibration.fit` to `data/measured_points.csv`, rounded to two digits; a test repeats
    the fit. `dequantisation_penalty` has no point there. It leaves int4 its whole gain in reading (Qwen3-32B on one H100
    at batch 1: published 2.7 times the 16-bit rate, computed 2.7) and puts it below 16 bit at large batches, as
    published comparisons under load found.
    """

    weight_bandwidth_share: float = 0.82
    """Share of the peak memory bandwidth reached when reading weights."""
    cache_bandwidth_share: float = 0.92
    """Share of the peak memory bandwidth reached when reading the key/value cache."""
    compute_share: float = 0.89
    """Share of the best measured matrix product (`figures.compute_flop_per_s`) reached by serving's products."""
    attention_compute_share: float = 0.60
    """Share of the 16-bit matrix product reached by attention kernels."""
    link_share: float = 0.52
    """Share of the accelerator-to-accelerator bandwidth reached by all-reduce."""
    step_overhead_s: float = 1.1e-3
    """Fixed time of one engine step, s."""
    layer_overhead_s: float = 34e-6
    """Fixed time of one layer (kernel launches, norms), s."""
    allreduce_latency_s: float = 35e-6
    """Latency of one all-reduce, s."""
    sequence_overhead_s: float = 27e-6
    """Time per sequence and step when tokens are streamed (scheduling, sampling, detokenising, sending), s."""
    fp4_compute_share: float = 0.67
    """NVFP4 products against the share that FP8 products reach (all points are on B200)."""
    experts_compute_share: float = 0.65
    """Products of routed experts against dense ones."""
    rank_imbalance: float = 1.48
    """Work of the busiest rank over the mean where ranks hold experts or sequences of their own and wait for each other in
    every layer."""
    amd_share: float = 0.67
    """What AMD parts reach in bandwidth and compute against the shares above."""
    dequantisation_penalty: float = 1.35
    """Weight-only int4: compute time against the same product at 16 bit."""
