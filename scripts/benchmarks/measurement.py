"""What a benchmark reports: one list of numbers, each with the limit it must meet."""

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """`ratio <= limit` always means met. A ratio of None: nothing to compare with, or not measured."""
    name: str
    unit: str
    value: float | None
    ratio: float | None = None
    limit: float | None = None
    spread: float | None = None  # p90 over median, minus one; None where one run is all there is
    reason: str = ''             # why there is no number

    @property
    def measured(self):
        return self.value is not None

    @property
    def met(self):
        return self.measured and (self.limit is None or self.ratio <= self.limit)

    def as_json(self):
        entry = {key: getattr(self, key) for key in ('name', 'value', 'ratio', 'limit', 'unit', 'spread')}
        if not self.measured:
            entry['not_measured'] = self.reason
        return entry

    def as_text(self):
        if not self.measured:
            return f'{self.name:40} not measured: {self.reason}'
        text = f'{self.name:40} {self.value:10.2f} {self.unit:22}'
        if self.spread is not None:
            text += f' p90 +{self.spread * 100:4.1f} %'
        if self.limit is not None:
            text += f'  {self.ratio:.3f} of {self.limit:g}: {"met" if self.met else "MISSED"}'
        return text


def spread_of(samples):
    """How far the 90th percentile lies above the median, as a share of it."""
    ordered = sorted(samples)
    p90 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.9))]
    return p90 / statistics.median(ordered) - 1
