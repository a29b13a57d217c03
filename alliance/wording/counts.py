"""How many places a sentence asks for, and whether they must stay together."""

from __future__ import annotations

import re
from dataclasses import dataclass

from alliance.wording.numerals import Number, numbers

Span = tuple[int, int]
MOST = 2000  # more is a year, a sum or a number of something else
PEOPLE = (
    r"(?:孩子|娃|小囡|小人|小孩|小朋友|学生|同学|学童|儿童|男孩|女孩|男生|女生|男娃|女娃|丫头|姑娘|小子|"
    r"少年|宝宝|幼儿|星娃|小家伙|困童|家庭|家长|志愿|人|妈|爸|爷|奶|老人|阿婆|督导|儿主任|主任|大的|"
    r"小的|大男|大女|初|高|新)"
)
MEASURE = re.compile(
    r"\s{0,2}(?:来|多|几|余|把)?\s{0,2}(?:个|名|位|人|户|家(?!长|教|访|庭教|里)|组(?:家庭|亲子)?|对(?!一|口)|"
    r"口人|只)"
)
GOODS = re.compile(r"\s{0,2}(?:来|多|几|余)?\s{0,2}(?:份|套|床|件|双|副|包|箱|罐|台|册|本)")
# What is counted here are not places.
OTHERS = re.compile(
    r"\s{0,2}(?:多|来|半)?\s{0,2}(?:月|小时|钟头|钟|星期|礼拜|周|学期|学年|年|晚上|上午|下午|半天|老师|心老师|"
    r"社工|律师|志愿者|大学生|机构|班级|班(?!学)|小组|村|镇|街道|社区|站|点|案|课|课时|节目|活动|人带|"
    r"人来|人教|房间|场地|会议|地方|事(?!无|实)|问题|项目|"
    r"机会|办法|主意|方面|时间|人手|专家|医生|护士|教练|专业|懂|能|会|讲师|检察官|法官|警察|大姐姐|"
    r"大哥哥|姐姐|哥哥|家教|大人|亲子|主题|系列|专题|讲座|游戏|书|球|学校|小学|工作日|人就|人力|部分|"
    r"名额外|校区|字|题|队|一|角|习惯|本事|像样|靠得住|去处|有意思|相关|固定的)"
)
BEFORE_OTHERS = re.compile(r"(?:每|各|第|前|后|分|成|比例|近期|下|上|另|某|哪|整|满|约定|周|星期|礼拜|月|年)\s{0,2}$")
TOGETHER = re.compile(
    r"一起去|一起来|要一起|必须一起|得一起|一块去|不拆|不能拆|别拆|不要拆|不分批|不能分|别分|分开就|"
    r"一趟车|整班|同一批|一批走|都得去"
)
AT_LEAST = re.compile(r"(?:至少|最少|不少于|起码)\s{0,2}$")
AT_LEAST_AFTER = re.compile(r"\s{0,2}(?:个|人|名|位|户)\s{0,2}(?:起|以上才|以上)")
TOTAL = re.compile(r"(?:一共|合计|总共|共|总计|全部|合起来|加起来)\s{0,2}(?:有|大概|约)?\s{0,2}$")
WORDS = (
    (
        re.compile(
            (
                r"双胞胎|一对(?:姐妹|兄弟|兄妹|姐弟|双胞|龙凤|母女|父子|孩子|娃)|(?:兄弟|姐妹|姐弟|兄妹|娃|孩子|"
                r"小囡|哥|姐|弟|妹)俩|俩(?:孩子|娃|小囡|小孩|人|兄弟|姐妹|学生|男孩|女孩|个)|"
                r"(?<!爷)(?<!娘)俩(?=[\s,，。]|$)"
            )
        ),
        2,
    ),
    (re.compile(r"仨|三胞胎"), 3),
    (re.compile(rf"(?:有|这|那)(?:一)?(?:个|名|位)[一-鿿]{{0,4}}?{PEOPLE.replace('人|', '')}"), 1),
)
ONE_CHILD = re.compile(
    rf"[一-鿿a-z]{{0,5}}?{PEOPLE.replace('家庭|家长|志愿|人|', '').replace('|督导|儿主任|主任', '')}"
)
SINGLE_HOUSE = re.compile(r"该户|这户|一家三口|这家|一户")


@dataclass(frozen=True, slots=True)
class Count:
    """Places asked for and the smallest part worth claiming, where said, with the words they came from."""

    places: int | None = None
    minimum: int | None = None
    spans: tuple[Span, ...] = ()
    minimum_spans: tuple[Span, ...] = ()


def read_count(text: str) -> Count:
    """The number of places of a folded text: the said total, else the first number of people, else of goods."""
    found = list(numbers(text))
    people = [number for number in found if _counts_people(text, number)]
    least = [
        number for number in people if AT_LEAST.search(text[: number.start]) or AT_LEAST_AFTER.match(text, number.end)
    ]
    counted = [number for number in people if number not in least]
    totals = [number for number in counted if TOTAL.search(text[: number.start])]
    goods = [number for number in found if GOODS.match(text, number.end) and number.low > 1]
    chosen = next(iter([*totals, *_best(text, counted)]), None)
    if chosen is None and (said := _in_words(text)):
        return _with_minimum(text, *said, least)
    if chosen is None:
        chosen = next(iter([*least, *goods]), None)
    if chosen is None:
        return Count()
    return _with_minimum(text, chosen.high, (chosen.start, chosen.end), least)


def _with_minimum(text: str, places: int, span: Span, least: list[Number]) -> Count:
    if least:
        return Count(places, min(least[0].low, places), (span,), ((least[0].start, least[0].end),))
    together = TOGETHER.search(text)
    return Count(places, places, (span,), (together.span(),)) if together else Count(places, None, (span,))


def _best(text: str, counted: list[Number]) -> list[Number]:
    """Numbers that stand before a child's word come first."""
    return sorted(
        counted,
        key=lambda number: (
            not re.match(
                (rf"\s{{0,2}}(?:来|多|几|余)?(?:个|名|位|对)?[一-鿿]{{0,3}}?{PEOPLE}"),
                text[number.end : number.end + 10],
            )
        ),
    )


def _counts_people(text: str, number: Number) -> bool:
    measure = MEASURE.match(text, number.end)
    if not measure or not 0 < number.high <= MOST or BEFORE_OTHERS.search(text[: number.start]):
        return False
    if OTHERS.match(text, measure.end()):
        return False
    is_one = number.low == number.high == 1
    return (
        not is_one or measure.group().strip() in {"名", "位", "人", "户"} or bool(ONE_CHILD.match(text, measure.end()))
    )


def _in_words(text: str) -> tuple[int, Span] | None:
    for pattern, value in WORDS:
        if match := pattern.search(text):
            return value, match.span()
    single = SINGLE_HOUSE.search(text)
    return (1, single.span()) if single else None
