"""Planted utterances, invented and real: what is not believed, why, and what must survive."""

import numpy as np
import pytest

from analyzers.contract import Utterance, Voice, Word
from analyzers.measures.speech.guards import Heard, in_a_loop, is_loop, most_in_a_row, share_of, why_not

LOUD = Heard(voice_share=0.95, level_db=-20.0, usual_db=-20.0)
SURE = {"avg_logprob": -0.25, "no_speech_prob": 0.02}


def said(text: str | None, seconds: float = 2.0, lang: str = "en", **doubts: object) -> Utterance:
    return Utterance(1.0, 1.0 + seconds, text, lang, **(SURE | doubts))


def test_a_real_sentence_survives():
    assert why_not(said("I never thought that this would work, but look at it."), LOUD) is None


def test_a_real_quiet_sentence_survives():
    quiet = Heard(voice_share=0.8, level_db=-52.0, usual_db=-22.0)
    assert why_not(said("Don't turn around, he is right behind you."), quiet) is None


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Thank you for watching.", "en"),
        ("Thanks for watching!", "en"),
        ("Danke.", "de"),
        ("Vielen Dank.", "de"),
        ("Merci beaucoup !", "fr"),
        ("¡Suscríbete al canal!", "es"),
        ("Grazie a tutti.", "it"),
        ("Obrigado por assistir.", "pt"),
        ("ご視聴ありがとうございました", "ja"),
        ("감사합니다.", "ko"),
        ("谢谢大家", "zh"),
        ("Спасибо за просмотр!", "ru"),
        ("شكرا للمشاهدة", "ar"),
        ("Teşekkürler.", "tr"),
    ],
)
def test_a_farewell_that_is_really_spoken_survives(text: str, lang: str):
    assert why_not(said(text, 1.2, lang), LOUD) is None


@pytest.mark.parametrize(
    "text",
    [
        "Thank you so much for watching this video with my grandmother, she loved it.",
        "Subtitles by default are turned off, so go to the settings first, then choose your language there.",
        "Danke für die Tomaten, die du mir gestern gebracht hast.",
        "字幕がないと分からないです",
    ],
)
def test_what_only_resembles_an_invention_survives(text: str):
    assert why_not(said(text, 5.0), Heard(0.2, -30.0, -20.0)) is None


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Thanks for watching!", "en"),
        ("Thank you.", "en"),
        ("you", "en"),
        ("Don't forget to subscribe!", "en"),
        ("Vielen Dank fürs Zuschauen!", "de"),
        ("Bis zum nächsten Mal.", "de"),
        ("¡Gracias por ver el video!", "es"),
        ("¡Suscríbete!", "es"),
        ("Merci d'avoir regardé cette vidéo !", "fr"),
        ("Abonnez-vous !", "fr"),
        ("Grazie per la visione!", "it"),
        ("Iscriviti al canale!", "it"),
        ("Obrigado por assistir!", "pt"),
        ("Até a próxima!", "pt"),
        ("谢谢观看", "zh"),
        ("謝謝大家", "zh"),
        ("ご視聴ありがとうございました。", "ja"),
        ("チャンネル登録お願いします!", "ja"),
        ("시청해주셔서 감사합니다.", "ko"),
        ("구독과 좋아요 부탁드립니다.", "ko"),
        ("다음 영상에서 만나요!", "ko"),
        ("MBC 뉴스 이덕영입니다.", "ko"),
        ("次の動画でお会いしましょう", "ja"),
        ("最後までご視聴いただきありがとうございました。", "ja"),
        ("Спасибо за просмотр!", "ru"),
        ("Продолжение следует...", "ru"),
        ("شكرا للمشاهدة", "ar"),
        ("اشتركوا في القناة", "ar"),
        ("İzlediğiniz için teşekkür ederim.", "tr"),
        ("Abone olmayı unutmayın!", "tr"),
        ("Bedankt voor het kijken!", "nl"),
        ("Dziękuję za uwagę.", "pl"),
    ],
)
def test_a_farewell_over_hardly_any_voice_is_not_believed(text: str, lang: str):
    assert why_not(said(text, 2.0, lang), Heard(0.3, -30.0, -28.0)) == "known_phrase"
    assert why_not(said(text, 2.0, lang), Heard(0.9, -45.0, -20.0)) == "known_phrase"  # far below the other speech
    assert why_not(said(text, 25.0, lang), LOUD) == "known_phrase"  # laid over a whole window
    assert why_not(said(text, 2.0, lang, no_speech_prob=0.5), LOUD) == "known_phrase"  # in doubt itself


@pytest.mark.parametrize(
    "text",
    [
        "Subtitles by the Amara.org community",
        "Untertitel der Amara.org-Community",
        "Untertitel im Auftrag des ZDF, 2020",
        "Untertitelung des ZDF für funk, 2017",
        "Subtítulos por la comunidad de Amara.org",
        "Sous-titres réalisés para la communauté d'Amara.org",
        "Sous-titrage ST' 501",
        "Sottotitoli creati dalla comunità Amara.org",
        "Sottotitoli e revisione a cura di QTSS",
        "Legendas pela comunidade Amara.org",
        "字幕by索兰娅",
        "字幕由 Amara.org 社群提供",
        "字幕作成:初音ミク",
        "Редактор субтитров А.Семкин",
        "Субтитры сделал DimaTorzok",
        "Sous-titrage Société Radio-Canada",
        "❤️ par SousTitreur.com",
        "Subtítulos realizados por la comunidad de Amara.org",
        "Legendas por TIAGO ANDERSON",
        "한글자막 by 박진희",
        "자막 제공 배달의민족",
        "字幕志愿者 杨茜茜",
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "ترجمة نانسي قنقر",
        "Altyazı M.K.",
        "Ondertiteling door de Amara.org gemeenschap",
        "Napisy stworzone przez społeczność Amara.org",
    ],
)
def test_nobody_says_a_subtitlers_credit(text: str):
    assert why_not(said(text, 3.0), LOUD) == "known_phrase"


