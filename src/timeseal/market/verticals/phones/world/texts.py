"""Titles and descriptions: what an ad says of itself, in many phrasings, now and then wrongly.

Owns the composition; the phrases are in phrases.toml. Besides the text comes what it states, so
that whoever reads it later can be compared with what was written, and that with the truth.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from timeseal.market.verticals.phones.world.draws import Stream
from timeseal.market.verticals.phones.world.laws import LAWS

__all__ = ["DOMAINS", "Text", "compose"]

#: The attributes that a text may state, in the order in which it does, with all their values.
DOMAINS: Mapping[str, tuple[str, ...]] = {
    "condition": ("1.0", "0.9", "0.7", "0.5", "0.2"),
    "battery": (),
    "damage": ("0", "1", "2", "3"),
    "owner": ("private", "work_phone"),
    "first_owner": ("yes", "no"),
    "repair": ("none", "apple", "authorized", "independent", "unknown"),
    "case": ("yes", "no"),
    "vat_invoice": ("yes", "no"),
    "sale_mode": ("obo", "firm", "bids"),
    "shipping": ("can_ship", "pickup_only", "both"),
    "urgency": ("yes",),
}
_ENDINGS = ("", "", "", " selges", " til salgs", " pent brukt", "!", " - rask levering")
_PHRASES = "timeseal.market.verticals.phones.world"


@dataclass(frozen=True, slots=True)
class Text:
    """Title, description, and what the description states, attribute to value."""

    title: str
    description: str
    said: Mapping[str, str]


def compose(
    stream: Stream, kind: str, words: Mapping[str, str], truth: Mapping[str, str], effort: float
) -> Text:
    """Write an ad; `words` has model, storage, colour and seller, `truth` the attributes known."""
    language = "no" if stream.chance(LAWS.norwegian) else "en"
    phrases = _phrases()[language]
    title = _title(stream, kind, words)
    if kind in phrases:
        lines = [_phrase(stream, phrases[kind]["any"], words["model"], words["storage"])]
        said: dict[str, str] = {}
    else:
        lines = [_phrase(stream, phrases["opening"][words["seller"]], words["model"], "")]
        said = _statements(stream, truth, effort)
        for attribute, value in said.items():
            found = phrases[attribute]
            lines.append(_phrase(stream, found.get(value) or found["any"], words["model"], value))
    lines.append(stream.one(phrases["closing"]["any"]))
    joint = "\n" if stream.chance(0.3) else " "
    description = joint.join(line for line in lines if line)
    if stream.chance(LAWS.typo):
        description = _typo(stream, description)
    return Text(title, description, said)


def addition(stream: Stream, description: str) -> str:
    """Return the description after another edit that changes nothing of substance."""
    language = "no" if stream.chance(LAWS.norwegian) else "en"
    return f"{description} {stream.one(_phrases()[language]['edit']['any'])}"


def _statements(stream: Stream, truth: Mapping[str, str], effort: float) -> dict[str, str]:
    """Who puts effort in says more; now and then what is said is not so."""
    likely = LAWS.said * (0.75 + 0.5 * effort)
    said = {}
    for attribute, domain in DOMAINS.items():
        if attribute not in truth or not stream.chance(likely):
            continue
        value = truth[attribute]
        if stream.chance(LAWS.misstated):
            value = _another(stream, value, domain)
        said[attribute] = value
    return said


def _another(stream: Stream, value: str, domain: tuple[str, ...]) -> str:
    """A value that is not the truth; a battery is talked up."""
    if not domain:
        return str(min(100, int(value) + 2 + stream.below(9)))
    others = tuple(one for one in domain if one != value)
    return stream.one(others) if others else value


def _title(stream: Stream, kind: str, words: Mapping[str, str]) -> str:
    model = words["model"]
    if kind == "wanted":
        return stream.one((f"Ønskes kjøpt {model}", f"Kjøpe {model}", f"WTB {model}"))
    if kind == "junk":
        return stream.one((f"Deksel {model}", f"{model} billig", f"Tilbehør til {model}"))
    if kind == "bundle":
        return stream.one((f"{model} + AirPods + klokke", f"Pakke med {model}"))
    storage, colour = words["storage"], words["colour"]
    size = stream.one((f" {storage}GB", f" {storage} GB", f" {storage}gb", f", {storage} GB", ""))
    shown = stream.one((f" {colour}", f" - {colour}", "", ""))
    if stream.chance(0.08):
        model = stream.one((model.replace("iPhone", "Iphone"), model.lower(), model.upper()))
    return f"{model}{size}{shown}{stream.one(_ENDINGS)}"


def _phrase(stream: Stream, options: tuple[str, ...], model: str, value: str) -> str:
    return stream.one(options).replace("{model}", model).replace("{x}", value)


def _typo(stream: Stream, text: str) -> str:
    """Swap two letters inside a word."""
    at = [i for i in range(1, len(text) - 2) if text[i - 1 : i + 3].isalpha()]
    if not at:
        return text
    i = at[stream.below(len(at))]
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


@lru_cache(maxsize=1)
def _phrases() -> Mapping[str, Mapping[str, Mapping[str, tuple[str, ...]]]]:
    source = files(_PHRASES).joinpath("phrases.toml").read_text(encoding="utf-8")
    return {
        language: {
            attribute: {value: tuple(options) for value, options in found.items()}
            for attribute, found in attributes.items()
        }
        for language, attributes in tomllib.loads(source).items()
    }
