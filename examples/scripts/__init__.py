"""Six scripts in the style of keras.io's examples: one source, either library.

    python -m examples.scripts.wide_and_deep                        trains in scratch
    python -m examples.scripts.wide_and_deep --engine tensorflow    trains in tf.keras

Each has a `main(keras)` that is handed the library; what it prints and returns is the same from
both, which `parity_tests/suite/whole/test_scripts.py` checks.
"""
