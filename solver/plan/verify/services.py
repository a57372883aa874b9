"""Whether the services and calls that a plan uses may exist at all, derived again from the instance.

What a candidate table says about itself is not believed where the instance says enough to check it: residency, model
list, quality against scores and recoveries, latency against targets, weights against memory, load against rate.
"""

from __future__ import annotations

from dataclasses import dataclass

from solver.catalog.entries import Accelerator, Model, Precision
from solver.deployments.types import Call, Candidates, Deployment, ServeKind, Service
from solver.instance.resolved import ResolvedInstance, Workload
from solver.instance.schema.policy import PlanningMargin
from solver.instance.schema.serving import KvPrecision
from solver.instance.schema.workload import QualityMode
from solver.performance.types import Provenance, ServingConfig

from .facts import context, shares_region
from .places import Places
from .verdict import Family, Ledger

WEIGHT_BYTES = {Precision.BF16: 2.0, Precision.FP8: 1.0, Precision.INT8: 1.0, Precision.INT4: 0.5, Precision.NVFP4: 0.5}
MEASURED = (Provenance.MEASURED, Provenance.MEASURED_SCALED)


def computes_fp8(accelerator: Accelerator) -> bool:
    """Whether an accelerator has 8-bit floating point."""
    return (accelerator.fp8_tflops or 0.0) > 0.0


def expert_params_b(model: Model) -> float:
    """Parameters in routed experts, 1e9: what a token leaves unused is the share of experts that it does not choose."""
    total, active = model.params_total_b or 0.0, model.params_active_b or model.params_total_b or 0.0
    if not model.experts or not model.experts_per_token or model.experts_per_token >= model.experts:
        return 0.0
    unused = (model.experts - model.experts_per_token) / model.experts
    return min(total, max(0.0, total - active) / unused)


def group_accelerators(config: ServingConfig) -> int:
    """Accelerators of all units of a replica."""
    unit, group = config.tensor_parallel * config.pipeline_parallel, config.disaggregation
    if group is None:
        return unit
    return group.prefill_units * group.prefill_tensor_parallel + group.decode_units * unit


CallKey = tuple[int, int, ServeKind, int]


def margin_limit(margins: PlanningMargin, provenance: Provenance, model: Model) -> float:
    """Largest share of a rate that may be planned with."""
    if provenance in MEASURED:
        return margins.measured
    silicon = provenance is Provenance.SILICON
    limit = margins.silicon if silicon else margins.roofline
    if model.experts is None:
        return limit
    stated = margins.silicon_experts if silicon else margins.roofline_experts
    if stated is not None:
        return stated
    return limit if limit == 1.0 else limit * (0.72 if silicon else 0.95)


def quality_limit(resolved: ResolvedInstance, deployment: Deployment, metric: str) -> float | None:
    """Highest quality that scores and recoveries support, None where the model has no score on the metric.

    Below 16 bit: the score times the recovery stated for the model at the precision on this very metric; where there is
    none, times the most favourable one stated for the model or for all models on any benchmark; else the score itself.
    """
    model, precision = deployment.config.model, deployment.config.precision
    scores = [entry.score for entry in model.quality if entry.metric == metric]
    if not scores:
        return None
    if precision is Precision.BF16:
        return max(scores)
    at_precision = [entry for entry in resolved.recoveries if entry.precision is precision]
    own = [entry.recovery for entry in at_precision if entry.model == model.name and entry.benchmark == metric]
    near = [entry.recovery for entry in at_precision if entry.model in (model.name, "*")]
    return max(scores) * max(own or near, default=1.0)


