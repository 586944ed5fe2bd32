"""Trainings that are killed and started again: do they end as if nothing had happened?

    parity resume                     every set-up, killed before every step (half an hour)
    parity resume adam freq3          some of them
    parity resume --processes         each killed once, by SIGKILL
    parity resume --write             the table in examples/pages/reliability.md, with Keras

`python -m parity_tests.commands.resuming` does the same without TensorFlow.

A set-up ends well when weights, optimizer, history and what callbacks have written have the
SHA-256 of a training that was never stopped.
"""
