"""
The demo city: invented polluters and two years of claims, made through the services.

It stands beside the floors, not in them: like a person, it only calls their public face.
"""
