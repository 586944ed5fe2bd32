"""`parity certify`: the night on whatever Keras is here, and a dated report of what it found."""
