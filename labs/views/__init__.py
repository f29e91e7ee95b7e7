"""The pages of labs: the catalogue and its editor, a submission and its live events, an instructor's list."""
