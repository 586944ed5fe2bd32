"""What a person runs and reads.

python -m examples.fashion_mnist    the lecture's listing, in either library
python -m examples.compare          both libraries from one seed, in twenty lines
python -m examples.seeds            how much the seed alone moves the test accuracy
parity playground                   a small network in the browser (see `examples.playground`)
"""
