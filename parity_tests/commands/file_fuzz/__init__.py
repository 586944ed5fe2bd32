"""Files of models, changed at random: every one loads, or is refused with one clear error.

mutations    how bytes, archives, HDF5 files, configs and headers are changed
trial        one file: made, loaded in a process of its own, judged
command      `parity files`
"""
