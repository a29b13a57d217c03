"""Thousands of made texts: disguised numbers are refused, and what stations write is not taken for one.

Everything comes from a fixed seed. Accepted limits: 98 % of the disguised numbers, 0.5 % of the harmless texts.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

from alliance.core.vocabulary import IdentityKind, ScreeningAnswer
from alliance.wording.registered import check_character
from alliance.wording.screening import screen

SEED = 20260601
COUNT = 2_500

ALPHABETS = (
    "0123456789",
    "０１２３４５６７８９",
    "零一二三四五六七八九",
    "〇一二三四五六七八九",
    "零壹贰叁肆伍陆柒捌玖",
    "⓪①②③④⑤⑥⑦⑧⑨",
    "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "٠١٢٣٤٥٦٧٨٩",
    "०१२३४५६७८९",
    "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "零弌弍弎肆伍陆柒捌玖",
    "零幺二三四五六七八九",
    "零壹貳叄肆伍陸柒捌玖",
)
SEPARATORS = (" ", "-", ".", "·", "、", "/", "_", "—", "~", "  ", "\u3000", "\n", "*", "，", "\u200b", "\u2060", "\\")
BETWEEN = (
    "接",
    "再",
    "后面是",
    "然后",
    "跟着",
    "再加",
    "接着是",
    "，然后是",
    "后边",
    "再来",
    "加上",
    "，中间",
    "，最后是",
)
BEFORE = (
    "联系", "打", "号码", "", "请回", "妈妈的号", "登记 ", "这个娃", "有事找", "见", "证号", "加", "填的是",
    "麻烦记一下：",
)  # fmt: skip
AFTER = (
    "",
    "，谢谢",
    "这边",
    " 收",
    "，周六上午",
    "。二十个娃",
    "，晚上七点后",
    "（奶奶）",
    "那位",
    "\n15人",
    "，请保密",
)


def id_number(dice: random.Random) -> str:
    """A number with a right check character in the unassigned area 320299."""
    day = f"{dice.randint(2005, 2024)}{dice.randint(1, 12):02d}{dice.randint(1, 28):02d}"
    body = f"320299{day}{dice.randint(0, 999):03d}"
    return body + check_character(body)


def mobile(dice: random.Random) -> str:
    """Eleven digits of an unassigned-looking range."""
    return "1380000" + f"{dice.randint(0, 9999):04d}"


def in_script(dice: random.Random, digits: str) -> str:
    """In digits of another script."""
    alphabet = dice.choice(ALPHABETS)
    return "".join(alphabet[int(char)] if char.isdigit() else char for char in digits)


def mixed(dice: random.Random, digits: str) -> str:
    """Each digit in a script of its own."""
    return "".join(dice.choice(ALPHABETS)[int(char)] if char.isdigit() else char for char in digits)


def separated(dice: random.Random, digits: str) -> str:
    """The same separator between all characters, or between groups of two to five."""
    step, separator = dice.choice((1, 2, 3, 4, 5)), dice.choice(SEPARATORS)
    return separator.join(digits[i : i + step] for i in range(0, len(digits), step))


def unevenly_separated(dice: random.Random, digits: str) -> str:
    """Groups of any length with any separators, in another script."""
    return in_script(dice, "".join(char + (dice.choice(SEPARATORS) if dice.random() < 0.3 else "") for char in digits))


def with_words(dice: random.Random, digits: str) -> str:
    """Said in parts, with words between."""
    cut = sorted(dice.sample(range(2, len(digits) - 1), dice.choice((1, 2, 3))))
    parts = [digits[a:b] for a, b in zip([0, *cut], [*cut, len(digits)], strict=True)]
    return parts[0] + "".join(dice.choice(BETWEEN) + part for part in parts[1:])


def with_letters(dice: random.Random, digits: str) -> str:
    """Some of the noughts and ones typed as letters, fewer than half of the characters."""
    left = len(digits) // 2
    typed = ""
    for char in digits:
        turned = {"0": "Oo", "1": "lI"}.get(char)
        if turned and left > 1 and dice.random() < 0.5:
            typed, left = typed + dice.choice(turned), left - 1
        else:
            typed += char
    return typed


def last_first(dice: random.Random, digits: str) -> str:
    """The last four first."""
    last, first = dice.choice(("尾号", "末四位", "后四位")), dice.choice(("前面是", "前段", "前头"))
    return f"{last}{digits[-4:]}，{first}{digits[:-4]}"


def in_brackets(dice: random.Random, digits: str) -> str:
    """In brackets or quotation marks, possibly with the country's code."""
    opened, closed = dice.choice(("（）", "()", "“”", "[]", "【】", "「」", '""'))
    code = dice.choice(("", "+86", "86-", "0086 ")) if len(digits) == 11 else ""
    return f"{opened}{code}{digits}{closed}"


DISGUISES: tuple[Callable[[random.Random, str], str], ...] = (
    in_script,
    mixed,
    separated,
    unevenly_separated,
    with_words,
    with_letters,
    last_first,
    in_brackets,
)

