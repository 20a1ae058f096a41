"""Addresses of trades and of the queue of competing applications."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
