"""What pages are made of, between the rows and the templates."""
