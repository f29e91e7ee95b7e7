"""Parameters and shuffling. A seed names both: the variant is `seed % variant_count`, all of it gives the order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from lessons.quiz.questions import Choice, Params, Question, Trial

RIGHT = "right"  # the one parameter that is never shown: the values of the choices that are right in this variant


def variant_of(question: Question, seed: int) -> int:
    return seed % question.variant_count


def vary(question: Question, variant: int) -> Question:
    """The question with `{name}` replaced by its parameters; every other brace stays as it is.

    Choices become right as the variant's `right` says (values, separated by spaces). In a predict question the choice
    that says what was measured for this variant becomes the right one.
    """
    params = question.variants[variant] if question.variants else {}
    choices = tuple(_choice(choice, params) for choice in question.choices)
    if RIGHT in params:
        choices = tuple(_decided(choice, params[RIGHT].split()) for choice in choices)
    if question.measured:
        happened = question.measured[variant]
        choices = tuple(replace(choice, right=choice.value == happened) for choice in choices)
    return replace(
        question,
        text=fill(question.text, params),
        choices=choices,
        near=tuple(_choice(choice, params) for choice in question.near),
        accept=tuple(fill(text, params) for text in question.accept),
        why=fill(question.why, params),
        otherwise=fill(question.otherwise, params),
        trial=_trial(question.trial, params),
    )


def shown_order(question: Question, seed: int) -> tuple[int, ...]:
    """Indices of the choices in the order in which they are shown.

    Lines of code keep their order, and so do a learner's own steps. An ordering never begins solved.
    """
    indices = list(range(len(question.choices)))
    if question.type in {"hotspot", "own"}:
        return tuple(indices)
    rng = random.Random(f"{question.id}:{seed}")  # noqa: S311  # a fair order, not a secret
    shuffled = indices[:]
    rng.shuffle(shuffled)
    if question.type == "ordering" and shuffled == indices:
        shuffled = shuffled[1:] + shuffled[:1]
    return tuple(shuffled)


def first_seed(question: Question, group: int) -> int:
    """Where a reader begins. Few groups, so that pages can be cached by group."""
    return question.variant_count * group + group % question.variant_count


def next_seed(question: Question, seeds: Sequence[int]) -> int:
    """After these seeds, oldest first: the variant that was seen least, the one seen longest ago first."""
    seen = [variant_of(question, seed) for seed in seeds]
    last = {variant: at for at, variant in enumerate(seen)}
    variant = min(range(question.variant_count), key=lambda one: (seen.count(one), last.get(one, -1)))
    beyond = max(seeds, default=-1) // question.variant_count + 1  # never the same seed again
    return variant + question.variant_count * beyond


def fill(text: str, params: Params) -> str:
    for name, value in params.items():
        text = text.replace("{" + name + "}", value)
    return text


def _choice(choice: Choice, params: Params) -> Choice:
    return replace(
        choice,
        text=fill(choice.text, params),
        why=fill(choice.why, params),
        why_right=fill(choice.why_right, params),
        match=fill(choice.match, params),
        value=fill(choice.value, params),
    )


def _decided(choice: Choice, right: Sequence[str]) -> Choice:
    """A choice whose variant says whether it is right, with the reason that holds then."""
    is_right = choice.value in right
    return replace(choice, right=is_right, why=choice.why_right if is_right and choice.why_right else choice.why)


def _trial(trial: Trial | None, params: Params) -> Trial | None:
    if trial is None:
        return None
    return Trial(
        {name: fill(text, params) for name, text in trial.files.items()},
        fill(trial.measure, params),
        {key: fill(text, params) for key, text in trial.edit.items()},
    )
