"""copkit keeps the records of communities of practice and turns them into what people read."""

__version__ = "0.2.0"
