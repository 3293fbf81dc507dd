"""Probes of gates that the leak zoo asked for, on real ads."""

from __future__ import annotations

from tests.mutants.harness import Conn, probe
from tests.mutants.probes_cars import TRAINER
from tests.proof.world import ENTRYPOINT


@probe("cars")
def a_landmark_is_seen_through_a_guarded_view(conn: Conn) -> None:
    """The trainer block on the landmark clock, read by the survival surface through its door."""
    objects = (
        "select f.object || ' ' || f.subject from audit.gate_clock(%s) as f"
        " where f.level = 'blocking'"
    )
    row = conn.execute("select pg_get_viewdef(%s::regclass)", (ENTRYPOINT,)).fetchone()
    assert row is not None
    text = row[0].replace(
        "store.trainer_derived_features_v1 d", "ml.trainer_derived_features_train_v d"
    )
    if text == row[0] or conn.execute(objects, (ENTRYPOINT,)).fetchall():
        raise RuntimeError("the entrypoint is not as expected")
    conn.execute(f"create or replace view {ENTRYPOINT} as {text}".encode())
    conn.execute(
        "update audit.column_role set clock = 'landmark' where relid = %s::regclass", (TRAINER,)
    )
    found = [text for (text,) in conn.execute(objects, (ENTRYPOINT,))]
    assert f"{ENTRYPOINT} ml.trainer_derived_features_train_v.dow" in found
