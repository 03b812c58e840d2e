"""How many processor threads a step's libraries may use: set on purpose, once, when the step begins.

Left alone, PyTorch, OpenCV, OpenBLAS and onnxruntime each take every core, in every step that runs at
the same time: eight steps on eight cores fight with 64 threads.
"""

import os
import sys

from analyzers.contract import Stage

STEPS_AT_ONCE = "TIKTOK_STEPS_AT_ONCE"  # set in the template that steps are forked from

# What part of the cores a step of a stage gets where steps run side by side: one heavy model at a time and
# what prepares its pictures get half, a lighter one a quarter; plain computation runs on many videos at once.
SHARES: dict[Stage, float] = {"gpu_heavy": 0.5, "gpu_medium": 0.25, "gpu_light": 0.25, "cpu": 0.0, "net": 0.0}


def threads_for(stage: Stage) -> int:
    """Threads for a step of this stage: all cores where it runs alone, its share where others run beside it."""
    cores = len(os.sched_getaffinity(0))
    at_once = int(os.environ.get(STEPS_AT_ONCE, "1"))
    return cores if at_once <= 1 else max(1, int(cores * SHARES[stage]), cores // at_once)


def set_threads(count: int) -> None:
    """Hold the libraries of this process to so many threads, whether they are loaded by now or not."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
        os.environ[name] = str(count)
    # Waiting threads sleep. Spinning, they starve those they wait for as soon as two steps share a core:
    # 30 to 55 s against 7 to 8 s for a minute of Whisper tiny on a busy machine of two cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(count)
    if cv2 := sys.modules.get("cv2"):
        cv2.setNumThreads(count)
