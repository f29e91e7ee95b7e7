"""A learner's compose.yaml: read by a safe loader, held against an allow-list, written again by us, then run.

    text → loading (nodes with lines) → project (the model) → emission (our file) → client (Compose itself)

What is not on the list does not exist in the model, so that nothing else can reach Compose or the engine.
"""
