"""Tests of the playground: its session, its transports, its page."""
