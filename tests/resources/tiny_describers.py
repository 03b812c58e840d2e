"""Small describers of the true formats: the files that their authors' repositories hold, of little size."""

import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

# What a question of one user with pictures comes to in the templates of the authors' repositories.
CHATML = (
    "{% for message in messages %}{% if loop.first and message['role'] != 'system' and SYSTEM %}<|im_start|>system\n"
    "You are a helpful assistant.<|im_end|>\n{% endif %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}<|im_end|>\n{% else %}"
    "{% for content in message['content'] %}"
    "{% if content['type'] == 'image' or 'image' in content or 'image_url' in content %}"
    "<|vision_start|><|image_pad|><|vision_end|>"
    "{% elif content['type'] == 'video' or 'video' in content %}<|vision_start|><|video_pad|><|vision_end|>"
    "{% elif 'text' in content %}{{ content['text'] }}{% endif %}{% endfor %}<|im_end|>\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\nTHINK{% endif %}"
)
SILENT = (
    "{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n"
    "{% else %}<think>\n{% endif %}"
)
PATCH_PX = {"qwen2_vl": 14, "qwen2_5_vl": 14, "qwen3_vl": 16, "qwen3_5": 16}
PROCESSORS = {"qwen2_vl": "Qwen2VLProcessor", "qwen2_5_vl": "Qwen2_5_VLProcessor"}
VICUNA = (
    "{% for message in messages %}{% if message['role'] != 'system' %}{{ message['role'].upper() + ': '}}{% endif %}"
    "{# Render all images first #}{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}"
    "{{ '<image>\n' }}{% endfor %}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'video') %}{{ '<video>\n' }}{% endfor %}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ content['text'] + ' '}}"
    "{% endfor %}{% endfor %}{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"
)
QWEN_WORDS = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>",
    "<|video_pad|>", "<think>", "</think>",
)  # fmt: skip
CLIP = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
TEXT = CLIP | {"num_key_value_heads": 2, "max_position_embeddings": 4096, "initializer_range": 0.4}
SIDE_PX = 28


