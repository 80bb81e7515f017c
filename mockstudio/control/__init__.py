"""The control API under `/_mockstudio/`: looks into a running sandbox and changes it."""

from mockstudio.control.views import create_blueprint

__all__ = ["create_blueprint"]
