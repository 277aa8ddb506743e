"""One source's way through the house: look, write down what is new, read it, file it."""

from monitor.pipeline.check import check, check_source, claim
from monitor.pipeline.kit import Kit, Report

__all__ = ["Kit", "Report", "check", "check_source", "claim"]
