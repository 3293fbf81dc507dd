"""How certificates, gates and causes are shown; one shape for every command that shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from timeseal.cli.output import emit_fields, emit_rows, say
from timeseal.seal.certificate import Cause, Certificate, Check
from timeseal.seal.replay import Compared

GATE_COLUMNS = ("gate", "result", "findings", "seconds")
COMPARED_COLUMNS = ("replay mode", "result", "rows", "columns", "seconds", "note")
CAUSE_COLUMNS = ("cause", "object", "row", "column", "expected", "found", "fix")


def as_document(certificate: Certificate) -> dict[str, object]:
    """The stable JSON shape of a certificate."""
    return {
        "entrypoint": certificate.entrypoint,
        "certificate_id": certificate.certificate_id,
        "status": certificate.status,
        "certified_at": certificate.certified_at,
        "expires_at": certificate.expires_at,
        "rows": certificate.dataset_rows,
        "days": certificate.dataset_days,
        "objects": certificate.viewdef_objects,
        "fingerprint": certificate.fingerprint,
        "definition_sha256": certificate.definition_sha256,
        "contract_sha256": certificate.contract_sha256,
        "features_hash": certificate.features_hash,
        "protection": certificate.protection,
        "data_checked": certificate.data_checked,
        "full_hash_at": certificate.full_hash_at,
        "history": certificate.history,
        "notes": certificate.notes,
        "gates": [
            {
                "gate": check.gate,
                "status": check.status,
                "findings": check.findings,
                "seconds": check.seconds,
                "first": list(check.first),
                **_replayed(check),
                **({} if check.note is None else {"note": check.note}),
                "carried": check.carried,
            }
            for check in certificate.checks
        ],
        "waivers": list(certificate.waivers),
    }


def show(certificate: Certificate) -> None:
    """Print a certificate and its gates; a failed one ends in the command that mends it."""
    emit_fields(
        {
            "entrypoint": certificate.entrypoint,
            "status": certificate.status,
            "certificate": certificate.certificate_id,
            "expires": f"{certificate.expires_at:%Y-%m-%d %H:%M:%S%z}",
            "covers": f"{certificate.dataset_rows:,} rows, {certificate.dataset_days} days, "
            f"{certificate.viewdef_objects} definitions",
            "fingerprint": certificate.fingerprint,
            "data": _data(certificate),
            "history": certificate.history,
            "protection": certificate.protection,
            "notes": None if certificate.is_certified else certificate.notes,
        }
    )
    emit_rows(
        GATE_COLUMNS,
        [(one.gate, one.status, one.findings, _cost(one)) for one in certificate.checks],
    )
    for check in certificate.checks:
        if check.note:
            say(f"{check.gate}: {check.note}")
        if check.modes:
            say(f"replay{_when(check)}, seed {check.seed}:")
            show_compared(check.modes)
    for waiver in certificate.waivers:
        say(f"waived: {waiver['gate']} {waiver['subject']} — {waiver['reason']}")
    if not certificate.is_certified:
        say(f"hint: timeseal explain {certificate.entrypoint}")


def show_compared(compared: Sequence[Compared]) -> None:
    """Print what each mode of a replay looked at."""
    emit_rows(
        COMPARED_COLUMNS,
        [
            (one.mode, one.status, one.rows, one.columns, f"{one.seconds:.2f}", one.note)
            for one in compared
        ],
    )


def _replayed(check: Check) -> dict[str, object]:
    """Seed and modes, for the gate that has them."""
    if check.seed is None:
        return {}
    return {"seed": check.seed, "modes": [asdict(one) for one in check.modes]}


def _data(certificate: Certificate) -> str:
    if certificate.data_checked == "rows":
        return "every row hashed"
    told = (
        "unchanged" if certificate.data_checked == "stamps" else "written days hashed, others same"
    )
    return (
        f"{told} by version stamps; every row was last hashed "
        f"{certificate.full_hash_at:%Y-%m-%d %H:%M:%S%z} (now: --full-hash)"
    )


def _cost(check: Check) -> str:
    """Seconds of a gate that ran; for one that was carried, when it really ran."""
    return f"{check.seconds:.2f}" if check.carried is None else _when(check).strip()


def _when(check: Check) -> str:
    """Empty for a gate that ran now."""
    return "" if check.carried is None else f" of {check.carried:%d %b %H:%M}"


def cause_document(cause: Cause) -> dict[str, object]:
    """The stable JSON shape of one line of explain."""
    values = (
        cause.cause,
        cause.object,
        cause.row_key,
        cause.column,
        cause.expected,
        cause.found,
        cause.fix,
    )
    return dict(zip(CAUSE_COLUMNS, values, strict=True))


def show_causes(causes: Sequence[Cause]) -> None:
    """Print causes as blocks: their values are too long for the columns of a terminal."""
    for number, cause in enumerate(causes):
        if number:
            say("")
        key = cause.row_key
        row = None if key is None else ", ".join(f"{name} = {key[name]}" for name in key)
        emit_fields({**cause_document(cause), "row": row})
