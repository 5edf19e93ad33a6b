"""The events of what is added beside a measure: act, how it is done, changes, note."""

from tests.measures.instructing import TEXT, instructed, received, recorded
from tests.measures.stories_of_others import answered, asked, asked_to_contribute, contributed

ASIDE = [
    ("measures.ask_contribution", asked_to_contribute, {"agency": ["", "other 局"]}, ""),
    ("measures.contribute", contributed, {"text": ["", "派出专家"]}, ""),
    ("measures.ask_coordination", asked, {"agency": ["", "district 局"]}, "用地何时批复？"),
    (
        "measures.answer_item",
        lambda cast, measure: answered(cast, asked(cast, measure)).item,
        {"outcome": ["", "ANSWERED"]},
        "四月批复",
    ),
    ("measures.instruct", instructed, {"agency": ["", "bureau 局"]}, TEXT),
    (
        "measures.record_instruction",
        recorded,
        {"on_paper": ["", "副市长 李某 2026-03-02"]},
        TEXT,
    ),
    (
        "measures.acknowledge_instruction",
        lambda cast, measure: received(cast, instructed(cast, measure)).instruction,
        {"receipt": ["", "bureau 局"]},
        "",
    ),
]
