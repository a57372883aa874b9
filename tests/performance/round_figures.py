"""Round coefficients, so that the arithmetic can be followed by hand."""

from __future__ import annotations

from solver.performance.coefficients import RooflineCoefficients

ROUND = RooflineCoefficients(
    weight_bandwidth_share=0.8,
    cache_bandwidth_share=0.8,
    compute_share=0.5,
    attention_compute_share=0.5,
    link_share=0.5,
    step_overhead_s=1e-3,
    layer_overhead_s=25e-6,
    allreduce_latency_s=10e-6,
    sequence_overhead_s=0.0,
    experts_compute_share=0.5,
    rank_imbalance=1.5,
)