def tokenizer(words: tuple[str, ...], *, begin: str | None = None) -> Any:
    """Bytes, and a few special words at the end."""
    from transformers import PreTrainedTokenizerFast

    letters = {letter: number for number, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    made = Tokenizer(models.BPE(vocab=letters, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens(list(words))
    if begin:
        first = begin, made.token_to_id(begin)
        made.post_processor = processors.TemplateProcessing(single=f"{begin} $A", special_tokens=[first])
    return PreTrainedTokenizerFast(tokenizer_object=made, eos_token=words[0], pad_token=words[0], bos_token=begin)


def qwen_files(path: Path, kind: str, most_words: int = 16) -> Any:
    """All but the network and its configuration; a picture comes to so many words at most."""
    words = tokenizer(QWEN_WORDS)
    words.save_pretrained(path)
    system = "true" if kind in ("qwen2_vl", "qwen2_5_vl") else "false"
    thinking = SILENT if kind == "qwen3_5" else ""
    template = CHATML.replace("SYSTEM", system).replace("THINK", thinking)
    (path / "chat_template.json").write_text(json.dumps({"chat_template": template}))
    patch = PATCH_PX[kind]
    older = kind in ("qwen2_vl", "qwen2_5_vl")
    prepared = {
        "min_pixels": (patch * 2) ** 2, "max_pixels": (patch * 2) ** 2 * most_words, "patch_size": patch,
        "merge_size": 2, "temporal_patch_size": 2, "image_mean": [0.48, 0.46, 0.41], "image_std": [0.27, 0.26, 0.28],
        "image_processor_type": "Qwen2VLImageProcessor",
        "processor_class": PROCESSORS.get(kind, "Qwen3VLProcessor"),
    }  # fmt: skip
    if not older:
        size = {"shortest_edge": prepared.pop("min_pixels"), "longest_edge": prepared.pop("max_pixels")}
        prepared |= {"size": size, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
        seen = prepared | {"video_processor_type": "Qwen3VLVideoProcessor"}
        (path / "video_preprocessor_config.json").write_text(json.dumps(seen))
    (path / "preprocessor_config.json").write_text(json.dumps(prepared))
    return words


def qwen(path: Path, kind: str) -> None:
    import transformers as hf

    words = qwen_files(path, kind)
    patch = PATCH_PX[kind]
    number = words.convert_tokens_to_ids
    ids = {
        "image_token_id": number("<|image_pad|>"), "video_token_id": number("<|video_pad|>"),
        "vision_start_token_id": number("<|vision_start|>"), "vision_end_token_id": number("<|vision_end|>"),
    }  # fmt: skip
    text = TEXT | {"vocab_size": len(words), "head_dim": 8, "eos_token_id": number("<|im_end|>"), "bos_token_id": None}
    text |= {"pad_token_id": number("<|endoftext|>"), "tie_word_embeddings": False}
    text["rope_parameters"] = {"rope_type": "default", "mrope_section": [2, 1, 1], "rope_theta": 10000.0}
    eyes: dict[str, Any] = {"depth": 2, "patch_size": patch, "spatial_merge_size": 2, "temporal_patch_size": 2}
    if kind == "qwen2_vl":
        eyes |= {"embed_dim": 16, "hidden_size": 16, "num_heads": 2, "mlp_ratio": 2}
        config = hf.Qwen2VLConfig(text_config=text, vision_config=eyes, **ids, tie_word_embeddings=False)
        model: Any = hf.Qwen2VLForConditionalGeneration(config)
    elif kind == "qwen2_5_vl":
        eyes |= {"hidden_size": 16, "out_hidden_size": 16, "num_heads": 2, "intermediate_size": 32}
        eyes |= {"window_size": 56, "fullatt_block_indexes": [1]}
        config = hf.Qwen2_5_VLConfig(text_config=text, vision_config=eyes, **ids, tie_word_embeddings=False)
        model = hf.Qwen2_5_VLForConditionalGeneration(config)
    else:
        eyes |= {"hidden_size": 16, "out_hidden_size": 16, "num_heads": 2, "intermediate_size": 32}
        eyes |= {"num_position_embeddings": 16}
        text["rope_parameters"] |= {"mrope_interleaved": True}
        if kind == "qwen3_vl":
            eyes |= {"deepstack_visual_indexes": [0]}
            model = hf.Qwen3VLForConditionalGeneration(
                hf.Qwen3VLConfig(text_config=text, vision_config=eyes, **ids, tie_word_embeddings=False)
            )
        else:
            text |= {"layer_types": ["linear_attention", "full_attention"], "linear_key_head_dim": 8}
            text |= {"linear_value_head_dim": 8, "linear_num_key_heads": 2, "linear_num_value_heads": 2}
            text["rope_parameters"] |= {"partial_rotary_factor": 1.0}
            model = hf.Qwen3_5ForConditionalGeneration(
                hf.Qwen3_5Config(text_config=text, vision_config=eyes, **ids, tie_word_embeddings=False)
            )
    model.save_pretrained(path)


def llava(path: Path, kind: str) -> None:
    """LLaVA and its relatives; Tarsier without a template and a processor's file, as its repository is."""
    import transformers as hf

    words = tokenizer(("</s>", "<s>", "<image>", "<video>", "<line>", "<new>"), begin="<s>")
    words.save_pretrained(path)
    number = words.convert_tokens_to_ids
    names = {"llava": "Llava", "tarsier": "Llava", "llava_next_video": "LlavaNextVideo", "video_llava": "VideoLlava"}
    name = names[kind]
    size = (
        {"height": SIDE_PX * 2, "width": SIDE_PX * 2}
        if kind == "llava_next_video"
        else {"height": SIDE_PX, "width": SIDE_PX}
    )
    prepared: dict[str, Any] = {
        "crop_size": size, "do_center_crop": True, "do_normalize": True, "do_resize": True,
        "image_mean": [0.48, 0.46, 0.41], "image_std": [0.27, 0.26, 0.28], "resample": 3,
        "size": {"shortest_edge": size["height"]}, "processor_class": f"{name}Processor",
        "image_processor_type": "VideoLlavaImageProcessor" if kind == "video_llava" else "CLIPImageProcessor",
    }  # fmt: skip
    if kind == "llava_next_video":
        prepared |= {"image_processor_type": "LlavaNextImageProcessor", "image_grid_pinpoints": [[56, 112], [112, 56]]}
        (path / "processor_config.json").write_text(
            json.dumps(
                {
                    "patch_size": 14,
                    "processor_class": "LlavaNextVideoProcessor",
                    "vision_feature_select_strategy": "default",
                }
            )
        )
    (path / "preprocessor_config.json").write_text(json.dumps(prepared))
    if kind in ("llava", "llava_next_video"):
        (path / "chat_template.json").write_text(json.dumps({"chat_template": VICUNA}))
    text = hf.LlamaConfig(
        **TEXT, vocab_size=len(words), bos_token_id=number("<s>"), eos_token_id=number("</s>"), pad_token_id=None
    )
    eyes = hf.CLIPVisionConfig(**CLIP, image_size=size["height"], patch_size=14)
    both: dict[str, Any] = {"text_config": text, "vision_config": eyes, "image_token_index": number("<image>")}
    if kind == "llava":
        model: Any = hf.LlavaForConditionalGeneration(hf.LlavaConfig(**both))
    elif kind == "tarsier":
        more = {"image_newline_idx": number("<line>"), "image_new_idx": number("<new>")}
        model = hf.LlavaForConditionalGeneration(hf.LlavaConfig(**both, **more))
    elif kind == "llava_next_video":
        both |= {"video_token_index": number("<video>"), "image_grid_pinpoints": [[56, 112], [112, 56]]}
        model = hf.LlavaNextVideoForConditionalGeneration(hf.LlavaNextVideoConfig(**both))
    else:
        both |= {"video_token_index": number("<video>"), "video_seq_length": 40}
        model = hf.VideoLlavaForConditionalGeneration(hf.VideoLlavaConfig(**both))
    model.save_pretrained(path)


def blip2(path: Path) -> None:
    import transformers as hf

    words = tokenizer(("</s>", "<pad>"), begin="</s>")
    words.save_pretrained(path)
    prepared = {
        "do_normalize": True, "do_rescale": True, "do_resize": True, "image_mean": [0.48, 0.46, 0.41],
        "image_processor_type": "BlipImageProcessor", "image_std": [0.27, 0.26, 0.28],
        "processor_class": "Blip2Processor", "resample": 3, "size": {"height": SIDE_PX, "width": SIDE_PX},
    }  # fmt: skip
    (path / "preprocessor_config.json").write_text(json.dumps(prepared))
    text = hf.OPTConfig(
        vocab_size=len(words) + 8, hidden_size=16, ffn_dim=32, num_hidden_layers=2, num_attention_heads=2,
        word_embed_proj_dim=16, max_position_embeddings=256, bos_token_id=256, eos_token_id=256, pad_token_id=257,
        init_std=0.4,
    )  # fmt: skip
    config = hf.Blip2Config(
        vision_config=CLIP | {"image_size": SIDE_PX, "patch_size": 14, "initializer_range": 0.4},
        qformer_config=CLIP | {"vocab_size": 40, "encoder_hidden_size": 16, "cross_attention_frequency": 1},
        text_config=text, num_query_tokens=4,
    )  # fmt: skip
    hf.Blip2ForConditionalGeneration(config).save_pretrained(path)


def save(kind: str, path: Path) -> Path:
    import torch

    torch.manual_seed(0)
    path.mkdir(parents=True, exist_ok=True)
    if kind == "blip2":
        blip2(path)
    elif kind.startswith("qwen"):
        qwen(path, kind)
    else:
        llava(path, kind)
    return path
