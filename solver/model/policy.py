"""Policy: budgets, redundancy, spot share, most models and vendors, carbon.

capex        sum_{o,s} price[o,s] buy[o,s] - tier discounts <= budget           (price at the order month)
n+1          sum_{k, rt} load serve <= run - open;   run <= U open
minimum      run >= r open;   run <= U open                                      r = minimum_replicas > 1
spot share   sum_{spot} A rent <= f sum_{all} A (up + rent)                      every s, h
in use       run <= U use;  sum serve over what counts as one <= D use;  sum use <= most
carbon       tonnes of every decision over the horizon <= cap
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyomo.environ as pyo

from solver.deployments.types import ServeKind
from solver.finance.activities import Activities
from solver.instance.schema.policy import Spare
from solver.instance.schema.sites import Purchase, Spot
from solver.model.capacity import standing
from solver.model.cost import DecisionFlows
from solver.model.indices import Indices
from solver.model.linear import linear
from solver.model.tiers import tiers


def add_policy(model: pyo.ConcreteModel, indices: Indices, flows: DecisionFlows) -> None:
    """Constraint family 7."""
    _capex(model, indices, flows.activities)
    _replicas(model, indices)
    _spot_share(model, indices)
    _in_use(model, indices)
    _carbon(model, indices, flows)


def _capex(model: pyo.ConcreteModel, indices: Indices, activities: Activities) -> None:
    resolved, policy = indices.resolved, indices.resolved.policy
    payments: dict[int, list[tuple[float, Any]]] = defaultdict(list)
    for o, s in indices.buy:
        offer, start = resolved.offers[o], resolved.stages[s]
        if not isinstance(offer.terms, Purchase):
            continue
        month = resolved.order_month(offer, start)
        paid_in = next(stage.index for stage in resolved.stages if stage.first_month <= month < stage.end_month)
        price = activities.purchase_price(offer, start)
        payments[paid_in].append((price, model.buy[o, s]))
        payments[paid_in].extend(
            (-price * discount, model.tier_servers[o, s, t]) for t, (_, discount) in enumerate(tiers(offer)) if discount
        )
    model.capex_total = pyo.Constraint(
        [0] if policy.capex_budget_usd is not None and payments else [],
        rule=lambda m, _: linear(term for stage in payments.values() for term in stage) <= policy.capex_budget_usd,
    )
    per_stage = policy.capex_budget_usd_per_stage
    budgets = per_stage if isinstance(per_stage, tuple) else (per_stage,) * len(resolved.stages)
    model.capex_stage = pyo.Constraint(
        [stage for stage in payments if budgets[stage] is not None],
        rule=lambda m, stage: linear(payments[stage]) <= budgets[stage],
    )


def _replicas(model: pyo.ConcreteModel, indices: Indices) -> None:
    """`open` exists only where redundancy or a minimum of replicas asks for it."""
    policy = indices.resolved.policy
    spare, least = policy.spare is Spare.N_PLUS_1, policy.minimum_replicas
    needed = spare or least > 1
    opened = sorted({run[:3] for run in indices.run}) if needed else []
    model.OPEN = pyo.Set(initialize=opened, dimen=3)
    model.open = pyo.Var(model.OPEN, domain=pyo.Binary)
    runs = indices.run if needed else []
    model.open_most = pyo.Constraint(
        runs, rule=lambda m, d, p, s, h: m.run[d, p, s, h] <= indices.run_bound[d, p, s, h] * m.open[d, p, s]
    )
    model.open_least = pyo.Constraint(
        runs if least > 1 else [], rule=lambda m, d, p, s, h: m.run[d, p, s, h] >= least * m.open[d, p, s]
    )

    def spare_rule(m: pyo.ConcreteModel, d: int, p: int, s: int, h: int) -> object:
        immediate = [
            (indices.service[key[0], key[1], key[2], d].load, m.serve[key])
            for key in indices.serve_by_run[d, p, s, h]
            if key[2] is ServeKind.REAL_TIME
        ]
        return linear([*immediate, (-1.0, m.run[d, p, s, h]), (1.0, m.open[d, p, s])]) <= 0

    model.spare = pyo.Constraint(runs if spare else [], rule=spare_rule)


def _spot_share(model: pyo.ConcreteModel, indices: Indices) -> None:
    share, resolved = indices.resolved.policy.spot_share, indices.resolved
    spot = {offer.index for offer in resolved.offers if isinstance(offer.terms, Spot)}
    limited = share is not None and bool(spot)

    def rule(m: pyo.ConcreteModel, s: int, h: int) -> object:
        assert share is not None
        terms: list[tuple[float, Any]] = []
        fixed = 0.0
        for pool in resolved.pools:
            each = pool.server.accelerators
            terms.extend((-share * each * count, buy) for count, buy in standing(m, indices, pool, s))
            for offer in indices.offers_of(pool):
                fixed += each * indices.existing(offer, resolved.stages[s])
                if offer.hourly:
                    weight = (1.0 - share) if offer.index in spot else -share
                    terms.append((weight * each, m.rent[offer.index, s, h]))
        return linear(terms) <= share * fixed

    slots = [(stage.index, slot.index) for stage in resolved.stages for slot in resolved.slots]
    model.spot_share = pyo.Constraint(slots if limited else [], rule=rule)


def _in_use(model: pyo.ConcreteModel, indices: Indices) -> None:
    resolved = indices.resolved
    by_model = [deployment.config.model.name for deployment in indices.candidates.deployments]
    by_maker = [deployment.config.accelerator.vendor for deployment in indices.candidates.deployments]
    _limit_use(
        model, indices, "model", resolved.policy.max_models, by_model, [e.model or e.name for e in resolved.endpoints]
    )
    _limit_use(
        model, indices, "vendor", resolved.policy.max_vendors, by_maker, [e.provider for e in resolved.endpoints]
    )


def _limit_use(
    model: pyo.ConcreteModel,
    indices: Indices,
    what: str,
    most: int | None,
    of_deployment: list[str],
    of_endpoint: list[str],
) -> None:
    """At most so many names in use; `of_deployment`, `of_endpoint` give the name that counts."""
    if most is None:
        return
    grouped: dict[tuple[str, int, int, ServeKind, int, int], list[Any]] = defaultdict(list)
    for w, k, kind, d, p, s, h in indices.serve:
        grouped[of_deployment[d], w, k, kind, s, h].append(model.serve[w, k, kind, d, p, s, h])
    for w, k, kind, e, s, h in indices.call:
        grouped[of_endpoint[e], w, k, kind, s, h].append(model.call[w, k, kind, e, s, h])
    names = sorted({key[0] for key in grouped})
    use = pyo.Var(names, domain=pyo.Binary)
    model.add_component(f"use_{what}", use)

    def served_rule(m: pyo.ConcreteModel, name: str, w: int, k: int, kind: ServeKind, s: int, h: int) -> object:
        bound = indices.most_served(w, k, kind, s, h)
        terms = [(1.0, variable) for variable in grouped[name, w, k, kind, s, h]]
        return linear([*terms, (-bound, use[name])]) <= 0

    model.add_component(f"use_{what}_served", pyo.Constraint(list(grouped), rule=served_rule))
    model.add_component(
        f"use_{what}_run",
        pyo.Constraint(
            indices.run, rule=lambda m, *run: m.run[run] <= indices.run_bound[run] * use[of_deployment[run[0]]]
        ),
    )
    model.add_component(f"use_{what}_most", pyo.Constraint(expr=linear((1.0, use[name]) for name in names) <= most))


def _carbon(model: pyo.ConcreteModel, indices: Indices, flows: DecisionFlows) -> None:
    cap = indices.resolved.policy.carbon_cap_tonnes
    if cap is None:
        return
    terms = [(tonnes, variable) for tonnes, variable in flows.tonnes(model) if tonnes]
    fixed = sum(flow.tonnes * count for flow, count in flows.existing())
    model.carbon_cap = pyo.Constraint(expr=linear([*terms, (1.0, model.nothing)]) <= cap - fixed)
