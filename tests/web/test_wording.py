"""Two wordings side by side: what went, what came, in stretches that people can read."""

import time
from random import Random

import pytest

from apps.web.wording import compare, shares_anything


def marked(old: str, new: str) -> str:
    """The comparison on one line: [-out-] and {+in+}."""
    stretches = compare(old, new)
    assert "".join(each.old for each in stretches) == old
    assert "".join(each.new for each in stretches) == new
    return "".join(
        each.new
        if each.is_same
        else (each.old and f"[-{each.old}-]") + (each.new and f"{{+{each.new}+}}")
        for each in stretches
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # A Chinese character is a word, a number is one too.
        (
            "已走访12家企业，资金尚未到位。下月继续。",
            "已走访135家企业，资金已到位。下月继续。",
            "已走访[-12-]{+135+}家企业，资金[-尚未-]{+已+}到位。下月继续。",
        ),
        (
            "Two of five sites are open. Money is late.",
            "Three of five sites are open. Money is late.",
            "[-Two-]{+Three+} of five sites are open. Money is late.",
        ),
        # A sentence that is new stands as a whole, and one that is gone.
        ("缺人手。场地未定。", "缺人手。资金不足。", "缺人手。[-场地未定。-]{+资金不足。+}"),
        ("一、选址\n二、招标", "一、选址\n二、招标\n三、施工", "一、选址\n二、招标{+\n三、施工+}"),
        # Two words that happen to stay between two changes do not tear these apart.
        (
            "本月完成设备安装调试并投入试用阶段。",
            "本月完成设备招标调试及正式试用阶段。",
            "本月完成设备[-安装调试并投入-]{+招标调试及正式+}试用阶段。",
        ),
        # What has next to nothing in common is not one sentence with bits exchanged.
        ("召开了三次协调会", "企业已全部复工", "[-召开了三次协调会-]{+企业已全部复工+}"),
        ("", "缺人", "{+缺人+}"),
        ("缺人", "", "[-缺人-]"),
        ("缺人", "缺人", "缺人"),
        ("", "", ""),
    ],
)
def test_changes_are_runs_that_can_be_read(old, new, expected):
    assert marked(old, new) == expected


def test_whether_enough_stays_for_marks_to_help():
    assert shares_anything(compare("已走访12家企业。", "已走访135家企业。"))
    assert not shares_anything(compare("召开了会。", "企业复工了。"))


def test_every_sentence_of_a_long_text_may_change_a_little():
    old, new = (
        "".join(f"第{n}家{word}设备安装调试。" for n in range(90)) for word in ("完成", "开始")
    )
    stretches = compare(old, new)
    changes = [(each.old, each.new) for each in stretches if not each.is_same]
    assert changes == [("完成", "开始")] * 90


@pytest.mark.parametrize("length", [1900, 4000])
@pytest.mark.parametrize("letters", ["的了", "的。", "甲，乙。", "x y "])
def test_the_longest_texts_are_compared_at_once(letters, length):
    """4000 characters is what the form takes; repetitive ones are the hardest."""
    drawn = Random(1)
    old, new = ("".join(drawn.choices(letters, k=length)) for _ in range(2))
    begun = time.process_time()
    marked(old, new)
    assert time.process_time() - begun < 2
