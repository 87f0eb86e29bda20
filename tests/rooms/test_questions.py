"""The bank of questions, and every fault of such a file with its line."""

import math
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
import yaml

from explorer.data.handwriting import StrokesText, drawn_sample
from explorer.errors import RoomError
from explorer.rooms import RoomQuestion, parse_answer, parse_questions
from explorer.rooms.answers import answer_of, answer_text
from explorer.rooms.question import KINDS, numbers_of, question_of, question_text
from explorer.store import load_checkpoint
from explorer.store.questions import shipped_questions
from explorer.ui.page_entries import PAGES
from tests.conftest import ROOT
from tests.lectures.test_addresses import faults

# These hold no concept that one could misunderstand.
WITHOUT_QUESTION = {"lectures", "room"}
CHOOSE: dict[str, object] = {
    "name": "a-b", "address": "pca", "kind": "choose", "ask": "A or B?", "misconception": "A.", "why": "It is B.",
    "truth": "B", "choices": ["A", "B"],
}  # fmt: skip
NUMBER: dict[str, object] = {**CHOOSE, "kind": "number", "truth": 154, "low": 1, "high": 784, "unit": "components"}
del NUMBER["choices"]
POINT: dict[str, object] = {**CHOOSE, "kind": "point", "truth": "0.5, -1.2", "low": -4, "high": 4}
del POINT["choices"]


def written(*questions: dict[str, object]) -> str:
    return yaml.safe_dump({"questions": list(questions)}, sort_keys=False)


def test_bank_has_a_question_for_every_page() -> None:
    pages = {question.page for question in shipped_questions()}
    assert len(shipped_questions()) >= 30
    assert {entry.slug for entry in PAGES} - WITHOUT_QUESTION == pages


@pytest.mark.parametrize("question", shipped_questions(), ids=lambda question: question.name)
def test_question_of_the_bank_leads_to_a_view_and_has_a_truth_among_its_answers(question: RoomQuestion) -> None:
    assert faults(question.address) == []
    assert question_of(question_text(question)) == question
    if question.kind == "follow":
        return
    if question.kind == "draw":
        question = replace(question, kind="point")
    given = int(*numbers_of(question.truth)) if question.kind == "choose" else question.truth
    assert parse_answer(question, given) == question.truth


@pytest.mark.parametrize("question", shipped_questions(), ids=lambda question: question.name)
def test_no_choice_of_the_bank_is_the_rest_of_another(question: RoomQuestion) -> None:
    # A comma in a choice without quotes once made two of one.
    first_letters = {choice[0].isupper() for choice in question.choices if choice[0].isalpha()}
    assert len(first_letters) <= 1


def test_volume_of_the_ball_is_the_bank_s() -> None:
    (question,) = (each for each in shipped_questions() if each.name == "ball-in-cube")
    assert question.truth == pytest.approx(100 * math.pi**5 / math.gamma(6) / 2**10, abs=5e-4)


def test_both_kinds_are_read() -> None:
    choose, number = parse_questions(written(CHOOSE, {**NUMBER, "name": "n"}), "q.yaml")
    assert (choose.kind, choose.choices, choose.truth, choose.in_words(0)) == ("choose", ("A", "B"), 1, "A")
    assert (number.low, number.high, number.truth, number.in_words(1234)) == (1, 784, 154, "1,234 components")
    assert number.is_whole


def test_place_is_read_and_said_with_both_coordinates() -> None:
    (question,) = parse_questions(written(POINT), "q.yaml")
    assert (question.truth, question.low, question.high) == ((0.5, -1.2), -4, 4)
    assert question.in_words((0.123456, -2)) == "(0.123, -2)"
    assert question_of(question_text(question)) == question


@pytest.mark.parametrize(("name", "model", "label"), [("draw-a-four", "vae-2d", 4), ("draw-a-seven", "ae-2d", 7)])
def test_truth_of_what_is_drawn_is_the_median_code_of_its_class(name: str, model: str, label: int) -> None:
    (question,) = (each for each in shipped_questions() if each.name == name)
    codes = load_checkpoint(str(ROOT / "checkpoints" / model)).codes
    assert question.address == f"latent?model={model}"
    median = np.median(codes.train[codes.train_labels == label], axis=0)
    assert numbers_of(question.truth) == pytest.approx(median.tolist(), abs=0.01)


def test_every_kind_of_the_later_ones_has_two_questions() -> None:
    kinds = [question.kind for question in shipped_questions()]
    assert all(kinds.count(kind) >= 2 for kind in KINDS)


def test_what_is_followed_needs_no_truth() -> None:
    follow = {key: text for key, text in CHOOSE.items() if key not in ("truth", "choices")}
    (question,) = parse_questions(written({**follow, "kind": "follow"}), "q.yaml")
    assert (question.kind, question.address) == ("follow", "pca")


