"""What one child suffers from, what its parents did, and pictures of it: words that mark one child."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alliance.core.vocabulary import IdentityKind
from alliance.wording.found import Mark

REACH = 24  # characters on each side in which a sentence says of whom it speaks
CHILD = (
    r"(?:孩子|娃|小囡|小孩|小人|男孩|女孩|男生|女生|男童|女童|小姑娘|姑娘|丫头|小伙|小家伙|学生|同学|儿童|"
    r"小朋友|弟弟|妹妹|姐姐|哥哥|儿子|女儿|孙子|孙女|外孙|少年|宝宝|患儿)"
)
PARENT = r"(?:爸爸?|妈妈?|爹|娘|父亲?|母亲?|家长|监护人|双亲|爷爷|奶奶|外公|外婆|哥哥|舅舅|叔叔)"
PARENTS_DEED = (
    r"在押|坐牢|坐监|服刑|判刑|被判|劳改|劳教|吸毒|强戒|强制戒毒|戒毒|牢里|牢房|大牢|监狱|看守所|蹲监|吃官司|羁押|"
    r"被拘|杀人|卖淫|贩毒|私生|艾滋|hiv|梅毒|性病|淋病|精神分裂|精神病|精神疾病|乙肝|丙肝|肺结核"
)
STIGMA = re.compile(PARENTS_DEED)
# Said softly; only of a parent.
SOFTLY = re.compile(
    rf"{PARENT}[\u4e00-\u9fff]{{0,4}}?(?:在里面|进去了|进去的|被抓|被逮|判了|关着|关了进去|犯了事|出不来|蹲着)"
)
ILLNESS = r"(?:症|病(?!假|房|友)|癌|障碍|抑郁|焦虑|双相|孤独|自闭|白血|艾滋|肿瘤|癫痫|瘫|hiv|阳性|综合征)"
DIAGNOSED = re.compile(
    r"(?:确诊|诊断为|诊断是|诊断出|查出|查下来|检出|得了|生了|患有?|患上|感染|携带|医生说)"
    rf"[\u4e00-\u9fff]{{0,6}}?{ILLNESS}|{ILLNESS}(?:确诊|患者|携带|感染)"
)
ILL = re.compile(ILLNESS)
ALONE = re.compile(
    rf"(?:(?<!每)一|(?<!\d)1|有|这|那|该)(?:个|名|位|户)[^,，。;；]{{0,10}}?{CHILD}|{CHILD}\s{{0,2}}(?:就|只|才)?(?:有)?"
    rf"(?:一|1)(?:个|名|位)(?!月|星期|礼拜|小时|钟|班|站|机构|老师|社工|律师|季|学)|该(?:生|童|女|男|孩)|(?:这|那)(?:孩子|娃)|"
    r"某(?:女|男)|小姑娘|(?<!其)他(?!们|人)|她(?!们)|就一个|大的那个|小的那个"
)
OF_A_CHILD = re.compile(rf"{CHILD}(?!们|家长|工作|主任|福利|之家|友好|保护|节|剧|画|书|医院)")
COUNT = r"(?:[2-9二两三四五六七八九几]|\d\d|十)"
SEVERAL = re.compile(
    rf"{COUNT}\s{{0,2}}(?:来|多|几|余)?\s{{0,2}}(?:个|名|位|户|人|家|组)(?!月|星期|礼拜|小时|钟)|"
    r"子女|群体|人员|们|家庭|这类|这些|一批|各"
)
TOPIC = re.compile(
    r"讲座|培训|宣讲|宣传|宣教|科普|课程|课堂|主题|班会|预防|知识|政策|疫苗|早识别|识别|筛查|展|(?:艾滋|禁毒|国际)[\u4e00-\u9fff]{0,4}日|"
    r"(?<![补功上下备听逃])课(?!业|后|外|间|余|时|文|本)|防"
)

# 患病儿童, 患有自闭症的孩子: a class of children, as projects are described.
A_CLASS = re.compile(rf"患[^,，。;；]{{0,10}}?{ILLNESS}(?:等[^,，。;；]{{0,4}})?的?{CHILD}")
UNTOLD = re.compile(r"患病|疾病|大病|重病|慢性病|罕见病|传染病|生了病|常见病")

PICTURE = r"(?:照片|相片|图片|附图|截图|截屏|扫描件|复印件|影印件|病历|化验单|报告单|诊断书|录像)"
SENT = re.compile(
    rf"(?:附上?(?!近|属|加|设|中|小|院|着力)|详见|见|请看|看(?!图)|随附|另附|附有)[\u4e00-\u9fff]{{0,6}}?{PICTURE}|"
    rf"{PICTURE}[\u4e00-\u9fff]{{0,4}}?(?:见附|附后|附上|在附件|在后面|如下|发你|发给|发过|发去|已发|已传|上传|传上|传给|传你|拍给|另附|随后发|补发|贴[这在上那])|"
    rf"(?:上传|发送|发来|发你|发给[你您]们?|补发|传给[你您]们?)[\u4e00-\u9fff]{{0,6}}?{PICTURE}|"
    rf"{PICTURE}[\u4e00-\u9fff]{{0,2}}?拍照?(?:了)?(?:发|传|给)|(?:见|看|在|详见|打开|参见)(?:附件|附图|下图|上图|图)(?!书|文|形|写|画|说|片展)|附件(?:里|是|为|有|已|:|：)"
)
UNSENT = re.compile(r"(?:不|勿|别|禁|乱|没|免)[\u4e00-\u9fff]{0,3}$")


def status_marks(text: str, *, is_one_child: bool = False) -> Iterator[Mark]:
    """Marks of the illness, the parents' deeds and the pictures of one child in a folded text.

    Lessons and groups of several are none. `is_one_child`: the need is said elsewhere to be for one place.
    """
    for pattern in (STIGMA, SOFTLY, DIAGNOSED):
        for match in pattern.finditer(text):
            sure = _is_of_one(text, *match.span(), is_about_parents=pattern is not DIAGNOSED)
            if sure is not None or (is_one_child and not TOPIC.search(_around(text, *match.span()))):
                yield Mark(IdentityKind.CHILD_STATUS, *match.span(), is_sure=bool(sure))
    yield from _ill_alone(text)
    yield from _pictures(text)


def _is_of_one(text: str, start: int, end: int, *, is_about_parents: bool) -> bool | None:
    """True where it surely speaks of one child, False where it may, None where it speaks of several or teaches."""
    around = _around(text, start, end)
    if SEVERAL.search(around):
        return None
    if ALONE.search(around):
        return True
    if TOPIC.search(around):
        return None
    if is_about_parents and re.search(PARENT, text[max(0, start - 8) : end]):
        return True
    if A_CLASS.search(around) or UNTOLD.search(text, start, end + 1):
        return None
    return False if OF_A_CHILD.search(around) else None


def _ill_alone(text: str) -> Iterator[Mark]:
    """An illness beside a count of one, diagnosed or not: to be asked about."""
    for match in ILL.finditer(text):
        around = text[max(0, match.start() - 10) : match.end() + 12]
        if ALONE.search(around) and not SEVERAL.search(around) and not TOPIC.search(around):
            yield Mark(IdentityKind.CHILD_STATUS, *match.span(), is_sure=False)


def _pictures(text: str) -> Iterator[Mark]:
    if TOPIC.search(text):
        return
    for match in SENT.finditer(text):
        if not UNSENT.search(text[max(0, match.start() - 4) : match.start()]):
            yield Mark(IdentityKind.ATTACHMENT, *match.span())


def _around(text: str, start: int, end: int) -> str:
    """What stands near, in the same field."""
    before = text[max(0, start - REACH) : start].rpartition("\x1f")[2]
    return before + text[start:end] + text[end : end + REACH].partition("\x1f")[0]
