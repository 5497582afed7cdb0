"""Reports: one self-contained HTML page of a run, with charts of our own and no use of the network."""
