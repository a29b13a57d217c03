"""Signs of harm, told as situations rather than as words on a list; lessons about harm are not harm.

The situations follow the nine cases of the mandatory-reporting opinion (2020) and the signals of the taxonomy. They
trigger a human decision and diagnose nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from alliance.core.vocabulary import HarmSignal
from alliance.wording.scenes import Scene, Words, place_of
from alliance.wording.situations import CLASSES, MASKED, SCENES, TOPIC_WORDS

WORDS = Words(CLASSES)
MASK = re.compile("|".join(sorted(map(re.escape, MASKED.split()), key=len, reverse=True)))

# A lesson, not a case.
LESSON = re.compile(
    r"讲座|宣讲|宣传|课程|课堂|一课|一堂|[节堂门次场]课|课$|课(?=[\s,，。;；\x1f(（、伐])|小课|的课|"
    r"微课|班会|培训|教育(?!局)|演练|知识|绘本|主题|科普|[图板画巡]?展|急救|防护|预防|"
    r"防(?=性侵|家暴|溺水|拐|欺凌|霸凌|诈|触电|中毒|自杀|自伤|走失|意外|虐|侵害|猥亵|校园|泥水|逆水|狗|"
    r"蛇|震|火|沉迷|骗)|情景剧|话剧|小品|剧本|"
    r"案例|手册|海报|讲讲|讲一讲|教一教|教教|学一学|学学|模拟|宣教|怎么[防办避躲救识辨应]|如何|自救|"
    r"自护|互救|安全[课教讲周月日]|法治|普法|识别|应对|处置流程|报告制度|强制报告|电影|观影|故事|话题|"
    r"辩论|研讨|沙龙|读书会|六不"
)
# Not real: said so, or only a manner of speaking.
UNREAL = re.compile(
    r"不是真|没出(?:大)?事|嘴上讲|嘴上说|口头禅|说说而已|开玩笑|演习|假装|扮演|角色|如果|假如|万一|"
    r"要是遇|遇到.{0,6}怎么|碰到.{0,6}怎么|演一|虚构|剧情|比喻|夸张"
)
# Over, and the doctor knows.
OVER = re.compile(
    r"已经出院|出院|打了石膏|拆线|拆了石膏|术后|手术后|恢复期|康复|养伤|后遗|去年|前年|以前|小时候|"
    r"多年前|曾|病史|残疾|已报警|已经报警|已报告|已处理"
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


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of harm and whether it is sure enough to answer with the reporting route at once."""

    signal: HarmSignal
    is_sure: bool


def harm_sign(text: str) -> Sign | None:
    """The gravest sure sign of harm in a folded text, else an unsure one that a person should read, else None."""
    plain = MASK.sub(lambda match: "〓" * len(match.group()), text)
    hits = WORDS.hits(plain)
    is_lesson = bool(LESSON.search(text))
    unsure: Sign | None = None
    for scene in SCENES:
        place = place_of(scene, hits)
        if place is None or _is_excused(scene, plain, place, is_lesson=is_lesson):
            continue
        if scene.is_sure:
            return Sign(scene.signal, is_sure=True)
        unsure = unsure or Sign(scene.signal, is_sure=False)
    return _topic_sign(plain, hits, is_lesson=is_lesson) or unsure


def _is_excused(scene: Scene, text: str, place: tuple[int, int], *, is_lesson: bool) -> bool:
    """True where the same sentence says that it teaches, that it is unreal, or that it is over."""
    around = text[max(0, place[0] - 16) : place[1] + 16]
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
