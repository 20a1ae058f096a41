"""Addresses of vouchers and of what the public asks about one."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
