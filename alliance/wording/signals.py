"""Signs of harm, told as situations rather than as words on a list; lessons about harm are not harm.

The situations follow the nine cases of the mandatory-reporting opinion (2020) and the signals of the taxonomy. They
trigger a human decision and diagnose nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from alliance.core.vocabulary import HarmSignal
from alliance.wording.deeds import DEEDS, DOUBTS
from alliance.wording.persons import AGENT, PATIENT
from alliance.wording.plights import PLIGHTS, WORRIES
from alliance.wording.scenes import Scene, Words, place_of
from alliance.wording.situations import CLASSES, MASKED, SCENES, TOPIC_WORDS
from alliance.wording.told import TOLD_WORDS, Told, clause_of, masking, plainly
from alliance.wording.typed import as_characters

WORDS = Words(CLASSES)
MASK = masking(MASKED)
# Those of them that the deeds need as people and places.
DEED_MASK = masking(" ".join(set(MASKED.split()) - set(TOLD_WORDS.split())))

# A lesson, not a case.
LESSON = re.compile(
    r"讲座|宣讲|宣传|课程|课堂|一课|一堂|[节堂门次场]课|课$|课(?=[\s,，。;；\x1f(（、伐])|小课|的课|"
    r"微课|班会|培训|教育(?!局)|演练|知识|绘本|主题|科普|[图板画巡]?展|急救|防护|预防|"
    r"防(?=性侵|家暴|溺水|拐|欺凌|霸凌|诈|触电|中毒|自杀|自伤|走失|意外|虐|侵害|猥亵|校园|泥水|逆水|狗|"
    r"蛇|震|火|沉迷|骗)|情景剧|话剧|小品|剧本|"
    r"案例|手册|海报|讲讲|讲一讲|教一教|教教|学一学|学学|模拟|宣教|怎么[防办避躲救识辨应]|如何|自救|"
    r"自护|互救|安全[课教讲周月日]|法治|普法|识别|应对|处置流程|报告制度|强制报告|电影|观影|故事|话题|"
    r"辩论|研讨|义卖|跳蚤市场|漂流|以物换物|沙龙|读书会|六不"
)
# Not real: said so, or only a manner of speaking.
UNREAL = re.compile(
    r"不是真|没出(?:大)?事|嘴上讲|嘴上说|口头禅|说说而已|开玩笑|演习|假装|扮演|角色|如果|假如|万一|"
    r"要是遇|遇到.{0,6}怎么|碰到.{0,6}怎么|演一|虚构|剧情|比喻|夸张"
)
# Over, and the doctor knows.
OVER = re.compile(
    r"已经出院|出院|打了石膏|拆线|拆了石膏|术后|手术后|恢复期|康复|养伤|后遗|去年|前年|以前|小时候|"
    r"痊愈|退烧|好了|送教|养着|休养|功课落|落下|补课|恢复锻炼|想恢复|半年|三个月|多年前|曾|病史|残疾|已报警|已经报警|已报告|已处理"
)
# What an organization says of its work.
OFFER = re.compile(
    r"提供|面向|针对|服务对象|擅长|承接|危机干预服务|个案经验|从事|专业团队|我们(?:可以|能)|可(?:开展|"
    r"提供)|开展|协助处理|干预方案|预案|即时稳定|等紧急|类风险|高风险儿童"
)
CHILD = re.compile(
    r"孩子|娃|小囡|小孩|女孩|男孩|女生|男生|姑娘|丫头|小人|小朋友|学生|同学|儿童|弟弟|妹妹|姐姐|哥哥|她|"
    r"他(?!们)|宝宝|婴儿|[一二三四五六七八九十\d]岁|初[一二三]|高[一二三]|年级|儿子|女儿|孙子|孙女|伢|"
    r"囝"
)
NOW = re.compile(
    r"今天|今早|昨天|昨晚|昨夜|刚才|刚刚|现在|前天|发现|这几天|天天|每天|每晚|一直|又|半夜|有个|一个|"
    r"那个|问|说是"
)
# A case that may come, or what is not done.
SUPPOSED = re.compile(
    r"如果|假如|万一|要是(?!再)|防止|预防|防(?!盗门|晒)|避免|拒绝|反对|警惕|识别|不打不骂|别打|不要打|不能打|不被|不会被|免[遭受]|学会说不|"
    r"的故事|电影|表演|角色|不能碰|不可以碰|不让别人|不许别人|谁都不能"
)
ASKED = re.compile(r"遇到|遇见|碰到|碰上|怎么办|怎么[防避躲识应]|如何|被[^,，。]{0,3}怎么")
# It has happened, or happens again and again.
FINISHED = re.compile(
    r"了(?!解)|过(?![程关节年])|天天|每天|经常|常常|老(?![师人家大二三])|总(?![结共])|又|一直|昨|刚|前天|最近|发现|反映|听到|动不动|着(?!装|色|急)"
)
# Several children of whom a service is asked for.
GROUP = re.compile(
    r"(?:\d{2,3}|[5-9]|十[一-九]?|[五六七八九几二三四]十)[来多几]?(?:余)?(?:个|名|位|户|人|对|组|份)(?!月|星期|礼拜|小时|钟|多月)|"
    r"留守(?:儿童|孩子|学生)|孩子们|这些|不少|家庭|(?:孩子|娃|学生)(?:比较)?多"
)
HELD = re.compile(r"怎么|如何|防|识别|讲讲|讲一|预防|应对")
AGENT_TOLD, PATIENT_TOLD = re.compile(AGENT), re.compile(PATIENT)


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of harm and whether it is sure enough to answer with the reporting route at once."""

    signal: HarmSignal
    is_sure: bool


