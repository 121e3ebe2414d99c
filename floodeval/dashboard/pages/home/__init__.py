"""The home page: is B better than A here, by how much, where, and at what cost?"""
