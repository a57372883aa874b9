"""The time of one engine step, part by part.

    read(n)        = W(n) / (tp BW e_bw)
    W(n)           = W_dense + W_experts min(1, u touched(n)),     touched(n) = 1 - (1 - k/E)^n, in expectation
    tokens(n)      = q 2 (v P_dense + u P_experts / e_ex) n / (tp F e_fl)  +  traffic(n)
    traffic(n)     = n h 2 B / (link e_link) * (L x + pp - 1)
    x              = 4 (tp-1)/tp; data-parallel attention 2 (tp-1)/tp, times 1 - (1 - 1/ep)^k where experts are dealt
    fixed          = pp t0 + L t_l + alpha (2 L [tp > 1] + pp - 1)
    shared(n)      = read(n) + fixed
    cache(c, T)    = v kv(c) / (ranks BW e_kv) + v 4 L width_d T / (tp F16 e_at)       one sequence, one step
    attention(n)   = v 4 L width n (cached + n/2) / (tp F16 e_at)                      one prefill

W, P       weight bytes and active parameters; q the dequantisation penalty of weight-only int4, 1 otherwise
u, v       work of the busiest rank over the mean: u where experts are dealt to ranks, v where sequences are, else 1
BW, F      memory bandwidth, best measured matrix product at the precision; F16 at 16 bit; e_* the shares reached
tp, pp     tensor-parallel ranks, pipeline stages (a token passes all stages: their times add up to the whole model's)
E, k       routed experts, experts per token; L layers; h hidden size; alpha latency of one all-reduce
kv(c)      cache bytes of one sequence of c tokens, T the tokens it attends to (the window on sliding layers)
ranks      ranks the cache is split over: min(tp, kv_heads); MLA's single latent is held by every rank
width      query heads x head size; width_d the same in decode, where MLA attends in its latent: heads x latent

Reading and computing add up. A maximum of the two, the usual roofline, is what perfect overlap would give; published
prefill and decode times lie at the sum (the fit of an exponent between the two ends at 1.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log1p

from .coefficients import RooflineCoefficients
from .figures import Figures

_ACTIVATION_BYTES = 2.0


@dataclass(frozen=True, slots=True)
class StepTimes:
    """Times of the parts of a step for one configuration, seconds."""

    figures: Figures
    coefficients: RooflineCoefficients

    @property
    def _derating(self) -> float:
        return self.coefficients.amd_share if self.figures.vendor == "AMD" else 1.0

    @property
    def _experts_imbalance(self) -> float:
        """Expert work of the busiest rank over the mean."""
        return self.coefficients.rank_imbalance if self.figures.expert_parallel > 1 else 1.0

    @property
    def _sequences_imbalance(self) -> float:
        """Work on sequences of the busiest rank over the mean."""
        f = self.figures
        split = f.attention_data_parallel and f.tensor_parallel > 1
        return self.coefficients.rank_imbalance if split else 1.0

    def _touched(self, tokens: float) -> float:
        """Share of the experts that some of the tokens use, in expectation."""
        chosen = self.figures.experts_per_token / self.figures.experts
        return 1.0 if chosen >= 1.0 else 1.0 - exp(tokens * log1p(-chosen))

    def read_s(self, tokens: float) -> float:
        """Weights read by a step of `tokens` tokens."""
        f, c = self.figures, self.coefficients
        touched = min(1.0, self._experts_imbalance * self._touched(tokens))
        dense = f.weight_bytes_dense if f.attention_data_parallel else f.weight_bytes_dense / f.tensor_parallel
        read = dense + f.weight_bytes_experts / f.tensor_parallel * touched
        return read / (f.bandwidth_bytes_per_s * c.weight_bandwidth_share * self._derating)

    def tokens_s(self, tokens: float) -> float:
        """Matrix products and all-reduce traffic of `tokens` tokens."""
        f, c = self.figures, self.coefficients
        routed = f.params_active_experts * self._experts_imbalance / c.experts_compute_share
        dense = (f.params_active - f.params_active_experts) * self._sequences_imbalance
        compute = self._product_s((dense + routed) * tokens)
        crossings = self._crossings() * f.layers + f.pipeline_parallel - 1
        moved = tokens * f.hidden_size * _ACTIVATION_BYTES * crossings
        return compute + moved / (f.link_bytes_per_s * c.link_share)

    def _crossings(self) -> float:
        """How often each token's activations go over a rank's link in one layer.

        All-reduce after attention and after the experts: two crossings each, of all tokens. Data-parallel attention: one
        gathering before the experts and one scattering after them; where experts are dealt whole, each token goes only to
        the ranks that its experts are on.
        """
        f = self.figures
        others = (f.tensor_parallel - 1) / f.tensor_parallel
        if not f.attention_data_parallel:
            return 4.0 * others
        reached = 1.0 - (1.0 - 1.0 / f.expert_parallel) ** f.experts_per_token if f.expert_parallel > 1 else 1.0
        return 2.0 * others * reached

    def _product_s(self, params_tokens: float) -> float:
        """Matrix products of so many weights x tokens."""
        f, c = self.figures, self.coefficients
        share = c.compute_share * self._derating * (c.fp4_compute_share if f.four_bit_compute else 1.0)
        penalty = c.dequantisation_penalty if f.weight_only else 1.0
        return penalty * 2.0 * params_tokens / (f.tensor_parallel * f.compute_flop_per_s * share)

    def shared_s(self, tokens: float) -> float:
        """What a step of `tokens` tokens takes beside what each token adds: reading and launching."""
        return self.read_s(tokens) + self.fixed_s()

    def fixed_s(self) -> float:
        """What a step takes whatever is in it; each pipeline stage launches steps of its own."""
        f, c = self.figures, self.coefficients
        hops = (2 * f.layers if f.tensor_parallel > 1 else 0) + f.pipeline_parallel - 1
        launched = f.pipeline_parallel * c.step_overhead_s
        return launched + f.layers * c.layer_overhead_s + hops * c.allreduce_latency_s

    def cache_s(self, context_tokens: float) -> float:
        """Attention of one sequence in one decode step after `context_tokens` tokens."""
        f, c = self.figures, self.coefficients
        visible = self._visible(context_tokens)
        read = f.kv_bytes_per_token * visible / (f.cache_ranks * f.bandwidth_bytes_per_s * c.cache_bandwidth_share)
        return self._sequences_imbalance * read / self._derating + self._attention_s(f.decode_attention_width * visible)

    def attention_s(self, new_tokens: float, cached_tokens: float) -> float:
        """Attention of one prefill of `new_tokens` after `cached_tokens`; a new token sees half of the new ones."""
        seen = self._visible(cached_tokens + new_tokens / 2)
        return self._attention_s(self.figures.attention_width * new_tokens * seen)

    def _visible(self, tokens: float) -> float:
        f = self.figures
        return (1.0 - f.sliding_share) * tokens + f.sliding_share * min(tokens, f.sliding_window_tokens)

    def _attention_s(self, width_tokens: float) -> float:
        f, c = self.figures, self.coefficients
        rate = f.tensor_parallel * f.attention_flop_per_s * c.attention_compute_share * self._derating
        return self._sequences_imbalance * 4.0 * f.layers * width_tokens / rate
