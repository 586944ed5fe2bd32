"""The catalogue: what students' code usually gets wrong, as formulas that compute the wrong answer.

    dense         y = f(x W + b) and its gradients
    activations   f and f'
    dropout       the mask and its scale
    losses        L and dL/dp
    optimizers    from gradients to weights

Every entry names the mistake, shows the correct equation beside the wrong one, says in plain words
why, and computes what somebody who makes it gets.
"""

from scratch.testing.mistakes import activations, dense, dropout, losses, optimizers

__all__ = ["activations", "dense", "dropout", "losses", "optimizers"]
