"""Small programs of ours that run where nothing of the machine's can: built from source when the slots are set up."""
