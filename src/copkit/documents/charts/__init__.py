"""Pictures of figures: what each shows and says, and where everything in it lies.

Each chart has a ``title``, and ``words`` that tell what it shows to those who cannot see it.
Templates draw it and compute nothing: every place and length is worked out here.
"""
