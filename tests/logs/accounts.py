"""Logs that are drawn here and not by the simulator."""

from __future__ import annotations

import numpy as np
import pandas as pd

START = pd.Timestamp("2024-01-01", tz="UTC")


def stamps(days: object) -> list[str]:
    """Days as ISO times; nan as nothing."""
    return [
        "" if np.isnan(day) else (START + pd.Timedelta(days=float(day))).isoformat()
        for day in np.asarray(days, dtype=float)
    ]


def made(n: int = 4000, seed: int = 3, days: float = 200.0) -> pd.DataFrame:
    """Accounts of many operators by a renewal process, drawn here and not by the simulator.

    Lives are exponential with mean 25 days; seven of ten come back after lognormal gaps with a
    median of 2 days; a flag is acted on after an exponential time of half a day.
    """
    draw = np.random.default_rng(seed)
    rows = []
    count = 0
    for _ in range(n):
        at, before, life, followers = 0.0, "", 1, float(np.exp(draw.normal(6, 1)))
        while at < days:
            name = f"id{count}"
            count += 1
            flagged = at + draw.exponential(25)
            suspended = flagged + draw.exponential(0.5)
            rows.append(
                {
                    "account_id": name,
                    "linked_to": before,
                    "created": at,
                    "flagged": flagged if flagged < days else np.nan,
                    "suspended": suspended if suspended < days else np.nan,
                    "followers": round(followers) if suspended < days else np.nan,
                    "life": life,
                    "channel": ("reports", "classifier")[int(draw.random() < 0.3)],
                }
            )
            if draw.random() > 0.7:
                break
            at = suspended + float(np.exp(draw.normal(np.log(2), 1.0)))
            before, life = name, life + 1
            followers *= 0.5
    return pd.DataFrame(rows)


def as_log(frame: pd.DataFrame) -> pd.DataFrame:
    """The accounts as columns of a log."""
    gone = frame["suspended"].notna()
    return pd.DataFrame(
        {
            "account_id": frame["account_id"],
            "created_at": stamps(frame["created"]),
            "suspended_at": stamps(frame["suspended"]),
            "linked_to": frame["linked_to"],
            "flagged_at": stamps(frame["flagged"]),
            "followers_at_suspension": frame["followers"]
            .astype("Int64")
            .astype(str)
            .where(gone, ""),
            "channel": frame["channel"].where(gone, ""),
        }
    )