@pytest.mark.parametrize(("name", "level"), [("black-image", 0), ("white-image", 1)])
def test_code_of_an_image_of_one_grey_is_what_its_model_says(name: str, level: float) -> None:
    (question,) = (each for each in shipped_questions() if each.name == name)
    model = load_checkpoint(str(ROOT / "checkpoints" / "vae-2d")).model
    code = model.encode(np.full((1, 784), level, np.float32))[0]
    assert question.address == "latent?model=vae-2d"
    assert numbers_of(question.truth) == pytest.approx(code.tolist(), abs=0.01)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            {**CHOOSE, "kind": "guess"},
            "line 4: kind is `guess`, but must be one of choose, number, point,",
        ),
        ({**CHOOSE, "truth": "C"}, "line 8: truth is `C`, but must be one of the choices"),
        ({**CHOOSE, "choices": ["B", "B"]}, "choices must be 2 to 6 texts that differ"),
        ({**CHOOSE, "choices": ["B"]}, "choices must be 2 to 6 texts that differ"),
        ({**CHOOSE, "name": "A b"}, "line 2: `A b` is no name"),
        ({**CHOOSE, "low": 1}, "has no field `low`"),
        ({**CHOOSE, "address": "no page!"}, "is no page of the explorer"),
        ({**NUMBER, "truth": 900}, "truth is `900`, but must lie from low to high, here 1 to 784"),
        ({**NUMBER, "high": "many"}, "high is `many`, but must be a number"),
        ({**POINT, "truth": "5, 0"}, "truth is `5, 0`, but must lie from low to high, here -4 to 4"),
        ({**POINT, "truth": "nan, 0"}, "truth is `nan, 0`, but must be a point of the plane"),
        ({**POINT, "truth": 1.5}, "truth is `1.5`, but must be a point of the plane, such as 0.5, -1.2"),
        ({key: text for key, text in NUMBER.items() if key != "unit"}, "needs the field unit"),
    ],
)
def test_fault_of_a_file_is_a_sentence_with_its_line(question: dict[str, object], said: str) -> None:
    with pytest.raises(RoomError, match=r"q\.yaml, line \d+: ") as refusal:
        parse_questions(written(question), "q.yaml")
    assert said in str(refusal.value)


def test_two_questions_of_one_name_and_an_empty_file_are_refused() -> None:
    with pytest.raises(RoomError, match="line 12: two questions are called `a-b`"):
        parse_questions(written(CHOOSE, deepcopy(CHOOSE)), "q.yaml")
    with pytest.raises(RoomError, match="the file is empty; begin with `questions:`"):
        parse_questions("", "q.yaml")


@pytest.mark.parametrize("given", [-1, 2, 0.5, "x", None, True, float("nan"), [0], "<b>"])
def test_what_is_no_choice_is_refused(given: object) -> None:
    (question,) = parse_questions(written(CHOOSE), "q.yaml")
    with pytest.raises(RoomError, match="not one of the 2 choices"):
        parse_answer(question, given)


@pytest.mark.parametrize("given", [0, 785, "many", None, float("nan"), float("inf"), "1e999", []])
def test_what_is_no_number_of_the_question_is_refused(given: object) -> None:
    (question,) = parse_questions(written(NUMBER), "q.yaml")
    with pytest.raises(RoomError, match="a number from 1 to 784 components"):
        parse_answer(question, given)


@pytest.mark.parametrize(
    "given",
    [
        (0, math.nan),
        (math.inf, 0),
        ("1e999", 0),
        (0, 4.001),
        (1e300, -1e300),
        (1, 2, 3),
        (1,),
        1.5,
        "1, 2",
        None,
        {},
        [[1], 2],
    ],
)
def test_what_is_no_place_of_the_plane_is_refused(given: object) -> None:
    (question,) = parse_questions(written(POINT), "q.yaml")
    with pytest.raises(RoomError, match="both coordinates lie from -4 to 4"):
        parse_answer(question, given)
    assert parse_answer(question, (4, "-4")) == (4, -4)


def test_drawing_is_kept_as_784_bytes_whatever_was_sent() -> None:
    (question,) = parse_questions(written({**POINT, "kind": "draw"}), "q.yaml")
    kept = parse_answer(question, "4040c0c0-40c0c040")
    assert isinstance(kept, bytes)
    expected = drawn_sample(StrokesText().parse("4040c0c0-40c0c040"), (28, 28))
    assert np.abs(np.frombuffer(kept, np.uint8).reshape(28, 28) / 255 - expected).max() <= 0.5 / 255
    longest = parse_answer(question, "4040c0c0" * 1000)
    assert isinstance(longest, bytes)
    assert len(longest) == len(kept) == 784
    assert answer_of(answer_text(kept)) == kept
    assert question.in_words(kept) == "a drawing"


@pytest.mark.parametrize("given", ["", "none", "zz", "4040c0", "4040c0c0" * 1001, None, 5, b"\x00" * 784, [1, 2]])
def test_what_is_no_drawing_is_refused(given: object) -> None:
    (question,) = parse_questions(written({**POINT, "kind": "draw"}), "q.yaml")
    with pytest.raises(RoomError, match="is no drawing"):
        parse_answer(question, given)


def test_whole_numbers_are_kept_whole_and_others_as_they_are() -> None:
    (whole,) = parse_questions(written(NUMBER), "q.yaml")
    (other,) = parse_questions(written({**NUMBER, "truth": 1.5}), "q.yaml")
    assert parse_answer(whole, 3.6) == 4
    assert parse_answer(other, "3.6") == 3.6
