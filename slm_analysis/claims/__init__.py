"""The report's statements against its own figures, each with a verdict that is computed."""

from slm_analysis.claims.judging import judge_all
from slm_analysis.claims.register import Claim, ClaimError, read_claims

__all__ = ["Claim", "ClaimError", "judge_all", "read_claims"]