STATIONS = (
    "扬名",
    "黄巷",
    "周庄",
    "华士",
    "万石",
    "张渚",
    "丁蜀",
    "高塍",
    "江溪",
    "梅村",
    "钱桥",
    "阳山",
    "徐舍",
    "荣巷",
    "金星",
    "方桥",
)
PUPILS = ("孩子", "娃", "小囡", "学生", "小朋友", "四年级同学", "高三学生", "留守儿童", "外来娃", "低年级的")
SERVICES = (
    "情绪小组", "补数学", "防溺水讲座", "足球课", "绘本带读", "暑托", "四点半晚托", "手工课",
    "防性侵课", "家长课堂", "研学", "法治课", "编程入门", "心理疏导", "视力筛查", "儿主任培训",
    "四色评估", "艾滋病预防讲座", "志愿填报", "陶艺", "急救演练", "口才课",
)  # fmt: skip
TEMPLATES = (
    "{station}{n}个{pupils}想要{service}",
    "{service}，{n}人，{m}月{d}日{hour}:00-{later}:30",
    "{station}站 20{yy}-{m:02d}-{d:02d}至20{yy}-{late:02d}-{d:02d}，{service}，{n}个{pupils}",
    "要个{service}老师，周{week}{hour}点到{later}点，{n}名{pupils}",
    "项目号{project}，还差{service}两场，{n}人",
    "资产编号{asset}的投影坏了，{service}请自带设备，{n}人",
    "打过{hotline}，让我们自己找机构，{service}，{n}个",
    "办公室0510-8{land}，约{service}，{n}个{pupils}",
    "{grade}年级{n}个{pupils}，{service}，来{room}室或{other}会议室",
    "每份餐标{price}元，站里承担，{service}，{n}人",
    "门票原价{price}元，团队免票，{n}个{pupils}去研学",
    "{m}.{d}到{late}.{d}，{service}，上午{n}个，下午{k}个，合计{total}",
    "书号978-7-{isbn}-{tail}-7，借{n}本，要带读",
    "{k}岁到{later}岁，{n}个{pupils}，{service}，面积{asset3}平方",
    "{station}、{station2}两站合办{service}，各{n}人，{k}组，共{total}",
    "承办单位统一社会信用代码 52320299MJ{land}X，{service}，{n}人",
    "按1:{k}带，{n}个{pupils}，{service}，{hour}:15开始",
    "去年{n}票今年{total}票都投{service}，{pupils}说好",
    "第{k}期{service}，{pupils}{n}名，20{yy}年{m}月开班，共{k}次每次{hour}0分钟",
    "快递单号{asset}{land}到了，{n}套文具要人分，{service}也想要",
    "{service} 身高1{price}以上的{n}个 坐{k}路车来 路程{price}.5公里",
    "温度3{k}度，{service}改室内，{n}个{pupils}，{station}浪",
    "百分之{price}的{pupils}没上过{service}，{n}名先来",
    "张老师说{service}可以办{k}场，{n}人一场，{station}王主任管钥匙",
)  # fmt: skip


def harmless(dice: random.Random) -> str:
    """A sentence as stations write it, full of numbers that point to nobody."""
    month = dice.randint(1, 10)
    number, fewer = dice.randint(3, 200), dice.randint(2, 9)
    values = {
        "station": dice.choice(STATIONS),
        "station2": dice.choice(STATIONS),
        "pupils": dice.choice(PUPILS),
        "service": dice.choice(SERVICES),
        "n": number,
        "k": fewer,
        "total": number + fewer,
        "m": month,
        "late": month + 2,
        "d": dice.randint(1, 28),
        "yy": dice.randint(25, 29),
        "hour": dice.randint(8, 15),
        "later": dice.randint(16, 18),
        "week": dice.choice("一二三四五六日"),
        "grade": dice.choice("一二三四五六"),
        "price": dice.randint(10, 60),
        "room": dice.randint(101, 412),
        "other": dice.choice("一二三"),
        "project": not_an_id(dice),
        "asset": dice.randint(10**6, 10**9),
        "asset3": dice.randint(60, 400),
        "hotline": dice.choice(("12345", "12355", "110", "12338", "12348")),
        "land": f"{dice.randint(0, 9999999):07d}",
        "isbn": dice.randint(100, 999),
        "tail": dice.randint(10000, 99999),
    }
    return dice.choice(TEMPLATES).format(**values)


def not_an_id(dice: random.Random) -> str:
    """Eighteen digits whose birth date cannot be one."""
    return f"{dice.randint(3, 9)}{dice.randint(0, 99999):05d}{dice.randint(3000, 9999)}{dice.randint(0, 10**8 - 1):08d}"


def missed(count: int) -> Counter[str]:
    """Disguised numbers that were not refused, by disguise; title and details share the text now and then."""
    dice, missing = random.Random(SEED), Counter[str]()
    for i in range(count):
        make, kind = (id_number, IdentityKind.ID_NUMBER) if i % 2 else (mobile, IdentityKind.MOBILE)
        disguise = DISGUISES[i // 2 % len(DISGUISES)]
        text = dice.choice(BEFORE) + disguise(dice, make(dice)) + dice.choice(AFTER)
        screened = screen({"title": "想补课", "details": f"{dice.choice(STATIONS)}，{text}"})
        if screened.answer is not ScreeningAnswer.REFUSE_IDENTITY or kind not in {f.kind for f in screened.findings}:
            missing[disguise.__name__] += 1
    return missing


def alarmed(count: int) -> list[str]:
    """Harmless texts that were not accepted."""
    dice = random.Random(SEED)
    texts = [harmless(dice) for _ in range(count)]
    return [text for text in texts if screen({"title": text}).answer is not ScreeningAnswer.ACCEPT]


def test_disguised_numbers_are_refused() -> None:
    missing = missed(COUNT)
    print(f"disguised numbers refused: {COUNT - missing.total()} of {COUNT}; missed {dict(missing)}")
    assert missing.total() <= 0.02 * COUNT, missing


def test_harmless_station_texts_pass() -> None:
    alarms = alarmed(COUNT)
    print(f"false alarms: {len(alarms)} of {COUNT}")
    assert len(alarms) <= 0.005 * COUNT, alarms[:10]
