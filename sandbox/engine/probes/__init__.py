"""Our small programs, for places where the machine's own cannot run: built from source when the slots are set up."""
