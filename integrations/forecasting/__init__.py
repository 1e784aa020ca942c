"""Forecasts made with statsmodels. Nothing of it is imported here: it is in a process of its own, and only while one is made."""

from integrations.forecasting.forecaster import ApartForecaster

__all__ = ["ApartForecaster"]
