"""A kill and a failure at every call that changes a file, of every writer.

inject.c     lets the n-th such call of a process go wrong
writers      what is written, and how to see whether it is whole
campaign     every point of every writer, in processes of their own
command      `parity kills`
"""
