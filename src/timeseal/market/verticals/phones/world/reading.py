"""What the later steps read out of an ad: attributes of its text, its condition, its photos.

Owns the errors of reading. Texts are read as they state things, right or wrong; photos show the
phone as it is. Values are texts, as they stand in the facts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache

from timeseal.market.verticals.phones.world.draws import Stream
from timeseal.market.verticals.phones.world.laws import LAWS
from timeseal.market.verticals.phones.world.page import Page
from timeseal.market.verticals.phones.world.texts import DOMAINS

__all__ = ["content", "enriched", "healed", "photo_labels"]

#: Attribute of the text -> published column, where the value carries over.
FLAGS = {
    "vat_invoice": "vat_invoice",
    "first_owner": "first_owner",
    "case": "used_with_case_claim",
}
NEGOTIABLE = {"obo": 0.8, "firm": 0.08, "bids": 0.6}
GRADES = (0.2, 0.5, 0.7, 0.9, 1.0)
DAMAGES = {1: "scratches", 2: "cracked glass", 3: "broken"}

Value = tuple[str, str]


def enriched(page: Page, stream: Stream) -> list[Value]:
    """What a reader of the text reports: published columns with their values."""
    said = {name: _read(stream, name, value) for name, value in page.ad.text.said.items()}
    mode = "not_sold" if page.ad.kind == "wanted" else said.get("sale_mode", "unspecified")
    found = [("sale_mode", mode), ("owner_type", said.get("owner", "unknown"))]
    if "shipping" in said:
        found += [
            ("can_ship", _flag(said["shipping"] in {"can_ship", "both"})),
            ("pickup_only", _flag(said["shipping"] == "pickup_only")),
        ]
    found += [
        (column, _flag(said[name] == "yes")) for name, column in FLAGS.items() if name in said
    ]
    repair = said.get("repair", "none")
    found.append(("repair_provider", "unknown" if repair == "none" else repair))
    negotiable = NEGOTIABLE.get(mode, 0.4) + 0.06 * stream.normal()
    urgent = (0.85 if "urgency" in said else 0.12) + 0.06 * stream.normal()
    quality = 0.25 + 0.06 * len(said) + 0.05 * stream.normal()
    found += [
        ("negotiability_ai", _share(negotiable)),
        ("urgency_ai", _share(urgent)),
        ("lqs_textonly", _share(quality)),
    ]
    if mode in {"obo", "bids"} and stream.chance(0.2):
        found.append(("opening_offer_nok", str(round(page.price * 0.85 / 50) * 50)))
    if stream.chance(0.9):
        found.append(("storage_gb_fixed_ai", str(page.ad.phone.product.storage_gb)))
    return found


def healed(page: Page, stream: Stream, wrong: float) -> list[Value]:
    """Condition, battery and damage as the text states them; nothing where it does not."""
    said, found = page.ad.text.said, []
    if "condition" in said or page.condition is not None:
        grade = float(said.get("condition", page.ad.phone.grade))
        found.append(("condition_score", str(_step(stream, GRADES.index(grade), wrong))))
    if "battery" in said:
        battery = int(said["battery"]) - (1 if stream.chance(wrong) else 0)
        found.append(("battery_pct_fixed_ai", str(battery)))
    severity = int(said.get("damage", "0"))
    if stream.chance(wrong):
        severity = min(3, severity + 1)
    found += [("damage_severity_ai", str(severity)), ("damage_binary_ai", str(int(severity > 0)))]
    if severity:
        found.append(("damage_reason_ai", DAMAGES[severity]))
    return found


def photo_labels(
    page: Page, pipeline: str, stream: Stream
) -> Iterator[tuple[int, str, str, str | None]]:
    """(image_index, content, label, value) as one pipeline gives them."""
    ad = page.ad
    for index in range(ad.photos):
        for label, value in _labels(page, pipeline, index, stream):
            yield index, content(page, index), label, value


def _labels(page: Page, pipeline: str, index: int, stream: Stream) -> list[Value]:
    phone, wrong = page.ad.phone, stream.chance(LAWS.label_wrong)
    match pipeline:
        case "colour":
            colour = "black" if wrong else phone.colour
            return [("body_color_key", colour)] if stream.chance(0.7) else []
        case "damage":
            level = min(10, max(0, phone.damage * 3 + (1 if wrong else 0)))
            return [("visible_damage_level", str(level))]
        case _:
            found = [("has_box", _flag((phone.facts["vat_invoice"] == "yes") != wrong))]
            if index == 0 and phone.facts["case"] == "yes":
                found.append(("has_case", "true"))
            if index == 1 and phone.battery is not None and stream.chance(0.25):
                found += [
                    ("battery_screenshot", "true"),
                    ("battery_health_pct_img", str(phone.battery)),
                ]
            return found


def content(page: Page, index: int) -> str:
    """Digest of a photo: the same phone shown again by its seller has the same photos."""
    return _digest(page.ad.seller.key, page.ad.phone.value, index)


@lru_cache(maxsize=16384)
def _digest(seller: str, value: float, index: int) -> str:
    return hashlib.sha256(f"{seller} {value!r} {index}".encode()).hexdigest()


def _read(stream: Stream, name: str, value: str) -> str:
    """A statement as read; now and then as another one."""
    others = tuple(one for one in DOMAINS[name] if one != value)
    return stream.one(others) if others and stream.chance(LAWS.misread) else value


def _step(stream: Stream, index: int, wrong: float) -> float:
    return GRADES[max(0, index - 1)] if stream.chance(wrong) else GRADES[index]


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _share(value: float) -> str:
    return f"{min(1.0, max(0.0, value)):.2f}"
