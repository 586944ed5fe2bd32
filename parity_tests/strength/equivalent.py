"""Mutants that compute the same as the original, or differ where no caller can see it, and why.

Each row names the module, the changed line as it was and as it became.
"""

from parity_tests.strength.mutants import Mutant

ROWS: dict[tuple[str, str, str], str] = {}  # fmt: skip


def why_equivalent(mutant: Mutant) -> str:
    """Why a mutant cannot be killed; empty for all others."""
    before, after = (" ".join(line.split()) for line in (mutant.before, mutant.after))
    return ROWS.get((mutant.module, before, after), "")
