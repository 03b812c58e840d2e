"""Edits to TensorFlow Lite models of an old MediaPipe that its current Tasks need; the weights stay as they are.

`unit_range` says in the model's metadata that it takes pictures as numbers from 0 to 1: the Tasks do not guess that.
`refined_face` joins the seven outputs of the face mesh with attention into the one list of 478 points that the Tasks
expect: places of lips, eyes and irises from their own branches, depth from the mesh, of an iris the mean of its eye's.
https://arxiv.org/abs/2006.10962; which output is which point is the layout of MediaPipe's canonical face.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

# Points of the mesh that each branch places more exactly, in the order of its outputs.
LIPS = (
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409,
    78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415,
    76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408,
    62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292, 183, 42, 41, 38, 12, 268, 271, 272, 407,
)  # fmt: skip
LEFT_EYE = (
    33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173,
    130, 25, 110, 24, 23, 22, 26, 112, 243, 247, 30, 29, 27, 28, 56, 190,
    226, 31, 228, 229, 230, 231, 232, 233, 244, 113, 225, 224, 223, 222, 221, 189,
    35, 124, 46, 53, 52, 65, 143, 111, 117, 118, 119, 120, 121, 128, 245, 156, 70, 63, 105, 66, 107, 55, 193,
)  # fmt: skip
RIGHT_EYE = (
    263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398,
    359, 255, 339, 254, 253, 252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414,
    446, 261, 448, 449, 450, 451, 452, 453, 464, 342, 445, 444, 443, 442, 441, 413,
    265, 353, 276, 283, 282, 295, 372, 340, 346, 347, 348, 349, 350, 357, 465, 383, 300, 293, 334, 296, 336, 285, 417,
)  # fmt: skip
LEFT_IRIS, RIGHT_IRIS = tuple(range(468, 473)), tuple(range(473, 478))
EYES = (LEFT_EYE, RIGHT_EYE)
PLACED = (LIPS, LEFT_EYE, RIGHT_EYE, LEFT_IRIS, RIGHT_IRIS)  # in the order of the model's outputs
LID = 16  # the first points of an eye are its rim, over which an iris' depth is averaged
MESH, POINTS = 468, 478
METADATA = b"TFLITE_METADATA"


def edited(model: bytes, edit: str) -> bytes:
    """A model with one of the edits done to it; the same bytes every time."""
    return {"unit_range": _unit_range, "refined_face": _refined_face}[edit](model)


def _unit_range(model: bytes) -> bytes:
    from mediapipe.tasks.metadata import metadata_schema_py_generated as meta
    from mediapipe.tasks.metadata import schema_py_generated as tfl

    parsed = _parsed(model)
    scale = meta.NormalizationOptionsT(mean=[0.0], std=[255.0])
    units = [meta.ProcessUnitT(optionsType=meta.ProcessUnitOptions.NormalizationOptions, options=scale)]
    colours = meta.ImagePropertiesT(colorSpace=meta.ColorSpaceType.RGB)
    content = meta.ContentT(contentPropertiesType=meta.ContentProperties.ImageProperties, contentProperties=colours)
    limits = meta.StatsT(min=[0.0], max=[1.0])
    takes = [meta.TensorMetadataT(name="image", processUnits=units, content=content, stats=limits)]
    gives = [meta.TensorMetadataT(name=f"output {n}") for n in range(len(parsed.subgraphs[0].outputs))]
    graph = meta.SubGraphMetadataT(inputTensorMetadata=takes, outputTensorMetadata=gives)
    described = meta.ModelMetadataT(name="unit range", subgraphMetadata=[graph], minParserVersion="1.0.0")
    parsed.buffers.append(tfl.BufferT(data=np.frombuffer(_packed(described, b"M001"), np.uint8)))
    parsed.metadata = [*(parsed.metadata or []), tfl.MetadataT(name=METADATA, buffer=len(parsed.buffers) - 1)]
    return _packed(parsed, b"TFL3")


def _refined_face(model: bytes) -> bytes:
    from mediapipe.tasks.metadata import metadata_schema_py_generated as meta

    parsed = _parsed(model)
    graph = parsed.subgraphs[0]
    *branches, has_face = (int(n) for n in graph.outputs)
    depths = [_mean(parsed, _picked(parsed, branches[0], [3 * p + 2 for p in eye[:LID]])) for eye in EYES]
    sizes = [MESH * 3, *(2 * len(points) for points in PLACED), 1, 1]
    begins = np.cumsum([0, *sizes])
    everything = _joined(parsed, [*branches, *depths], int(begins[-1]))
    order = np.arange(POINTS * 3).reshape(POINTS, 3)
    for begin, points in zip(begins[1:], PLACED, strict=False):
        order[list(points), :2] = begin + np.arange(2 * len(points)).reshape(-1, 2)
    order[list(LEFT_IRIS), 2], order[list(RIGHT_IRIS), 2] = begins[6], begins[7]
    graph.outputs = np.array([_picked(parsed, everything, order.ravel()), has_face], np.int32)
    held = next(parsed.buffers[entry.buffer] for entry in parsed.metadata if entry.name == METADATA)
    described: Any = meta.ModelMetadataT.InitFromPackedBuf(bytes(held.data))
    told = described.subgraphMetadata[0]
    told.outputTensorMetadata = [told.outputTensorMetadata[0], told.outputTensorMetadata[-1]]
    held.data = np.frombuffer(_packed(described, b"M001"), np.uint8)
    return _packed(parsed, b"TFL3")


def _parsed(model: bytes) -> Any:
    from mediapipe.tasks.metadata import schema_py_generated as tfl

    return tfl.ModelT.InitFromPackedBuf(model)


def _packed(tree: Any, kind: bytes) -> bytes:
    import flatbuffers

    class Aligned(flatbuffers.Builder):
        """Weights begin at multiples of 16 bytes, so that they are used where they lie."""

        def StartVector(self, elemSize, numElems, alignment):  # noqa: N802, N803  # flatbuffers' own names
            return super().StartVector(elemSize, numElems, max(alignment, 16))

    builder = Aligned(1 << 16)
    builder.Finish(tree.Pack(builder), kind)
    return bytes(builder.Output())


def _picked(parsed: Any, source: int, which: Sequence[int] | np.ndarray) -> int:
    from mediapipe.tasks.metadata import schema_py_generated as tfl

    indices = _tensor(parsed, [len(which)], np.array(which, np.int32))
    options = tfl.GatherOptionsT(axis=3)
    return _step(parsed, "GATHER", [source, indices], len(which), "GatherOptions", options)


def _mean(parsed: Any, source: int) -> int:
    from mediapipe.tasks.metadata import schema_py_generated as tfl

    axis = _tensor(parsed, [1], np.array([3], np.int32))
    return _step(parsed, "MEAN", [source, axis], 1, "ReducerOptions", tfl.ReducerOptionsT(keepDims=True))


def _joined(parsed: Any, sources: list[int], size: int) -> int:
    from mediapipe.tasks.metadata import schema_py_generated as tfl

    return _step(parsed, "CONCATENATION", sources, size, "ConcatenationOptions", tfl.ConcatenationOptionsT(axis=3))


def _step(parsed: Any, name: str, takes: list[int], size: int, kind: str, options: Any) -> int:
    """Add an operation at the end of the graph; gives the tensor it fills, numbers in a row along the last axis."""
    from mediapipe.tasks.metadata import schema_py_generated as tfl

    what = getattr(tfl.BuiltinOperator, name)
    parsed.operatorCodes.append(tfl.OperatorCodeT(builtinCode=what, deprecatedBuiltinCode=what, version=1))
    gives = _tensor(parsed, [1, 1, 1, size])
    operation: Any = tfl.OperatorT(opcodeIndex=len(parsed.operatorCodes) - 1, builtinOptions=options)
    operation.inputs, operation.outputs = np.array(takes, np.int32), np.array([gives], np.int32)
    operation.builtinOptionsType = getattr(tfl.BuiltinOptions, kind)
    parsed.subgraphs[0].operators.append(operation)
    return gives


def _tensor(parsed: Any, shape: list[int], values: np.ndarray | None = None) -> int:
    from mediapipe.tasks.metadata import schema_py_generated as tfl

    tensor = tfl.TensorT(shape=np.array(shape, np.int32), buffer=0, name=f"added {len(parsed.subgraphs[0].tensors)}")
    tensor.type = tfl.TensorType.FLOAT32 if values is None else tfl.TensorType.INT32
    if values is not None:
        parsed.buffers.append(tfl.BufferT(data=np.frombuffer(values.tobytes(), np.uint8)))
        tensor.buffer = len(parsed.buffers) - 1
    parsed.subgraphs[0].tensors.append(tensor)
    return len(parsed.subgraphs[0].tensors) - 1
