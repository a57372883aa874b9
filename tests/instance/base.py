"""A sound instance that uses every part of the format, as plain values; faults are made in copies of it."""

from __future__ import annotations

import copy
from typing import Any

Values = dict[str, Any]


def sound() -> Values:
    """A fresh copy of the sound instance."""
    return copy.deepcopy(_SOUND)


_SOUND: Values = {
    "schema": "inferplan/v1",
    "name": "sound",
    "description": "every part of the format once",
    "horizon": {"start": "2027-01", "months": 24, "stage_months": 6, "days": "weekday-weekend", "slot_hours": 4},
    "finance": {
        "discount_rate": 0.09,
        "currency": "USD",
        "price_year": 2026,
        "residual": "market",
        "tax": {"rate": 0.25, "depreciation_months": 48},
        "electricity_escalation_per_year": 0.02,
    },
    "workloads": [
        {
            "name": "chat",
            "requests_per_second": {
                "mean": 12,
                "growth_per_year": 0.5,
                "shape": "office-hours",
                "shift_hours": -2,
                "short_peaks": [{"seconds": 1, "ratio": 4.0}, {"seconds": 60, "ratio": 1.5}],
            },
            "lengths": [
                {"input_tokens": 400, "output_tokens": 130, "share": 0.7},
                {"input_tokens": 2000, "output_tokens": 300, "share": 0.3},
            ],
            "latency": {"ttft_ms": 1000, "tpot_ms": 50, "percentile": 95},
            "quality": {"metric": "house_eval", "at_least": 0.6},
            "batch": {"share": 0.2, "deadline_hours": 12},
            "residency": ["eu"],
            "models": ["Llama-3.1-8B-Instruct", "house-13b"],
        },
        {
            "name": "code",
            "requests_per_second": {
                "mean": 3,
                "path": [{"month": 0, "mean": 3}, {"month": 12, "mean": 6}],
                "shape": {"weekday": [1.0] * 24},
            },
            "lengths": "azure-2023-code",
        },
    ],
    "models": [
        "Llama-3.1-8B-Instruct",
        {"name": "house-13b", "params_total_b": 13, "quality": [{"metric": "house_eval", "score": 0.7}]},
    ],
    "precisions": ["bf16", "fp8"],
    "serving": {"tensor_parallel": [1, 2], "concurrency": [16, 64]},
    "rates": {"silicon_database": False},
    "accelerators": [{"name": "house-chip", "memory_gb": 96, "power_w": 500}],
    "servers": [
        {"name": "house-box", "accelerator": "house-chip", "accelerators": 4, "power_kw": 3, "idle_power_kw": 1},
    ],
    "profiles": [
        {
            "model": "house-13b",
            "precision": "bf16",
            "accelerator": "house-chip",
            "points": [{"input_tokens": 400, "output_tokens": 130, "requests_per_second": 2.5}],
        }
    ],
    "sites": [
        {
            "name": "own-room",
            "residency": ["eu"],
            "power_kw": 100,
            "pue": 1.3,
            "electricity": {"usd_per_kwh": 0.2},
            "offers": [
                {"kind": "existing", "server": "house-box", "count": 2},
                {
                    "kind": "purchase",
                    "server": "dgx-h100",
                    "usd_per_server": 270000,
                    "lead_time_months": 3,
                    "minimum_order": 1,
                    "stock": 8,
                    "tiers": [{"from_servers": 4, "discount": 0.05}, {"from_servers": 8, "discount": 0.1}],
                    "resale": [{"age_months": 0, "share": 1}, {"age_months": 36, "share": 0.3}],
                },
                {"kind": "lease", "server": "dgx-h100", "usd_per_server_month": 9000, "term_months": 24},
            ],
        },
        {
            "name": "cloud",
            "provider": "aws",
            "region": "us-east-1",
            "offers": [
                {"kind": "on_demand", "server": "p5.48xlarge"},
                {"kind": "reserved", "server": "p5.48xlarge", "term_months": 12, "discount": 0.36},
                {"kind": "spot", "server": "p5.48xlarge", "usd_per_hour": 20, "max_servers": 4},
            ],
        },
    ],
    "endpoints": [
        {
            "api": "maker/model-x",
            "usd_per_million_input_tokens": 0.5,
            "usd_per_million_output_tokens": 1.5,
            "residency": ["us"],
        }
    ],
    "policy": {"capex_budget_usd_per_stage": [1e6, 1e6, 1e6, 1e6], "spare": "n+1", "spot_share": 0.3},
    "baselines": ["cloud_on_demand", "api_only"],
    "solve": {"relative_gap": 0.01, "time_limit_seconds": 60},
}
