"""Each layer of the sandbox proven alone: one named setting is switched off, and an attack that it held gets through.

    mutation   what a mutation is: the setting, how it is switched off, the attack, who refuses to serve
    table      all of them, as one list
    serving    a supervisor of one's own, in a network of its own, with or without switches
    serve      that supervisor's process; `launch` is its slots' last step outside
    switches   what is switched off inside the supervisor, by name
    worker     what is switched off on the worker's side, in this process
    attacks    builds and apps that try to get through; `escaped` is root in the engine itself
    trying     a mutation tried: attack with it on, with it off, and who refuses

`python -m tests.mutations` prints the table. Every payload is bounded, so that what gets through does no harm.
"""
