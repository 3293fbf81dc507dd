"""What a declaration tells the registry, as one JSON document; the SQL side writes it set-based."""

from __future__ import annotations

import json
from dataclasses import asdict

from timeseal.seal.store import Declaration


def payload(declaration: Declaration) -> str:
    """Render the registry's view of a store: stable text, so that its digest finds a change."""
    document = {
        "store": declaration.name,
        "horizon_function": declaration.horizon_function,
        "reach_function": declaration.reach_function,
        "layers": [
            {
                "layer": layer.name,
                "stored": f"store.{layer.name}",
                "source": f"build.{layer.name}",
                "published": layer.published,
                "key": layer.key,
                "t0": layer.t0,
                "kind": layer.kind,
                "unit": layer.unit,
                "rows_of": layer.rows_of,
                "walks": layer.walks,
                "reach": [asdict(one) for one in layer.reach],
            }
            for layer in declaration.layers
        ],
        "facts": [asdict(fact) for fact in declaration.facts],
        "roles": [asdict(role) for role in declaration.roles],
        "firewall": [
            {**asdict(pair), "layer": f"build.{pair.layer}"} for pair in declaration.firewall
        ],
        "budgets": [asdict(budget) for budget in declaration.budgets],
        "entrypoints": [
            {
                "entrypoint": one.name,
                "guarded_view": one.guarded_view,
                "key": one.key,
                "t0": one.t0,
                "day": one.day,
                "universe": one.universe,
                "contract": one.contract,
                "max_age": one.max_age,
                "tolerant_days": one.tolerant_days,
                "replay": one.replay,
                "replay_budget": one.replay_budget,
            }
            for one in declaration.entrypoints
        ],
        "invariants": [
            {
                "entrypoint": entrypoint,
                "name": one.name,
                "relation": f"build.{one.name}",
                "level": one.level,
                "hint": one.hint,
            }
            for one in declaration.invariants
            for entrypoint in (one.entrypoint, *one.also)
        ],
        "pins": [asdict(one) for one in declaration.pins],
    }
    return json.dumps(document, sort_keys=True, ensure_ascii=False)