def harm_sign(text: str) -> Sign | None:
    """The gravest sure sign of harm in a folded text, else an unsure one that a person should read, else None.

    What is typed in pinyin is read by a person at least.
    """
    text = plainly(text)
    sign = _sign(text)
    if sign is None and (spelt := as_characters(text)) is not None and (told := _sign(spelt)):
        return Sign(told.signal, is_sure=False)
    return sign


def is_of_several(text: str) -> bool:
    """True where a folded text speaks of five children or more, or of a kind of children."""
    return bool(GROUP.search(text))


def _sign(text: str) -> Sign | None:
    plain, deeds = (mask.sub(lambda match: "〓" * len(match.group()), text) for mask in (MASK, DEED_MASK))
    hits = WORDS.hits(plain)
    is_lesson = bool(LESSON.search(text))
    found: list[Sign] = []
    for sign in (
        *_told_signs(deeds, text, (*DEEDS, *PLIGHTS, *DOUBTS, *WORRIES)),
        *_scene_signs(plain, text, hits, is_lesson=is_lesson),
    ):
        if sign.is_sure:
            return sign
        found.append(sign)
    return _topic_sign(plain, hits, is_lesson=is_lesson) or next(iter(found), None)


def _scene_signs(plain: str, text: str, hits: dict[str, list[tuple[int, int]]], *, is_lesson: bool) -> Iterator[Sign]:
    for scene in SCENES:
        place = place_of(scene, hits)
        if place is None:
            continue
        if not _is_excused(scene, plain, place, is_lesson=is_lesson):
            yield Sign(scene.signal, is_sure=scene.is_sure)
        elif scene.is_sure and is_lesson and _doubt(text, *place) is False:
            yield Sign(scene.signal, is_sure=False)


def _told_signs(plain: str, text: str, ways: Iterable[Told]) -> Iterator[Sign]:
    for way in ways:
        for match in way.pattern.finditer(plain):
            sure = _doubt(text, *match.span(), is_deed=way.is_sure and way.signal is HarmSignal.MANDATORY_REPORT)
            if way.signal is HarmSignal.MEDICAL_EMERGENCY and OVER.search(text):
                continue
            if sure is not None and not (way.spares_groups and GROUP.search(text)):
                yield Sign(way.signal, is_sure=sure and way.is_sure)


def _doubt(text: str, start: int, end: int, *, is_deed: bool = False) -> bool | None:
    """True for a case without a lesson, False for a case beside one, None for what teaches, supposes or offers."""
    clause = clause_of(text, start, end)
    if SUPPOSED.search(clause) or UNREAL.search(text[max(0, start - 16) : end + 16]):
        return None
    lesson = LESSON.search(text)
    if ASKED.search(clause):
        return None if lesson else bool(FINISHED.search(clause) or NOW.search(clause))
    if lesson is None:
        return None if OFFER.search(text) and not NOW.search(clause) else True
    if LESSON.search(clause):
        return False if FINISHED.search(text[start : end + 1]) and not HELD.search(clause) else None
    if OFFER.search(text):
        return None
    is_told = FINISHED.search(clause) or AGENT_TOLD.search(text[start:end]) or (is_deed and PATIENT_TOLD.search(clause))
    return False if is_told else None


def _is_excused(scene: Scene, text: str, place: tuple[int, int], *, is_lesson: bool) -> bool:
    """True where the same sentence says that it teaches, that it is unreal, or that it is over."""
    around = text[max(0, place[0] - 16) : place[1] + 16]
    if SUPPOSED.search(clause_of(text, *place)) and not FINISHED.search(clause_of(text, *place)):
        return True
    if UNREAL.search(around) or (scene.signal is HarmSignal.MEDICAL_EMERGENCY and OVER.search(text)):
        return True
    return is_lesson and (not scene.is_sure or bool(LESSON.search(_sentence(text, *place))))


def _topic_sign(text: str, hits: dict[str, list[tuple[int, int]]], *, is_lesson: bool) -> Sign | None:
    """The plain words of harm: a case where no lesson, offer or report from the past surrounds them."""
    for name, signal in TOPIC_WORDS.items():
        if name not in hits or UNREAL.search(text):
            continue
        if signal is HarmSignal.MEDICAL_EMERGENCY and OVER.search(text):
            continue
        is_told = bool(CHILD.search(text) and NOW.search(text))
        if is_lesson or (OFFER.search(text) and not is_told):
            continue
        return Sign(signal, is_sure=True)
    return None


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence around a place, up to the next full stop, semicolon or field."""
    head = max(text.rfind(mark, 0, start) for mark in "。;；!?！？\x1f\n")
    tails = [tail for mark in "。;；!?！？\x1f\n" if (tail := text.find(mark, end)) >= 0]
    return text[head + 1 : min(tails, default=len(text))]
