"""Rows and facts → what templates show: words, signs and tones, without a query and without a request."""
