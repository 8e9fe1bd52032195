"""How tables lie in the memory of the compiled program, for a page: in JSON, made from the same
Python tables as the program's own header, so that no number is written down twice.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from afterban import randomness
from afterban.core import kernels
from afterban.engines.compiled import layout, packing
from afterban.engines.records import ACCOUNT, CASE
from afterban.experiment.ranges import AFTER_A_FLAG
from afterban.mechanisms import census, detection, distributions, handles
from afterban.metrics import METRICS

# Tables that the program is handed under other names than parameters have.
_SOURCES: Final = {
    "kept": "platform_kept",
    "actions": "time_to_action",
    "burst_factors": "burst_factor",
}
_CENSUS: Final = (
    "LIVE",
    "ATTACHED_INSIDERS",
    "ATTACHED_OUTSIDERS",
    "INSIDER_IMPRESSIONS",
    "OUTSIDER_IMPRESSIONS",
    "POSTS",
    "REBUILD_POSTS",
    "CREATED",
    "SUSPENDED",
    "UNDER_REVIEW",
    "ALL_OUTSIDER_IMPRESSIONS",
    "COLUMNS",
)
_DRAWS: Final = (
    "PROMOTE",
    "RETURN",
)
_LAWS: Final = ("CONSTANT", "EXPONENTIAL", "LOGNORMAL", "UNIFORM", "WEIBULL", "PARETO")


def layout_data() -> dict[str, Any]:
    """The layout of tables, for JSON (``Layout`` in ``src/engine``)."""
    records = {
        "settings": packing.SETTINGS,
        "tier": packing.TIER,
        "account": ACCOUNT,
        "case": CASE,
        "open_case": layout.OPEN_CASE,
    }

    def kind_of(given: Any) -> str:
        if isinstance(given, str):
            return "open_case"
        found = [name for name, dtype in records.items() if dtype is given]
        return found[0] if found else np.dtype(given).str[1:]

    return {
        "number": str(layout.digest()),
        "given": [[name, kind_of(kind), _SOURCES.get(name, name)] for name, kind in layout.GIVEN],
        "told": [[name, kind_of(kind)] for name, kind, *_ in layout.TOLD],
        "records": {name: _record(dtype) for name, dtype in records.items()},
        "sizes": list(layout.SIZES),
        "kernels": {
            name: {
                "number": str(kernels.digest(name)),
                "given": [list(column) for column in kernel.given],
                "told": [list(column) for column in kernel.told],
            }
            for name, kernel in kernels.KERNELS.items()
        },
        "census": {name: getattr(census, name) for name in _CENSUS},
        "channels": list(detection.CHANNELS),
        "after_a_flag": sorted(AFTER_A_FLAG),
        "metrics": {
            name: {
                "label": metric.label,
                "unit": metric.unit,
                "form": metric.form,
                "meaning": metric.meaning,
                "better": metric.better,
            }
            for name, metric in METRICS.items()
        },
        "draws": {name: getattr(randomness, name) for name in _DRAWS},
        "laws": {name: getattr(distributions, name) for name in _LAWS},
        "constants": {
            "handle_row": handles.ROW,
            "handle_length": handles.LONGEST,
            "reported": detection.REPORTED,
            "handle_matched": detection.HANDLE_MATCHED,
            "threatened": detection.THREATENED,
            "caught_at_signup": detection.CAUGHT_AT_SIGNUP,
            "struck": detection.STRUCK,
        },
    }


def _record(dtype: np.dtype[Any]) -> dict[str, Any]:
    fields = []
    for name in dtype.names or ():
        assert dtype.fields is not None
        of, at = dtype.fields[name][:2]
        base, shape = of.subdtype or (of, ())
        fields.append([name, base.str[1:], at, int(np.prod(shape))])
    return {"size": dtype.itemsize, "fields": fields}
