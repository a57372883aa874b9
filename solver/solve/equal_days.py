"""Day types with the same demand are solved once: the same optimum, fewer slots.

Days d and d' of all their stages are equal when every workload has the same shape in slot for slot. Nothing but purchases, what
is counted once (models, vendors) and the cost ties them: each is a batch cycle of its own, and prices, rates and limits do not
depend on the slot. So in any plan the dearer of two equal days may take the other's decisions: it stays feasible, counts no
more models, and costs no more. One day with the hours of both therefore has the same optimum, and its plan stands for both.

Where no workload can wait, single slots are equal in the same way.

Averaged quality and a cap on carbon tie slots together: one day may then be better than another although both are equal, so
nothing is merged there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from solver.decisions import Decisions
from solver.instance.resolved import ResolvedInstance
from solver.instance.schema.workload import QualityMode
from solver.instance.timeline import Slot, SlotKind


@dataclass(frozen=True, slots=True)
class Merged:
    """The smaller instance, and the slots of the whole one that each of its slots stands for."""

    resolved: ResolvedInstance
    members: tuple[tuple[int, ...], ...]

    def expanded(self, decisions: Decisions) -> Decisions:
        """The same plan for every slot of the whole instance."""
        return Decisions(
            decisions.buy,
            self._spread(decisions.rent),
            self._spread(decisions.run),
            self._spread(decisions.serve),
            self._spread(decisions.call),
            self._spread(decisions.backlog),
        )

    def _spread(self, found: dict[Any, Any]) -> dict[Any, Any]:
        """All keys end with the slot."""
        return {(*key[:-1], slot): value for key, value in found.items() for slot in self.members[key[-1]]}


def slots_tied(resolved: ResolvedInstance) -> bool:
    """Whether averaged quality or a cap on carbon ties the slots of a stage or of the horizon together."""
    averaged = any(w.quality is not None and w.quality.mode is QualityMode.AVERAGE for w in resolved.workloads)
    return averaged or resolved.policy.carbon_cap_tonnes is not None


def merged(resolved: ResolvedInstance) -> Merged | None:
    """The instance with equal days merged; None where no two are equal or slots are tied."""
    if slots_tied(resolved):
        return None
    regular = [slot for slot in resolved.slots if slot.kind is SlotKind.REGULAR]
    cycles = _cycles(resolved, regular)
    equal: dict[tuple[Any, ...], list[list[Slot]]] = {}
    for cycle in cycles:
        key = tuple((slot.hours, *(w.shape_by_slot[slot.index] for w in resolved.workloads)) for slot in cycle)
        equal.setdefault(key, []).append(cycle)
    if len(equal) == len(cycles):
        return None
    slots: list[Slot] = []
    members: list[tuple[int, ...]] = []
    for same in equal.values():
        for together in zip(*same, strict=True):
            hours = sum(slot.hours_per_month for slot in together)
            slots.append(replace(together[0], index=len(slots), hours_per_month=hours))
            members.append(tuple(slot.index for slot in together))
    kept = [standing[0] for standing in members]
    for slot in resolved.slots:
        if slot.kind is not SlotKind.REGULAR:
            members.append((slot.index,))
            slots.append(replace(slot, index=len(slots)))
    workloads = tuple(
        replace(workload, shape_by_slot=tuple(workload.shape_by_slot[slot] for slot in kept))
        for workload in resolved.workloads
    )
    return Merged(replace(resolved, slots=tuple(slots), workloads=workloads), tuple(members))


def _cycles(resolved: ResolvedInstance, regular: list[Slot]) -> list[list[Slot]]:
    """What nothing ties together but purchases: days, or single slots where no workload can wait."""
    if all(workload.batch_share <= 0 for workload in resolved.workloads):
        return [[slot] for slot in regular]
    days: dict[str, list[Slot]] = {}
    for slot in regular:
        days.setdefault(slot.day, []).append(slot)
    return list(days.values())
