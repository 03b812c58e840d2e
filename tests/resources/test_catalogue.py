"""The catalogue as it is: where each model comes from, under what terms, and that nothing unsafe is to be pulled."""

import importlib.util
import re
from pathlib import PurePosixPath

import pytest

from resources import models
from resources.models import catalogue

MODELS = list(catalogue().values())
ROLES = sorted({model.role for model in MODELS})
PICKLED = (".pt", ".pth", ".bin", ".ckpt", ".pkl", ".model", ".tar")
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)

# Table 1a of the mission: what the predecessor's documents name, under the name it has here.
SEED = {
    "yolov8x": "object_detection",
    "yolov8s": "product_detection",
    "easyocr": "text_overlay",
    "segformer_b0": "background_segmentation",
    "clip_vit_l14": "content_quality, composition_analysis",
    "face_landmarker": "eye_tracking: MediaPipe's iris points",
    "insightface_genderage": "age_estimation",
    "whisper_large_v3": "speech_transcription",
    "wav2vec2_superb_er": "speech_emotion",
    "qwen2_vl_7b": "qwen2_vl_temporal",
    "qwen2_vl_7b_awq": "qwen2_vl_optimized",
    "yolov8x_pose": "body_pose",
    "video_llava_7b": "video_llava",
    "blip2_opt_2_7b": "blip2",
    "tarsier_7b": "tarsier_video_description",
    "auroracap_7b": "auroracap",
    "llava_next_video_7b": "llava_next_video",
}

# Roles that nobody plays under a licence which allows everything.
NONE_PERMISSIVE = {
    "describe_auroracap": "its language model is Vicuna, under Llama's own licence",
    "describe_blip2": "its language model is OPT, for research only",
    "describe_llava_next_video": "its language model is Vicuna, under Llama's own licence",
    "describe_tarsier": "its language model is Vicuna, under Llama's own licence",
    "describe_video_llava": "its authors offer it for non-commercial use",
    "font": "no one but the model's users says that its licence is MIT",
    "gesture": "a detector of gestures under other terms; the bundle of `hands` names them",
    "gaze": "both were trained on research data; the iris points of `face_landmarks` say where eyes look",
}

# Files that no address has: put together from official parts, brought with --from.
BROUGHT = {"hand_landmarker_lite", "gesture_recognizer_lite", "pose_landmarker_lite"}


@every_model
def test_it_says_where_it_comes_from_and_under_what_licence(model):
    assert model.licence
    assert model.revision
    assert model.source.startswith("https://")


@every_model
def test_its_terms_are_those_of_its_licence(model):
    if re.search(r"AGPL|(?<!L)GPL", model.licence):
        assert model.terms == "copyleft"
    if re.search(r"-NC\b|non-commercial", model.licence, re.IGNORECASE) and model.terms != "unclear":
        assert model.terms == "non_commercial"
    if re.search(r"not (read|stated|verified|mentioned)|own; behind a gate", model.licence):
        assert model.terms == "unclear"
    if model.terms == "permissive":
        assert re.search(r"MIT|Apache|BSD|CC-BY-4\.0|free use|the (post|endpoint)'s", model.licence)


@every_model
def test_what_is_on_the_hub_is_pinned_to_a_commit_or_follows_the_main_branch(model):
    if model.repository:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", model.repository)
        assert re.fullmatch(r"[0-9a-f]{40}|main", model.revision)


@every_model
def test_each_of_its_files_can_be_had(model):
    for file in model.files:
        address = model.url(file)
        if file.wheel or model.name in BROUGHT:
            assert address is None
        else:
            assert address.startswith("https://")


@every_model
def test_its_files_stay_in_its_folder_and_do_not_cover_one_another(model):
    names = [file.name for file in model.files]
    assert len(set(names)) == len(names)
    for name in names:
        path = PurePosixPath(name)
        assert not path.is_absolute()
        assert ".." not in path.parts
        assert str(path) == name
        assert "\\" not in name


@every_model
def test_its_sums_are_sums(model):
    for file in model.files:
        assert file.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", file.sha256)
        assert file.size_bytes is None or file.size_bytes > 0


@every_model
def test_a_pickle_whose_sum_nobody_published_is_taken_by_name_alone(model):
    if model.family:
        has_sums = all(file.sha256 for file in model.files if file.name.endswith(PICKLED))
        assert model.is_vouched_for == has_sums
        assert models._of_profile([model], "auto") == ([model] if has_sums else [])


@every_model
def test_it_is_run_by_a_module_that_exists(model):
    if model.family:
        assert importlib.util.find_spec(model.loader)


@every_model
def test_it_has_weights_unless_it_needs_none(model):
    assert model.files or model.ships_in or model.needs or model.fonts or model.setting


def test_no_two_files_of_one_sum_differ_in_size():
    sizes = {}
    for file in (file for model in MODELS for file in model.files if file.sha256 and file.size_bytes):
        assert sizes.setdefault(file.sha256, file.size_bytes) == file.size_bytes


@pytest.mark.parametrize("name", SEED)
def test_what_the_predecessor_used_is_still_to_be_had(name):
    assert "seed" in catalogue()[name].profiles


@pytest.mark.parametrize("role", ROLES)
def test_one_model_at_most_is_the_best_for_a_role(role):
    assert sum("best" in model.profiles for model in MODELS if model.role == role) <= 1


@pytest.mark.parametrize("role", ROLES)
def test_a_role_has_somebody_who_may_be_used_as_one_likes(role):
    has_one = any(model.terms == "permissive" for model in MODELS if model.role == role)
    assert has_one != (role in NONE_PERMISSIVE)


@pytest.mark.parametrize("role", ROLES)
def test_makeshifts_come_last(role):
    order = [model.is_fallback for model in MODELS if model.role == role and model.family]
    assert order == sorted(order)


def test_what_was_brought_for_trials_is_in_the_catalogue(shared):
    known = {(file.name, file.sha256) for model in MODELS for file in model.files}
    for line in (shared / "media" / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines():
        path, _, _, _, sha256, *_ = line.split("\t")
        if path.startswith("models/") and not path.endswith(".txt"):
            assert (path.removeprefix("models/"), sha256) in known
