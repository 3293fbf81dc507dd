"""Probes of the phones market: its truth, and its base store on ads written by hand."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any, TypeVar

from tests.integration.phones_base import (
    test_current,
    test_labels,
    test_landmark,
    test_layers,
    test_left_out,
    test_seen_by_others,
)
from tests.integration.phones_base.facts import ENTRYPOINT, LANDMARK, STORE, Market
from tests.integration.phones_wide import test_wide
from tests.integration.phones_wide.facts import Norway, by_hand
from tests.mutants.harness import Conn, Edit, Mutant, Probe, probe, weaken

from timeseal.market.stores import declaration
from timeseal.seal import binding
from timeseal.seal.store_shape import Invariant, Layer

Part = TypeVar("Part", Layer, Invariant)
TRUTH = ("truth.schema.sql", "listing.table.sql")
ROLES = ("timeseal_worker", "timeseal_certifier", "ml_training")


@probe("bare")
def the_truth_is_closed(database: Any) -> None:
    admin = database.connect()
    if admin.execute("select to_regclass('truth.listing')").fetchone() == (None,):
        folder = files("timeseal.market").joinpath("verticals", "phones", "truth")
        admin.execute("set role timeseal_owner")
        for name in TRUTH:
            admin.execute(folder.joinpath(name).read_text(encoding="utf-8").encode())
        admin.execute("reset role")
    readers = [
        role
        for role in ROLES
        if admin.execute(
            "select has_schema_privilege(%(role)s, 'truth', 'usage')"
            " and has_table_privilege(%(role)s, 'truth.listing', 'select')",
            {"role": role},
        ).fetchone()
        == (True,)
    ]
    assert readers == []


BOUND = (".layer.sql", ".invariant.sql")
ADS = {
    one.__name__: one
    for one in (
        test_layers.test_what_was_read_counts_when_it_was_known_before,
        test_layers.test_an_audited_price_replaces_the_other_from_when_it_was_known,
        test_layers.test_a_removed_ad_was_not_sold,
        test_layers.test_an_ad_whose_own_words_say_so_is_out_from_its_first_sight,
        test_layers.test_marks_count_on_each_clock_as_known_then,
        test_layers.test_a_number_seen_under_another_generation_is_a_twin,
        test_layers.test_a_twin_of_the_very_same_instant_is_told,
        test_layers.test_both_prices_of_a_sale_fall_into_a_window_or_neither,
        test_landmark.test_a_report_counts_when_it_was_known_before_the_decision,
        test_landmark.test_the_latest_report_counts_as_a_whole,
        test_landmark.test_what_an_adopted_row_says_is_read_too,
        test_landmark.test_no_ad_leaves_the_surface_without_a_reason,
        test_left_out.test_every_ad_is_offered_or_counted_under_one_reason,
        test_left_out.test_a_trainer_is_told_of_his_surface_while_its_door_is_open,
        test_seen_by_others.test_a_mark_of_its_own_words_reaches_the_neighbours,
        test_labels.test_the_first_end_counts_and_removal_competes_with_sale,
        test_labels.test_nothing_is_known_after_the_origin,
        test_labels.test_the_landmark_is_entered_by_ads_that_were_there_as_known_then,
    )
}


@probe("phones", *ADS)
def on_ads_by_hand(database: Any, name: str) -> None:
    ADS[name](Market(database.connect()))


@probe("phones")
def reconciles_marks_of_the_clean_layer(database: Any) -> None:
    test_seen_by_others.test_the_latest_mark_of_its_time_decides(
        Market(database.connect()), "tom_features_v1_enriched_clean", "clean_rows_reconcile"
    )


@probe("phones")
def reconciles_marks_of_the_landmark(database: Any) -> None:
    test_seen_by_others.test_the_latest_mark_of_its_time_decides(
        Market(database.connect()), "tom_features_v1_enriched_ai_clean", "landmark_rows_reconcile"
    )


@probe("phones")
def an_unknown_mark_is_no_fact(database: Any) -> None:
    test_layers.test_an_unknown_mark_goes_to_quarantine_with_an_alarm(
        Market(database.connect()), "spma"
    )


@probe("phones")
def an_ad_that_was_sold_is_not_there(database: Any) -> None:
    test_landmark.test_only_ads_still_there_as_known_then_have_a_row(
        Market(database.connect()), "sold"
    )


@probe("phones")
def the_landmark_labels_have_their_door(database: Any) -> None:
    asked: list[str] = []
    conn = database.connect()
    conn.execute(
        "create or replace function audit.require_certified(p_entrypoint text, p_max_age interval"
        " default '24 hours') returns boolean language plpgsql as"
        " 'begin raise notice ''%'', p_entrypoint; return true; end'"
    )
    conn.add_notice_handler(lambda one: asked.append(one.message_primary or ""))
    ads = Market(conn)
    ads.ad(1)
    ads.settle()
    for landmark in (False, True):
        conn.execute("select count(*) from ml.tom_labels_asof(now(), %s)", (landmark,))
    assert asked == [ENTRYPOINT, LANDMARK]


@probe("phones")
def the_state_of_now_is_for_workers(database: Any) -> None:
    test_current.test_who_may_look_at_the_state_of_now(database)


@probe("phones")
def no_closure_touches_the_projections(database: Any) -> None:
    test_current.test_no_certified_closure_may_touch_them(
        Market(database.connect()), "iphone_listings"
    )


BY_HAND = {
    one.__name__: one
    for one in (
        test_wide.test_an_ad_is_compared_with_earlier_ads_of_its_segment,
        test_wide.test_a_market_is_what_was_asked_in_the_720_hours_before,
        test_wide.test_no_ad_is_lost_without_map_register_place_or_price,
        test_wide.test_a_lost_row_is_told,
    )
}


@probe("phones", *BY_HAND)
def in_norway_by_hand(database: Any, name: str) -> None:
    conn = database.connect()
    by_hand(conn)
    with conn.transaction(force_rollback=True):
        BY_HAND[name](Norway(conn))


def on_phones(database: Any, probe: Probe, mutant: Mutant | None) -> None:
    """Run a probe on the phones market, its store bound anew when it was weakened."""
    if mutant:
        weaken_phones(database.connect(), mutant)
    probe.run(database)


def weaken_phones(conn: Conn, mutant: Mutant) -> None:
    """Bind weakened texts of layers and invariants; run anything else."""
    bound = tuple(edit for edit in mutant.edits if edit.file.endswith(BOUND))
    rest = tuple(edit for edit in mutant.edits if edit not in bound)
    if rest:
        weaken(conn, Mutant(mutant.name, mutant.probe, rest))
    store = declaration("phones", STORE)
    edits = {PurePosixPath(one.file).name.split(".")[0]: one for one in bound}
    assert edits.keys() <= {one.name for one in (*store.layers, *store.invariants)}
    weakened = replace(
        store,
        layers=tuple(_weak(one, edits.get(one.name)) for one in store.layers),
        invariants=tuple(_weak(one, edits.get(one.name)) for one in store.invariants),
    )
    binding.apply(conn, weakened, binding.plan(conn, weakened))


def _weak(one: Part, edit: Edit | None) -> Part:
    if edit is None:
        return one
    body = one.text.body.replace(edit.find, edit.replace)
    assert body != one.text.body, edit
    return replace(one, text=replace(one.text, body=body))