@dataclass(slots=True)
class ServiceChecks:
    """Checks each service, each pool of a deployment and each call of a plan once."""

    resolved: ResolvedInstance
    candidates: Candidates
    ledger: Ledger
    places: Places

    def pool(self, d: int, p: int) -> None:
        """A deployment that runs in a pool: the accelerators are the same and its replicas divide the server."""
        deployment, pool = self.candidates.deployments[d], self.resolved.pools[p]
        place = self.places.running
        if p not in deployment.pools:
            self.ledger.refuse(Family.EXISTENCE, "the deployment is not on offer in this pool", place, d, p)
        if deployment.config.accelerator.name != pool.accelerator.name:
            self.ledger.refuse(Family.EXISTENCE, "the pool has other accelerators", place, d, p)
        accelerators = group_accelerators(deployment.config)
        if accelerators != deployment.accelerators:
            note = f"its units have {accelerators} accelerators, not {deployment.accelerators}"
            self.ledger.refuse(Family.PACKING, note, place, d, p)
        if pool.server.accelerators % accelerators != 0:
            note = f"{accelerators} do not divide the {pool.server.accelerators} accelerators of a server"
            self.ledger.refuse(Family.PACKING, note, place, d, p)

    def service_in_pool(self, service: Service, d: int, p: int) -> None:
        """Residency, and the table that is made from it."""
        workload = self.resolved.workloads[service.workload]
        where = (service.workload, service.bucket, service.kind, d, p)
        if not shares_region(workload.residency, self.resolved.pools[p].site.residency):
            note = "the site is in none of the workload's regions of law"
            self.ledger.refuse(Family.RESIDENCY, note, self.places.service_pool, *where)
        if (service.workload, p) not in self.candidates.service_pools:
            self.ledger.refuse(Family.EXISTENCE, "the workload may not use this pool", self.places.service_pool, *where)

    def service(self, service: Service, d: int) -> None:
        """Model list, memory, rate, quality and latency of one service."""
        deployment = self.candidates.deployments[d]
        workload = self.resolved.workloads[service.workload]
        where = (service.workload, service.bucket, service.kind, d)
        place = self.places.service
        if workload.models and deployment.config.model.name not in workload.models:
            self.ledger.refuse(Family.MODEL_LIST, "the model is not on the workload's list", place, *where)
        self._memory(service, deployment, where)
        self._rate(service, deployment, where)
        self._peaks(workload, service, where)
        self._quality(workload, service.quality, where)
        if workload.quality is not None and service.quality is not None:
            limit = quality_limit(self.resolved, deployment, workload.quality.metric)
            self.ledger.at_most(Family.SERVICE_QUALITY, service.quality, limit or 0.0, place, *where)
        if service.kind is ServeKind.REAL_TIME:
            point, output = service.point, workload.buckets[service.bucket].output_tokens
            # Waiting for a free place only adds to the operating point's figures, so both must hold.
            for ttft, tpot in ((point.ttft_ms, point.tpot_ms), (service.ttft_ms, service.tpot_ms)):
                self._within(workload.latency.ttft_ms, ttft, where)
                self._within(workload.latency.tpot_ms, tpot, where)
            self._within(workload.latency.end_to_end_ms, service.end_to_end_ms, where)
            self._within(workload.latency.end_to_end_ms, _whole_request(point.ttft_ms, point.tpot_ms, output), where)

    def call(self, call: Call) -> None:
        """Residency, context, model list, quality and stated latency of one call."""
        workload = self.resolved.workloads[call.workload]
        endpoint = self.resolved.endpoints[call.endpoint]
        bucket = workload.buckets[call.bucket]
        where = (call.workload, call.bucket, call.kind, call.endpoint)
        place = self.places.call
        if not shares_region(workload.residency, endpoint.residency):
            note = "the endpoint is in none of the workload's regions of law"
            self.ledger.refuse(Family.RESIDENCY, note, place, *where)
        if endpoint.max_context_tokens is not None:
            self.ledger.at_most(Family.MEMORY, context(bucket), endpoint.max_context_tokens, place, *where)
        if workload.models and endpoint.model not in workload.models:
            self.ledger.refuse(Family.MODEL_LIST, "the model is not on the workload's list", place, *where)
        self._quality(workload, call.quality, where, call=True)
        if workload.quality is not None and call.quality is not None:
            known = [score for metric, score in endpoint.quality if metric == workload.quality.metric]
            self.ledger.at_most(Family.SERVICE_QUALITY, call.quality, max(known, default=0.0), place, *where)
        if call.kind is ServeKind.REAL_TIME:
            self._within(workload.latency.ttft_ms, endpoint.ttft_ms, where, call=True)
            self._within(workload.latency.tpot_ms, endpoint.tpot_ms, where, call=True)
            whole = _whole_request(endpoint.ttft_ms, endpoint.tpot_ms, bucket.output_tokens)
            self._within(workload.latency.end_to_end_ms, whole, where, call=True)

    def _memory(self, service: Service, deployment: Deployment, where: CallKey) -> None:
        """A necessary condition: weights and one request's cache. What was measured to run is believed to fit."""
        model, config = deployment.config.model, deployment.config
        bucket = self.resolved.workloads[service.workload].buckets[service.bucket]
        if model.max_context_tokens is not None:
            self.ledger.at_most(Family.MEMORY, context(bucket), model.max_context_tokens, self.places.service, *where)
        if service.point.provenance in MEASURED or model.params_total_b is None or config.accelerator.memory_gb is None:
            return
        # Below 16 bit the engine may keep the cache at 8 bit of its own; where a format is named, that one is held.
        eight_bit = config.kv_precision is KvPrecision.FP8 or (
            config.kv_precision is None and config.precision is not Precision.BF16
        )
        if config.kv_precision is KvPrecision.FP8 and not computes_fp8(config.accelerator):
            note = f"{config.accelerator.name} keeps no 8-bit cache"
            self.ledger.refuse(Family.MEMORY, note, self.places.service, *where)
        cache_bytes = (model.kv_bytes_per_token or 0.0) * (0.5 if eight_bit else 1.0)
        sliding = model.sliding_kv_bytes_per_token / model.kv_bytes_per_token if model.kv_bytes_per_token else 0.0
        window = min(context(bucket), model.sliding_window_tokens or context(bucket))
        tokens = (1.0 - sliding) * context(bucket) + sliding * window
        weight = WEIGHT_BYTES[config.precision]
        ranks = [config.tensor_parallel]
        if config.disaggregation is not None:
            # Each unit of a group holds the model by itself.
            ranks.append(config.disaggregation.prefill_tensor_parallel)
        for tensor in ranks:
            weights_gb = model.params_total_b * weight
            if config.attention_data_parallel:
                weights_gb += (tensor - 1) * (model.params_total_b - expert_params_b(model)) * weight
            needed_gb = weights_gb + cache_bytes * tokens / 1e9
            available_gb = tensor * config.pipeline_parallel * config.accelerator.memory_gb
            self.ledger.at_most(Family.MEMORY, needed_gb, available_gb, self.places.service, *where)

    def _rate(self, service: Service, deployment: Deployment, where: CallKey) -> None:
        """load margin rate rho >= 1 and busy margin rate == 1, with the policy's margin and rho at most 1."""
        place = self.places.service
        planned = service.margin * service.point.requests_per_second
        rho = service.utilisation_limit if service.kind is ServeKind.REAL_TIME else 1.0
        self.ledger.at_least(Family.RATE, service.load * planned * rho, 1.0, place, *where)
        self.ledger.equal(Family.RATE, service.busy * planned, 1.0, place, *where)
        limit = margin_limit(self.resolved.policy.planning_margin, service.point.provenance, deployment.config.model)
        self.ledger.at_most(Family.RATE, service.margin, limit, place, *where)
        self.ledger.at_most(Family.RATE, rho, 1.0, place, *where)

    def _peaks(self, workload: Workload, service: Service, where: CallKey) -> None:
        """A short peak above capacity, worked off at full capacity, delays nobody by more than the targets leave.

        Necessary, not sufficient: the share of the delay that random arrivals need is not counted here.
        """
        if service.kind is not ServeKind.REAL_TIME:
            return
        left = _time_left_ms(workload, service)
        for peak in workload.short_peaks if left is not None else ():
            assert left is not None
            delay_ms = 1000.0 * peak.seconds * (peak.ratio * service.busy / service.load - 1.0)
            self.ledger.at_most(Family.LATENCY, max(0.0, delay_ms), left, self.places.service, *where)

    def _quality(self, workload: Workload, quality: float | None, where: CallKey, *, call: bool = False) -> None:
        """A floor needs a known score; in mode `each` every request's score reaches it."""
        place = self.places.call if call else self.places.service
        floor = workload.quality
        if floor is None:
            return
        if quality is None:
            self.ledger.refuse(Family.SERVICE_QUALITY, f"no known score on {floor.metric}", place, *where)
        elif floor.mode is QualityMode.EACH:
            self.ledger.at_least(Family.SERVICE_QUALITY, quality, floor.at_least, place, *where)

    def _within(self, target: float | None, figure: float | None, where: CallKey, *, call: bool = False) -> None:
        """A latency figure that is not known cannot be held against a target; it travels as a diagnostic."""
        if target is not None and figure is not None:
            place = self.places.call if call else self.places.service
            self.ledger.at_most(Family.LATENCY, figure, target, place, *where)


def _whole_request(ttft_ms: float | None, tpot_ms: float | None, output_tokens: int) -> float | None:
    """Least time of a whole request: the first token and all that follow it."""
    if ttft_ms is None or tpot_ms is None:
        return None
    return ttft_ms + (output_tokens - 1) * tpot_ms


def _time_left_ms(workload: Workload, service: Service) -> float | None:
    """What the targets of a workload leave for waiting at the operating point, ms; None where no target limits it."""
    point, output = service.point, workload.buckets[service.bucket].output_tokens
    first = point.ttft_ms or 0.0
    whole = first + (output - 1) * (point.tpot_ms or 0.0)
    targets = ((workload.latency.ttft_ms, first), (workload.latency.end_to_end_ms, whole))
    left = [target - needed for target, needed in targets if target is not None]
    return max(0.0, min(left)) if left else None
