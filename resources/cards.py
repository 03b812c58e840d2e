"""The graphics cards as the driver sees them: memory, load and temperature, without PyTorch and without a context."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Card:
    """One graphics card, now. What a card does not tell is None."""

    name: str
    used_bytes: int
    total_bytes: int
    temperature_c: int | None
    busy: float | None  # share of the last moment in which it computed
    power_w: float | None

    @property
    def used(self) -> float:
        return self.used_bytes / self.total_bytes


def cards() -> list[Card]:
    """Every card of this machine; none where there is no driver. Raises NVMLError for a driver that does not answer."""
    if not Path("/dev/nvidiactl").exists():
        return []
    import pynvml

    pynvml.nvmlInit()
    try:
        return [_card(pynvml, pynvml.nvmlDeviceGetHandleByIndex(n)) for n in range(int(pynvml.nvmlDeviceGetCount()))]
    finally:
        pynvml.nvmlShutdown()


def _card(nvml: Any, handle: Any) -> Card:
    def asked(question: str, *about: Any) -> Any:
        with suppress(nvml.NVMLError):  # many cards do not tell everything
            return getattr(nvml, question)(handle, *about)
        return None

    memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    use, power_mw = asked("nvmlDeviceGetUtilizationRates"), asked("nvmlDeviceGetPowerUsage")
    return Card(
        name=str(nvml.nvmlDeviceGetName(handle)),
        used_bytes=int(memory.used),
        total_bytes=int(memory.total),
        temperature_c=asked("nvmlDeviceGetTemperature", nvml.NVML_TEMPERATURE_GPU),
        busy=use.gpu / 100 if use else None,
        power_w=power_mw / 1000 if power_mw is not None else None,
    )
