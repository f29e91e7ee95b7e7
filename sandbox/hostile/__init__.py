"""Attacks on the sandbox, as an operator runs them on their own machine: a folder a case, below `tests/hostile/`.

    cases    expect.toml → Case; strict
    payload  a case's files, small ones as they are, large ones made by a generator
    canary   secrets that must not be found, listeners that must not be reached, settings that must not change
    kinds    a case → Evidence: what the learner would see, and every text that would be stored
    layers   the defences by name, and the sign by which each is recognised
    oracles  Evidence → complaints; written once, for every case
    arena    slots before and after, and a neighbour's normal work beside
    runner   all cases in order, with progress; results as a table and as JSON

What needs a database, a grade or a page is in `labs.hostile`.
"""
