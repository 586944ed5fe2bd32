"""Tests of whole programs: fits, logs, threads, scripts, files of code."""
