"""Liquid as Studio renders it (reference 5), on python-liquid."""

from mockstudio.flows.liquid.faults import TemplateFault
from mockstudio.flows.liquid.limits import LiquidLimits
from mockstudio.flows.liquid.template import Rendered, StudioLiquid, Template

__all__ = ["LiquidLimits", "Rendered", "StudioLiquid", "Template", "TemplateFault"]
