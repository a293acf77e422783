"""GET /metrics: what the bot counts, in Prometheus' text format."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import Metric

Gauge = Callable[[], float | Mapping[str, float]]
"""A number, or one for each state."""

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0)  # seconds; 3 is Slack's limit


@dataclass
class Figures:
    """Plain numbers on the way of a request; they become metrics when somebody asks.

    `gauges` are read at that moment, by their names, after `look` had a look at what they tell.
    """

    requests: Counter[str] = field(default_factory=Counter)  # by outcome
    within: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    seconds: float = 0.0
    gauges: Mapping[str, tuple[str, Gauge]] = field(default_factory=dict)
    look: Callable[[], Awaitable[None]] | None = None

    def count(self, outcome: str, seconds: float) -> None:
        self.requests[outcome] += 1
        self.within[bisect_left(BUCKETS, seconds)] += 1
        self.seconds += seconds


def render(figures: Figures) -> tuple[bytes, str]:
    """The text and its content type."""
    # imported here: it costs a tenth of a second of every start, and not everybody asks
    from prometheus_client import (  # noqa: PLC0415
        CONTENT_TYPE_LATEST,
        CollectorRegistry,
        PlatformCollector,
        ProcessCollector,
        generate_latest,
    )

    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    registry.register(_Collector(figures))
    return generate_latest(registry), CONTENT_TYPE_LATEST


class _Collector:
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        from prometheus_client.metrics_core import (  # noqa: PLC0415
            CounterMetricFamily,
            HistogramMetricFamily,
        )

        requests = CounterMetricFamily("slam_requests", "Requests at the front door.", labels=["outcome"])
        for outcome, count in sorted(self._figures.requests.items()):
            requests.add_metric([outcome], count)
        yield requests
        bounds = [*map(str, BUCKETS), "+Inf"]
        counts = accumulate(self._figures.within)
        yield HistogramMetricFamily(
            "slam_request_seconds",
            "How long a request took.",
            buckets=list(zip(bounds, counts, strict=True)),
            sum_value=self._figures.seconds,
        )
        for name, (meaning, read) in self._figures.gauges.items():
            yield _gauge(name, meaning, read())


def _gauge(name: str, meaning: str, value: float | Mapping[str, float]) -> Metric:
    from prometheus_client.metrics_core import GaugeMetricFamily  # noqa: PLC0415

    if not isinstance(value, Mapping):
        return GaugeMetricFamily(name, meaning, value=value)
    family = GaugeMetricFamily(name, meaning, labels=["state"])
    for state, count in value.items():
        family.add_metric([state], count)
    return family
