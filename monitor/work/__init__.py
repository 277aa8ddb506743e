"""Who runs the jobs: this process, for as long as it is asked to, or one pass."""
