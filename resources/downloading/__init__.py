"""Everything that brings a video in from the web: the only code beside `pulling` that opens the network."""
