"""Where one child lives or learns, and when it was born: words that point to one child."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alliance.core.vocabulary import IdentityKind
from alliance.wording.digits import digits_as_figures
from alliance.wording.found import Mark

N = r"[\d十百]{1,5}"
HOMES = (
    r"(?:苑|园|花园|公寓|小区|新村|家园|雅居|名邸|华庭|佳园|府|里|坊|庭|郡|公馆|湾|城|邸|居|墅|宿舍|"
    r"新城|村|社区|弄|大院|名都|嘉园|阁|轩|院)"
)
PUBLIC = re.compile(
    r"(?:基地|中心|本站|站里|站点|站在|站址|关爱|学校|小学|中学|村委|居委|党群|活动室|会议|多功能|教室|"
    r"文化|礼堂|图书|场馆|地点|办公|机构|医院|少年宫|园区|大楼|服务|公司|换到|搬到|原来)"
)
BUILDING = re.compile(
    rf"(?:第?{N}\s{{0,2}}(?:幢|栋|号楼|座|号院)\s{{0,2}}(?:[一-鿿]?{N}\s{{0,2}}单元)?\s{{0,2}}[\da-z-]{{0,6}}\s{{0,2}}{N}\s{{0,2}}(?:室|号|户)?|"
    rf"{N}\s{{0,2}}单元\s{{0,2}}{N}\s{{0,2}}(?:室|号)?|"
    rf"{N}\s{{0,2}}(?:幢|栋)(?!楼))"
)
ESTATE = re.compile(
    rf"[\u4e00-\u9fff]{{1,8}}{HOMES}\s{{0,2}}\(?(?:[a-z东西南北]区)?\s{{0,2}}(?P<at>\d{{1,3}}\s{{0,2}}[-—–－#/]\s{{0,2}}(?:\d{{1,2}}\s{{0,2}}[-—–－#/]\s{{0,2}})?\d{{2,4}})\s{{0,2}}(?:室|"
    rf"号)?(?!\s{{0,2}}(?:岁|年级|人|个|名|点|日|月|元|米|周|天|:|：))"
)
NAMED_BUILDING = re.compile(
    rf"[\u4e00-\u9fff]{{1,8}}{HOMES}\s{{0,2}}(?:(?:{N}|[a-z东西南北])\s{{0,2}}[期区])?\s{{0,2}}第?{N}\s{{0,2}}(?:号楼|幢|栋|座|号院|号(?!楼|下|上|早|晚|前|后|到|至|周|来|活动|是|有|线))"
)
STREET = re.compile(
    rf"[\u4e00-\u9fff]{{1,6}}(?:路|街|巷|弄|大道|里|坊|浜|桥|村)\s{{0,2}}{N}\s{{0,2}}(?:弄\s{{0,2}}{N}\s{{0,2}})?号(?!楼层|线|"
    rf"公交|地铁)(?:\s{{0,2}}{N}\s{{0,2}}室|\s{{0,2}}\d{{3,4}}(?!\d|\s{{0,2}}[个名人位份年]))?"
)
VILLAGE = re.compile(
    rf"(?:村|社区|庄|巷|桥|浜|组|湾|里)\s{{0,2}}第?{N}\s{{0,2}}(?:村民小组|小组|组|队)(?!家庭|亲子|人|学生|活动|孩子|"
    rf"同时|轮|竞|对)(?:\s{{0,2}}{N}\s{{0,2}}号)?"
)
LIVES = re.compile(
    r"(?:家住|住在|住址|家庭地址|地址|家在|住)(?:是|在|:|：|"
    r"\s){0,4}(?P<at>[\u4e00-\u9fff\da-z#\-]{2,24}?\d[\u4e00-\u9fff\da-z#\-]{0,12})"
)
HOUSE_PART = re.compile(r"\d\s{0,2}(?:号|室|幢|栋|组|单元|楼|弄|座|-\d)|第\d+(?:家|户|排|间)")

NEAR_BY = re.compile(r"后面|后头|旁边|隔壁|对面|附近|边上|前面")  # a landmark, not the place itself

YEAR = r"(?:(?:19|20)\d\d|[01]\d)"
MONTH = r"(?:1[0-2]|0?[1-9]|十[12]?|正|冬|腊)"
DAY = r"(?:初[\d十]|廿\d?|[0-3]?\d|[123]?十\d?)"
DATE = rf"{YEAR}\s{{0,2}}(?:年|[-./])\s{{0,2}}{MONTH}\s{{0,2}}(?:月|[-./])?\s{{0,2}}(?:{DAY}\s{{0,2}}[日号]?)?"
BORN = re.compile(
    rf"(?:(?P<a>{DATE}|(?<!\d)(?:19|20)\d{{6}}(?!\d))\s{{0,2}}(?:出生|所生|生人|生(?!活|产|态|物|源|成|效|日会|日派|命|长|动|字))|"
    rf"(?:出生(?:日期|年月|时间|于|在)?|生日|生于|诞生于|生辰|dob)\s{{0,2}}(?:是|为|在|于|:|：|"
    rf"\s){{0,4}}(?P<b>{DATE}|\d{{8}}|{MONTH}\s{{0,2}}月\s{{0,2}}{DAY}\s{{0,2}}[日号]?(?!.{{0,3}}(?:办|搞|举|开|有)))(?!会))"
)

SCHOOL = r"(?:小学|中学|初中|高中|学校|幼儿园|实小|实验|外国语|附小|附中|一中|二中|三中|中心小学|职校|职高|技校|小)"
GRADE = r"[一二三四五六七八九1-9]"
CLASS = (
    rf"(?:[1-9]0\d\s{{0,2}}班|(?:初|高|小|大|中)?{GRADE}\s{{0,2}}(?:年级|年)?\s{{0,2}}[(（]?\s{{0,2}}[\d十]{{1,2}}\s{{0,2}}[)）]?\s{{0,2}}班|(?:大|中|"
    rf"小)\s{{0,2}}[(（]?\s{{0,2}}\d\s{{0,2}}[)）]?\s{{0,2}}班|(?:初|高){GRADE}\s{{0,2}}[(（]\s{{0,2}}\d{{1,2}}\s{{0,2}}[)）])"
)
NAMED_SCHOOL = re.compile(
    rf"(?P<school>[1-9\u4e00-\u9fff][\u4e00-\u9fff]{{1,9}}?{SCHOOL})\s{{0,2}}(?:的|在|就?读|念|上|是|,|，|、|\s){{0,3}}(?P<class>{CLASS})"
)
CLASS_RANGE = re.compile(
    rf"\s{{0,2}}(?:到|至|-|~|—|、|和|与|及|,)\s{{0,2}}(?:{CLASS}|{GRADE}?\s{{0,2}}[(（]?\d|[\d]+\s{{0,2}}班)"
)
NO_SCHOOL = re.compile(
    r"(?:全镇|全街道|各|所|几个|两个|本地|附近|周边|当地|一个|某|我们|每个|全区|街道|镇上|村里|哪个|"
    r"有的)[\u4e00-\u9fff]{0,2}$"
)


def place_marks(text: str) -> Iterator[Mark]:
    """Marks of addresses, birth dates and school classes in a folded text."""
    plain = digits_as_figures(text)
    yield from _addresses(plain)
    for match in BORN.finditer(plain):
        yield Mark(IdentityKind.BIRTH_DATE, *match.span())
    yield from _classes(plain)


def _addresses(text: str) -> Iterator[Mark]:
    for match in BUILDING.finditer(text):
        if not PUBLIC.search(text[max(0, match.start() - 8) : match.start()]):
            yield Mark(IdentityKind.ADDRESS, *match.span(), is_sure=bool(re.search(r"\d.*?[\d十百]", match.group())))
    for match in (*ESTATE.finditer(text), *NAMED_BUILDING.finditer(text)):
        if not PUBLIC.search(match.group()):
            yield Mark(IdentityKind.ADDRESS, *match.span())
    for match in STREET.finditer(text):
        around = text[max(0, match.start() - 6) : match.end() + 8]
        if not PUBLIC.search(around):
            yield Mark(IdentityKind.ADDRESS, *match.span())
    for match in VILLAGE.finditer(text):
        yield Mark(IdentityKind.ADDRESS, *match.span())
    for match in LIVES.finditer(text):
        is_public = PUBLIC.search(match["at"]) and not NEAR_BY.search(match["at"])
        if HOUSE_PART.search(match["at"]) and not is_public:
            yield Mark(IdentityKind.ADDRESS, *match.span("at"))


def _classes(text: str) -> Iterator[Mark]:
    for match in NAMED_SCHOOL.finditer(text):
        name = match["school"]
        is_generic = re.fullmatch(rf"[\u4e00-\u9fff]{{0,2}}{SCHOOL}", name) and not name.endswith(
            ("小学", "中学", "实小")
        )
        if (
            not is_generic
            and not NO_SCHOOL.search(re.sub(f"{SCHOOL}$", "", name))
            and not CLASS_RANGE.match(text, match.end())
        ):
            yield Mark(IdentityKind.SCHOOL_CLASS, *match.span())
