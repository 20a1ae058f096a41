"""The papers of the desk: a module lays one out, a ``.typ`` file beside it sets it."""
