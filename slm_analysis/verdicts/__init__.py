"""The report's statements as formulas over its own figures, each decided with a certificate."""

from slm_analysis.verdicts.judging import judge_all
from slm_analysis.verdicts.passages import compare_passages
from slm_analysis.verdicts.register import Claim, ClaimError, read_claims

__all__ = ["Claim", "ClaimError", "compare_passages", "judge_all", "read_claims"]
