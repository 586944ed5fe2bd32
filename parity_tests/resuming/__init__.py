"""Trainings that are killed and started again: do they end as if nothing had happened?

    python -m parity_tests.resuming                 every set-up, killed before every step (minutes)
    python -m parity_tests.resuming --keras         the same set-ups in Keras, killed in one place
    python -m parity_tests.resuming --page          the table in examples/pages/reliability.md

A set-up ends well when weights, optimizer, history and what callbacks have written have the
SHA-256 of a training that was never stopped.
"""
