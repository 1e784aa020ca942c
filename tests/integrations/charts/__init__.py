"""Tests of integrations.charts."""
