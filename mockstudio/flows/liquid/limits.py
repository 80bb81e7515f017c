"""How much a template may do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LiquidLimits:
    """The limits of one rendering; going past any of them is a template fault (81018).

    Attributes:
        iterations: rounds of one loop; the next one is the fault (reference 5.1).
        rendered_bytes: UTF-8 bytes of the rendered text (reference 5.1).
        total_iterations: rounds of all loops of one rendering together. Not Twilio's: it keeps
            nested loops from multiplying without end.
        value_size: characters, items and digits of one value on its way through filters. Not
            Twilio's: it keeps a value from being doubled until memory ends.
        remembered_templates: compiled templates kept for the next time they are asked for.
    """

    iterations: int = 15
    rendered_bytes: int = 16_384
    total_iterations: int = 3_375
    value_size: int = 1_048_576
    remembered_templates: int = 4_096
