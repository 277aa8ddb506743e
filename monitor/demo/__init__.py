"""``monitor demo``: the service at work on the sample sites, with real servers all around."""
