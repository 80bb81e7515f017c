"""How the parts of a picture look, in light and dark.

The rules apply below `.flow-picture` only: in an HTML page they would reach everything else. There
are no custom properties, which converters of SVG do not know.
"""

from __future__ import annotations

from typing import Final

STYLE: Final = """
.flow-picture { font-family: system-ui, sans-serif }
.flow-picture .paper { fill: #ffffff }
.flow-picture .box { fill: #f6f8fa; stroke: #57606a; stroke-width: 1.5 }
.flow-picture text { fill: #1f2328; font-size: 11px }
.flow-picture .name { font-size: 15px; font-weight: 600 }
.flow-picture .type { fill: #57606a; font-size: 12px }
.flow-picture .count { font-size: 13px; text-anchor: end }
.flow-picture .legend { font-size: 15px }
.flow-picture .centred { text-anchor: middle }
.flow-picture .line { fill: none; stroke: #57606a; stroke-width: 2 }
.flow-picture .grip { fill: none; stroke: #000000; stroke-opacity: 0; stroke-width: 12 }
.flow-picture .tip { fill: #57606a }
.flow-picture .leader { fill: none; stroke: #8c959f; stroke-width: 1 }
.flow-picture circle { fill: #57606a; stroke: #57606a; stroke-width: 1.5 }
.flow-picture .open circle { fill: #ffffff; stroke: #8c959f }
.flow-picture .open text { fill: #57606a }
.flow-picture .ran .line { stroke: #1a7f37; stroke-width: 3 }
.flow-picture .ran .tip { fill: #1a7f37 }
.flow-picture .ran .box { stroke: #1a7f37; stroke-width: 2.5 }
.flow-picture .missed .line { stroke: #cf222e; stroke-dasharray: 7 5 }
.flow-picture .missed .tip { fill: #cf222e }
.flow-picture .missed .box { stroke: #cf222e; stroke-dasharray: 7 5 }
.flow-picture .missed .count { fill: #cf222e }
@media (prefers-color-scheme: dark) {
.flow-picture .paper { fill: #0d1117 }
.flow-picture .box { fill: #1c2128; stroke: #8b949e }
.flow-picture text { fill: #e6edf3 }
.flow-picture .type, .flow-picture .open text { fill: #9da7b1 }
.flow-picture .line { stroke: #8b949e }
.flow-picture .tip, .flow-picture circle { fill: #8b949e }
.flow-picture circle { stroke: #8b949e }
.flow-picture .open circle { fill: #0d1117 }
.flow-picture .ran .line, .flow-picture .ran .box { stroke: #3fb950 }
.flow-picture .ran .tip { fill: #3fb950 }
.flow-picture .missed .line, .flow-picture .missed .box { stroke: #ff7b72 }
.flow-picture .missed .tip, .flow-picture .missed .count { fill: #ff7b72 }
}
"""