@pytest.mark.parametrize(
    "text", ["[Music]", "(Applaus)", "♪♪♪", "*sighs*", "【音楽】", "...", "[Musik] [Musik]", "（笑）"]
)
def test_the_name_of_a_sound_is_nothing_said(text: str):
    assert why_not(said(text), LOUD) == "not_words"
    assert why_not(Utterance(1.0, 3.0, text), LOUD) == "not_words"


@pytest.mark.parametrize("text", ["[laughs] No way!", "That is (more or less) it.", "5", "♪ La la la ♪"])
def test_what_is_said_beside_a_sound_survives(text: str):
    assert why_not(said(text), LOUD) is None


def test_text_over_silence_is_not_believed():
    assert why_not(said("Hello and welcome back."), Heard(0.0, None)) == "no_energy"
    assert why_not(said("Hello and welcome back."), Heard(0.9, -75.0)) == "no_energy"


def test_what_the_model_itself_doubts_is_not_believed():
    doubted = said("I don't know.", avg_logprob=-1.3, no_speech_prob=0.8)
    assert why_not(doubted, LOUD) == "no_speech"
    assert why_not(said("I don't know.", no_speech_prob=0.8), Heard(0.2, -30.0)) == "no_speech"
    assert why_not(said("I don't know.", no_speech_prob=0.8), LOUD) is None  # sure of its words, and a voice is there
    assert why_not(said("Gni tro babbel fesch.", avg_logprob=-1.4), LOUD) == "low_logprob"


def test_text_without_a_voice_is_not_believed_unless_people_wrote_it():
    assert why_not(said("Over the hills and far away."), Heard(0.0, -20.0)) == "outside_voice"
    written = Utterance(1.0, 3.0, "[door slams] Over the hills.")
    assert why_not(written, Heard(0.0, -20.0)) is None
    assert why_not(Utterance(1.0, 3.0, "Thanks for watching"), Heard(0.0, -20.0)) == "known_phrase"


@pytest.mark.parametrize(
    "text",
    [
        "I'm going to " * 8,
        "no " * 12,
        "and then he said and then he said and then he said and then he said and then he said and then he said",
        "a" * 40,
        "哈" * 30,
        "谢谢大家" * 8,
        "Oh, " * 30,
    ],
)
def test_going_round_in_circles_is_not_believed(text: str):
    assert why_not(said(text, 20.0), LOUD) == "loop"


@pytest.mark.parametrize(
    "text",
    [
        "Ha ha ha ha ha ha!",
        "hahahahahaha",
        "No, no, no, no, no, don't do that!",
        "哈哈哈哈哈哈",
        "Baby shark, doo doo doo doo doo doo",
        "Work it, make it, do it, makes us harder, better, faster, stronger",
        "Nooooooooooo!",
        "one zero zero zero one nine oh two one oh zero one eight zero three",
    ],
)
def test_laughter_and_choruses_survive(text: str):
    assert why_not(said(text, 6.0), LOUD) is None


def test_the_same_thing_segment_after_segment_is_a_loop():
    assert in_a_loop([said("All right."), *[said("Okay, let's go.")] * 9]).tolist() == [False] + [True] * 9
    assert not in_a_loop([said("Around the world.")] * 4).any()
    assert in_a_loop([said("Around the world.", compression_ratio=3.0)] * 4).all()
    assert not in_a_loop([said(None)] * 20).any()
    assert not in_a_loop([said("hi"), said("ho")] * 10).any()
    assert in_a_loop([]).shape == (0,)


def test_nobody_speaks_that_fast():
    sentence = "This is the sentence that could not be said in that time by anybody"
    assert why_not(said(sentence, 0.8), LOUD) == "too_fast"
    assert why_not(said(sentence, 2.0), LOUD) is None  # fast, sped up: 9 a second
    crammed = tuple(Word(word, 1.0 + 0.02 * i, 1.02 + 0.02 * i) for i, word in enumerate(sentence.split()))
    assert why_not(Utterance(1.0, 6.0, sentence, "en", crammed, **SURE), LOUD) == "too_fast"


def test_a_voice_without_text_claims_nothing():
    assert why_not(Utterance(0.0, 1.0), Heard(0.0, None)) is None


def test_repeats_are_counted_by_their_group():
    assert most_in_a_row(["a", "b", "a", "b", "a", "b"], 2) == 3
    assert most_in_a_row(["a", "a", "a", "a"], 1) == 4
    assert most_in_a_row(["a", "b", "c"], 3) == 1
    assert most_in_a_row([], 3) == 0
    assert not is_loop("")


def test_the_share_of_voice_is_that_of_the_words():
    spans = np.array([[1.0, 2.0], [5.0, 6.0]])
    voice = Voice(np.zeros(0), np.zeros(0, np.float32), spans)
    assert share_of([Utterance(1.0, 2.0)], voice) == 1.0
    assert share_of([Utterance(3.0, 4.0)], voice) == 0.0
    assert share_of([Utterance(0.0, 1.5)], voice) == pytest.approx(0.5, abs=0.02)  # a quarter second is forgiven
    words = (Word("a", 1.2, 1.6), Word("b", 5.2, 5.6))
    assert share_of(words, voice) == 1.0
    assert share_of([Utterance(1.0, 1.0)], voice) == 1.0
    assert share_of([Utterance(1.0, 2.0)], Voice(np.zeros(0), np.zeros(0, np.float32), np.zeros((0, 2)))) == 0.0
