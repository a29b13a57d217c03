"""Whether a text asks for something at all. A sentence about one child that asks for nothing is read by a person."""

from __future__ import annotations

import re

from alliance.wording.leafwords import FAIR, HINTS
from alliance.wording.persons import PATIENT

# What a need says: a wish, a service, a thing, an occasion.
ASKS = re.compile(
    r"想(?!不开|死|跳|走|消失|从|找死|解脱|活|到|起)[一-鿿]|要(?!死|杀|钱|跳|饭|他|她|把|打|逼|弄|"
    r"回家|带着?孩)|缺|需|请|求(?!我|老师别|饶)|找(?!不|死|了|麻烦|打)|"
    r"课|班(?!上|里|主任)|讲|教(?!练|室|训|唆|娃|他|她|孩)|培训|活动|志愿|辅导|补习|托|学(?!生|校|会|"
    r"狗|姐|长|了|的)|体验|比赛|演练|宣|研学|能不能|哪家|谁接|"
    r"有没有|阿有|有伐|结对|陪(?!酒|客|睡)|评估|报名|主题|小组|训练|团|营|棉|物资|套|没人(?:接|辅导|"
    r"教|说话|看作业|管作业|带$)|没法接|作业|放学后|指导|咨询|"
    r"政策|疏导|心理|配镜|书(?!包)|球|画|唱|舞|琴|棋|操|游戏?|招|急救|展|义诊|义剪|体检|疫苗|会(?:$|"
    r"[,，。])|运动会|生日|纪念|联欢|典礼|徒步|手工|模型|章|写生|摘|"
    r"康复|按摩|床|奶粉|户口|协议|告知|来(?:站|学校|半天|坐|几)|帮忙|帮帮|接送|保护自己|搞(?!得|坏)|"
    r"办(?!公室)|做(?!饭|梦|错|噩)|包粽|打卡|亲子|安安静静"
)
HINTED = re.compile(
    "|".join(sorted({re.escape(word) for hints in HINTS.values() for word, weight in hints if weight >= FAIR}))
)
OF_ONE = re.compile(PATIENT)


def asks(text: str) -> bool:
    """True for a folded text that names a wish, a service or a thing."""
    return bool(ASKS.search(text) or HINTED.search(text))


def asks_nothing_for_a_child(text: str) -> bool:
    """True for a folded text that speaks of a child and names no wish, service or thing."""
    return bool(OF_ONE.search(text)) and not asks(text)
