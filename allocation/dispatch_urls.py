"""Addresses of the quarterly dispatch."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
